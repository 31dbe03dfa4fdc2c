-- Rooms that an administrator has closed: `plaza`, or a cloud, on whatever day.
CREATE TABLE chat_closed_rooms (
    room TEXT NOT NULL PRIMARY KEY,
    closed_at TIMESTAMP NOT NULL
);
