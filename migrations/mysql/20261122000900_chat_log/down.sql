DROP TABLE chat_entries;
