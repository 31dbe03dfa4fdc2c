-- The last solution of each diary.
CREATE TABLE diary_solutions (
    diary_id BIGINT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    first_tip TEXT NOT NULL,
    second_tip TEXT NOT NULL,
    source VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
    model VARCHAR(255) NULL,
    created_at DATETIME(3) NOT NULL,
    CONSTRAINT diary_solutions_diary_fk FOREIGN KEY (diary_id) REFERENCES diary_entries (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
