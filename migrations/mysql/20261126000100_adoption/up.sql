-- The previous service let several diaries of a day happen. All but one of them have no `diary_date`: they are listed
-- and shown, but are not the diary of their day.
ALTER TABLE diary_entries MODIFY diary_date DATE NULL;

-- At most one row: the run of `nine-cloud adopt` that fills, or has filled, this database. While `finished_at` is NULL
-- what is here is not whole, and no server starts on it.
CREATE TABLE adoptions (
    id BIGINT NOT NULL PRIMARY KEY,
    run CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    started_at DATETIME(3) NOT NULL,
    finished_at DATETIME(3) NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
