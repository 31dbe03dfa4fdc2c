-- Names given in a room on a day.
CREATE TABLE chat_aliases (
    day DATE NOT NULL,
    room TEXT NOT NULL,
    person BLOB NOT NULL,
    alias TEXT NOT NULL,
    PRIMARY KEY (day, room, person)
) WITHOUT ROWID;
CREATE UNIQUE INDEX chat_aliases_alias ON chat_aliases (day, room, alias);

CREATE TABLE chat_hidden (
    day DATE NOT NULL,
    room TEXT NOT NULL,
    viewer BLOB NOT NULL,
    hidden BLOB NOT NULL,
    PRIMARY KEY (day, room, viewer, hidden)
) WITHOUT ROWID;

-- What was reported, as it read then.
CREATE TABLE chat_reports (
    message BLOB NOT NULL,
    reporter BLOB NOT NULL,
    reporter_person INTEGER NULL REFERENCES accounts (id) ON DELETE SET NULL,
    room TEXT NOT NULL,
    author BLOB NULL,
    person INTEGER NULL REFERENCES accounts (id) ON DELETE SET NULL,
    name TEXT NULL,
    content TEXT NULL,
    reason TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (message, reporter)
);
CREATE INDEX chat_reports_created_at ON chat_reports (created_at);
CREATE INDEX chat_reports_person ON chat_reports (person);
CREATE INDEX chat_reports_reporter_person ON chat_reports (reporter_person);

-- `subject` is `person 12`, `address 192.0.2.1` or `address 2001:db8::/64`.
CREATE TABLE chat_bans (
    subject TEXT NOT NULL PRIMARY KEY,
    until TIMESTAMP NOT NULL,
    reason TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX chat_bans_until ON chat_bans (until);
