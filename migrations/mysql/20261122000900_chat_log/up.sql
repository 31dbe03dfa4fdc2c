-- The log of every room. `room` is `plaza` or e.g. `rain-sad@2026-11-22`; `kind` is `said`, `deleted` or `closed`.
-- A person has neither foreign key nor index: they would cost every message a page. Only the purge looks for them.
CREATE TABLE chat_entries (
    room VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    seq BIGINT NOT NULL,
    kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id BINARY(12) NULL,
    author BINARY(12) NULL,
    person BIGINT NULL,
    name VARCHAR(191) COLLATE utf8mb4_bin NULL,
    content VARCHAR(1000) COLLATE utf8mb4_bin NULL,
    -- Bytes, so that blanks at the end count.
    client_id VARBINARY(256) NULL,
    target BINARY(12) NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (room, seq),
    UNIQUE KEY chat_entries_id (id),
    UNIQUE KEY chat_entries_client_id (room, author, client_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
