-- Rooms that an administrator has closed: `plaza`, or a cloud, on whatever day.
CREATE TABLE chat_closed_rooms (
    room VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    closed_at DATETIME(3) NOT NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
