-- What people are told of; one row per recipient. Which of `like_id`, `comment_id` and `reply_id` are set says what was
-- done, and its row takes the notification along: `actor_id` and `diary_id` repeat what stands there, and need no keys
-- of their own. A like is one per person and diary, so its notification is as well.
CREATE TABLE notifications (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    recipient_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    actor_id BIGINT NOT NULL,
    diary_id BIGINT NOT NULL,
    like_id BIGINT NULL REFERENCES diary_likes (id) ON DELETE CASCADE,
    comment_id BIGINT NULL REFERENCES diary_comments (id) ON DELETE CASCADE,
    reply_id BIGINT NULL REFERENCES comment_replies (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP NULL,
    UNIQUE (like_id),
    UNIQUE (reply_id, recipient_id)
);
CREATE INDEX notifications_comment ON notifications (comment_id);
CREATE INDEX notifications_recipient ON notifications (recipient_id, id);
CREATE INDEX notifications_unread ON notifications (recipient_id, read_at);
