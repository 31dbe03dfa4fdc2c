DROP TABLE adoptions;
-- Foreign keys are off here, so what hangs on those diaries goes by hand.
DELETE FROM diary_likes WHERE diary_id IN (SELECT id FROM diary_entries WHERE diary_date IS NULL);
DELETE FROM comment_replies WHERE diary_id IN (SELECT id FROM diary_entries WHERE diary_date IS NULL);
DELETE FROM diary_comments WHERE diary_id IN (SELECT id FROM diary_entries WHERE diary_date IS NULL);
DELETE FROM diary_solutions WHERE diary_id IN (SELECT id FROM diary_entries WHERE diary_date IS NULL);
DELETE FROM notifications WHERE diary_id IN (SELECT id FROM diary_entries WHERE diary_date IS NULL);
CREATE TABLE diary_entries_new (
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
INSERT INTO diary_entries_new
SELECT id, author_id, diary_date, emotion, image, content, is_public, author_leaving, view_count, like_count, sentence,
    weather, temperature, humid, sleep, created_at, updated_at
FROM diary_entries
WHERE diary_date IS NOT NULL;
-- The highest id ever given, so that none is given twice.
DELETE FROM sqlite_sequence WHERE name = 'diary_entries_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'diary_entries_new', seq FROM sqlite_sequence WHERE name = 'diary_entries';
DROP TABLE diary_entries;
ALTER TABLE diary_entries_new RENAME TO diary_entries;
CREATE INDEX diary_entries_feed ON diary_entries (is_public, author_leaving, created_at, id);
CREATE INDEX diary_entries_own ON diary_entries (author_id, created_at, id);
