-- The last solution of each diary.
CREATE TABLE diary_solutions (
    diary_id INTEGER NOT NULL PRIMARY KEY REFERENCES diary_entries (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    first_tip TEXT NOT NULL,
    second_tip TEXT NOT NULL,
    source TEXT NOT NULL,
    model TEXT NULL,
    created_at TIMESTAMP NOT NULL
);
