-- `solutions_taken` counts those of `solution_date`, a day in Seoul; NULL before the first.
ALTER TABLE accounts ADD COLUMN ai_consent BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE accounts ADD COLUMN solution_date DATE NULL;
ALTER TABLE accounts ADD COLUMN solutions_taken SMALLINT NOT NULL DEFAULT 0;
