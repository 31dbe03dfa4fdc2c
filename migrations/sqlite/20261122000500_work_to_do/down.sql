DROP TABLE jobs;
DROP TABLE outgoing_mails;
DROP TABLE pending_files;
DROP TABLE signup_codes;
