-- Codes are kept as digests.
CREATE TABLE signup_codes (
    email_key VARCHAR(320) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    code_digest BINARY(32) NOT NULL,
    tries_left SMALLINT NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    KEY signup_codes_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- With `bytes`: to be put into the file store. Without: to be removed from it.
CREATE TABLE pending_files (
    file_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    bytes LONGBLOB NULL,
    attempts INT NOT NULL,
    due_at DATETIME(3) NOT NULL,
    KEY pending_files_due_at (due_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE outgoing_mails (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    recipient VARCHAR(191) NOT NULL,
    subject TEXT NOT NULL,
    html MEDIUMTEXT NOT NULL,
    plain MEDIUMTEXT NOT NULL,
    attempts INT NOT NULL,
    due_at DATETIME(3) NOT NULL,
    is_dead BOOLEAN NOT NULL,
    last_error TEXT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY outgoing_mails_due (is_dead, due_at, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE jobs (
    name VARCHAR(64) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    due_at DATETIME(3) NOT NULL,
    last_started_at DATETIME(3) NULL,
    last_node VARCHAR(255) NULL,
    last_millis BIGINT NULL,
    last_error TEXT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
