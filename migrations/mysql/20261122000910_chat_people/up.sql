-- Names given in a room on a day.
CREATE TABLE chat_aliases (
    day DATE NOT NULL,
    room VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    person BINARY(12) NOT NULL,
    alias VARCHAR(191) COLLATE utf8mb4_bin NOT NULL,
    PRIMARY KEY (day, room, person),
    UNIQUE KEY chat_aliases_alias (day, room, alias)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

CREATE TABLE chat_hidden (
    day DATE NOT NULL,
    room VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    viewer BINARY(12) NOT NULL,
    hidden BINARY(12) NOT NULL,
    PRIMARY KEY (day, room, viewer, hidden)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- What was reported, as it read then.
CREATE TABLE chat_reports (
    message BINARY(12) NOT NULL,
    reporter BINARY(12) NOT NULL,
    reporter_person BIGINT NULL,
    room VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    author BINARY(12) NULL,
    person BIGINT NULL,
    name VARCHAR(191) COLLATE utf8mb4_bin NULL,
    content VARCHAR(1000) COLLATE utf8mb4_bin NULL,
    reason VARCHAR(1000) COLLATE utf8mb4_bin NOT NULL,
    created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (message, reporter),
    KEY chat_reports_created_at (created_at),
    CONSTRAINT chat_reports_person_fk FOREIGN KEY (person) REFERENCES accounts (id) ON DELETE SET NULL,
    CONSTRAINT chat_reports_reporter_fk FOREIGN KEY (reporter_person) REFERENCES accounts (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;

-- `subject` is `person 12`, `address 192.0.2.1` or `address 2001:db8::/64`.
CREATE TABLE chat_bans (
    subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    until DATETIME(3) NOT NULL,
    reason TEXT NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY chat_bans_until (until)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4;
