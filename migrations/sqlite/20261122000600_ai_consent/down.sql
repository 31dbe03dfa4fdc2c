ALTER TABLE accounts DROP COLUMN solutions_taken;
ALTER TABLE accounts DROP COLUMN solution_date;
ALTER TABLE accounts DROP COLUMN ai_consent;
