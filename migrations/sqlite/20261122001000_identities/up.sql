-- Who people are at sign-in providers. Accounts of the previous service have no row here before they come back.
CREATE TABLE account_identities (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX account_identities_subject ON account_identities (provider, subject);
CREATE UNIQUE INDEX account_identities_account ON account_identities (account_id, provider);
