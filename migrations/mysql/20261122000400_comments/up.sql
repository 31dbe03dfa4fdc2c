CREATE TABLE diary_comments (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    diary_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    content TEXT NOT NULL,
    is_edited BOOLEAN NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    KEY diary_comments_diary (diary_id, created_at, id),
    KEY diary_comments_author (author_id),
    CONSTRAINT diary_comments_diary_fk FOREIGN KEY (diary_id) REFERENCES diary_entries (id) ON DELETE CASCADE,
    CONSTRAINT diary_comments_author_fk FOREIGN KEY (author_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- `diary_id` repeats that of the comment, so that the replies of a diary are one range of one index.
CREATE TABLE comment_replies (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    comment_id BIGINT NOT NULL,
    diary_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    content TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    KEY comment_replies_comment (comment_id),
    KEY comment_replies_diary (diary_id, created_at, id),
    KEY comment_replies_author (author_id),
    CONSTRAINT comment_replies_comment_fk FOREIGN KEY (comment_id) REFERENCES diary_comments (id) ON DELETE CASCADE,
    CONSTRAINT comment_replies_diary_fk FOREIGN KEY (diary_id) REFERENCES diary_entries (id) ON DELETE CASCADE,
    CONSTRAINT comment_replies_author_fk FOREIGN KEY (author_id) REFERENCES accounts (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
