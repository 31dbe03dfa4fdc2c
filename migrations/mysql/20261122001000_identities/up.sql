-- Who people are at sign-in providers. Accounts of the previous service have no row here before they come back.
CREATE TABLE account_identities (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    provider VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    account_id BIGINT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY account_identities_subject (provider, subject),
    UNIQUE KEY account_identities_account (account_id, provider),
    CONSTRAINT account_identities_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
