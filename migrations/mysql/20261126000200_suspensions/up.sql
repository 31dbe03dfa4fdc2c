-- Somebody whom administrators keep out; NULL for everybody else.
ALTER TABLE accounts ADD COLUMN suspended_at DATETIME(3) NULL;
