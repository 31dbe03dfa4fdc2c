-- What administrators did. Written before it is done, `outcome` after; by and on whom without a foreign key, because the
-- record outlives both.
CREATE TABLE audit_log (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at TIMESTAMP NOT NULL,
    done_by TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    node TEXT NOT NULL,
    outcome TEXT NULL
);
