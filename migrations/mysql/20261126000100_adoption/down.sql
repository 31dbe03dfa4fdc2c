DROP TABLE adoptions;
DELETE FROM diary_entries WHERE diary_date IS NULL;
ALTER TABLE diary_entries MODIFY diary_date DATE NOT NULL;
