-- `author_leaving` repeats `accounts.purge_at IS NOT NULL`, so that the feed is one range of one index.
CREATE TABLE diary_entries (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    author_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    diary_date DATE NOT NULL,
    emotion DOUBLE NOT NULL,
    image TEXT NULL,
    content TEXT NOT NULL,
    is_public BOOLEAN NOT NULL,
    author_leaving BOOLEAN NOT NULL,
    view_count BIGINT NOT NULL,
    like_count BIGINT NOT NULL,
    sentence TEXT NULL,
    weather TEXT NOT NULL,
    temperature SMALLINT NULL,
    humid SMALLINT NULL,
    sleep SMALLINT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (author_id, diary_date)
);
CREATE INDEX diary_entries_feed ON diary_entries (is_public, author_leaving, created_at, id);
CREATE INDEX diary_entries_own ON diary_entries (author_id, created_at, id);

CREATE TABLE diary_likes (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    diary_id BIGINT NOT NULL REFERENCES diary_entries (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (user_id, diary_id)
);
CREATE INDEX diary_likes_diary ON diary_likes (diary_id);
