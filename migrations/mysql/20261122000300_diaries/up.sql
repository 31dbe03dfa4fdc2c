-- `author_leaving` repeats `accounts.purge_at IS NOT NULL`, so that the feed is one range of one index.
-- `content` may be larger than what was sent: sanitising closes tags.
CREATE TABLE diary_entries (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    author_id BIGINT NOT NULL,
    diary_date DATE NOT NULL,
    emotion DOUBLE NOT NULL,
    image VARCHAR(2048) NULL,
    content MEDIUMTEXT NOT NULL,
    is_public BOOLEAN NOT NULL,
    author_leaving BOOLEAN NOT NULL,
    view_count BIGINT NOT NULL,
    like_count BIGINT NOT NULL,
    sentence TEXT NULL,
    weather VARCHAR(8) COLLATE utf8mb4_bin NOT NULL,
    temperature SMALLINT NULL,
    humid SMALLINT NULL,
    sleep SMALLINT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    UNIQUE KEY diary_entries_day (author_id, diary_date),
    KEY diary_entries_feed (is_public, author_leaving, created_at, id),
    KEY diary_entries_own (author_id, created_at, id),
    CONSTRAINT diary_entries_author_fk FOREIGN KEY (author_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE diary_likes (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    diary_id BIGINT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    UNIQUE KEY diary_likes_once (user_id, diary_id),
    KEY diary_likes_diary (diary_id),
    CONSTRAINT diary_likes_user_fk FOREIGN KEY (user_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT diary_likes_diary_fk FOREIGN KEY (diary_id) REFERENCES diary_entries (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
