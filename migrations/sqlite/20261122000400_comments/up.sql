CREATE TABLE diary_comments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    diary_id BIGINT NOT NULL REFERENCES diary_entries (id) ON DELETE CASCADE,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    is_edited BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX diary_comments_diary ON diary_comments (diary_id, created_at, id);
CREATE INDEX diary_comments_author ON diary_comments (author_id);

-- `diary_id` repeats that of the comment, so that the replies of a diary are one range of one index.
CREATE TABLE comment_replies (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    comment_id BIGINT NOT NULL REFERENCES diary_comments (id) ON DELETE CASCADE,
    diary_id BIGINT NOT NULL REFERENCES diary_entries (id) ON DELETE CASCADE,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX comment_replies_comment ON comment_replies (comment_id);
CREATE INDEX comment_replies_diary ON comment_replies (diary_id, created_at, id);
CREATE INDEX comment_replies_author ON comment_replies (author_id);
