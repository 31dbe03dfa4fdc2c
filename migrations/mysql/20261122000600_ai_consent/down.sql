ALTER TABLE accounts
    DROP COLUMN solutions_taken,
    DROP COLUMN solution_date,
    DROP COLUMN ai_consent;
