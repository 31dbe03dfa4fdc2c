-- What a socket comes back to. The pid is a secret, so it is kept as a digest.
CREATE TABLE chat_recoveries (
    pid_digest BINARY(32) NOT NULL PRIMARY KEY,
    record TEXT NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    KEY chat_recoveries_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
