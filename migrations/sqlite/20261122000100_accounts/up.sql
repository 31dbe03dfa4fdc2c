-- Addresses are kept as typed; `email_key` (lower-cased) is what is unique and looked up.
CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL,
    password_hash TEXT NULL,
    profile_image TEXT NULL,
    kind TEXT NOT NULL,
    is_admin BOOLEAN NOT NULL,
    purge_at TIMESTAMP NULL,
    recall_until TIMESTAMP NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX accounts_purge_at ON accounts (purge_at);
