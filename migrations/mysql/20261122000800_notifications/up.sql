-- What people are told of; one row per recipient. Which of `like_id`, `comment_id` and `reply_id` are set says what was
-- done, and its row takes the notification along: `actor_id` and `diary_id` repeat what stands there, and need no keys
-- of their own. A like is one per person and diary, so its notification is as well.
CREATE TABLE notifications (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    recipient_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    diary_id BIGINT NOT NULL,
    like_id BIGINT NULL,
    comment_id BIGINT NULL,
    reply_id BIGINT NULL,
    created_at DATETIME(3) NOT NULL,
    read_at DATETIME(3) NULL,
    UNIQUE KEY notifications_like (like_id),
    UNIQUE KEY notifications_reply (reply_id, recipient_id),
    KEY notifications_comment (comment_id),
    KEY notifications_recipient (recipient_id, id),
    KEY notifications_unread (recipient_id, read_at),
    CONSTRAINT notifications_recipient_fk FOREIGN KEY (recipient_id) REFERENCES accounts (id) ON DELETE CASCADE,
    CONSTRAINT notifications_like_fk FOREIGN KEY (like_id) REFERENCES diary_likes (id) ON DELETE CASCADE,
    CONSTRAINT notifications_comment_fk FOREIGN KEY (comment_id) REFERENCES diary_comments (id) ON DELETE CASCADE,
    CONSTRAINT notifications_reply_fk FOREIGN KEY (reply_id) REFERENCES comment_replies (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
