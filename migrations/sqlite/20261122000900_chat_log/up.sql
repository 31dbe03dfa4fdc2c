-- The log of every room. `room` is `plaza` or e.g. `rain-sad@2026-11-22`; `kind` is `said`, `deleted` or `closed`.
-- A person has neither foreign key nor index: they would cost every message a page. Only the purge looks for them.
CREATE TABLE chat_entries (
    room TEXT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id BLOB NULL,
    author BLOB NULL,
    person BIGINT NULL,
    name TEXT NULL,
    content TEXT NULL,
    client_id TEXT NULL,
    target BLOB NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX chat_entries_id ON chat_entries (id) WHERE id IS NOT NULL;
CREATE UNIQUE INDEX chat_entries_client_id ON chat_entries (room, author, client_id) WHERE client_id IS NOT NULL;
