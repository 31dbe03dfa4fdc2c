DROP TABLE chat_recoveries;
