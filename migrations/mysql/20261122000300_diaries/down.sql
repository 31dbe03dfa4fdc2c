DROP TABLE diary_likes;
DROP TABLE diary_entries;
