-- Codes are kept as digests.
CREATE TABLE signup_codes (
    email_key TEXT NOT NULL PRIMARY KEY,
    code_digest BLOB NOT NULL,
    tries_left SMALLINT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX signup_codes_expires_at ON signup_codes (expires_at);

-- With `bytes`: to be put into the file store. Without: to be removed from it.
CREATE TABLE pending_files (
    file_key TEXT NOT NULL PRIMARY KEY,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMP NOT NULL,
    bytes BLOB NULL
);
CREATE INDEX pending_files_due_at ON pending_files (due_at);

CREATE TABLE outgoing_mails (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    plain TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMP NOT NULL,
    is_dead BOOLEAN NOT NULL,
    last_error TEXT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX outgoing_mails_due ON outgoing_mails (is_dead, due_at, id);

CREATE TABLE jobs (
    name TEXT NOT NULL PRIMARY KEY,
    due_at TIMESTAMP NOT NULL,
    last_started_at TIMESTAMP NULL,
    last_node TEXT NULL,
    last_millis BIGINT NULL,
    last_error TEXT NULL
);
