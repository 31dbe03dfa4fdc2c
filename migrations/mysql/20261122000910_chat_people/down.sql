DROP TABLE chat_bans;
DROP TABLE chat_reports;
DROP TABLE chat_hidden;
DROP TABLE chat_aliases;
