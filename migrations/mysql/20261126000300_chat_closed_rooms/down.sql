DROP TABLE chat_closed_rooms;
