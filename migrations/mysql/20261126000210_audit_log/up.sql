-- What administrators did. Written before it is done, `outcome` after; by and on whom without a foreign key, because the
-- record outlives both.
CREATE TABLE audit_log (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at DATETIME(3) NOT NULL,
    done_by VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    action VARCHAR(32) COLLATE utf8mb4_bin NOT NULL,
    subject VARCHAR(191) NOT NULL,
    node VARCHAR(64) COLLATE utf8mb4_bin NOT NULL,
    outcome VARCHAR(191) NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
