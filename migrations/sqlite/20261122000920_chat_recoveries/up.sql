-- What a socket comes back to. The pid is a secret, so it is kept as a digest.
CREATE TABLE chat_recoveries (
    pid_digest BLOB NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX chat_recoveries_expires_at ON chat_recoveries (expires_at);
