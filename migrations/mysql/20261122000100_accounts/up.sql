-- Addresses are kept as typed; `email_key` (lower-cased) is what is unique and looked up.
CREATE TABLE accounts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(191) NOT NULL,
    email_key VARCHAR(320) COLLATE utf8mb4_bin NOT NULL,
    username VARCHAR(191) NOT NULL,
    password_hash VARCHAR(255) COLLATE utf8mb4_bin NULL,
    profile_image VARCHAR(2048) NULL,
    kind VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
    is_admin BOOLEAN NOT NULL,
    purge_at DATETIME(3) NULL,
    recall_until DATETIME(3) NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    UNIQUE KEY accounts_email_key (email_key),
    KEY accounts_purge_at (purge_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
