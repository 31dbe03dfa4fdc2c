//! The contract of every port, run on every implementation of it.
//!
//! SQLite always; MySQL or MariaDB when `TEST_MYSQL_URL` names a server where databases may be created and dropped,
//! e.g. `mysql://root@127.0.0.1:3306`. Redis when `TEST_REDIS_URL` names a server whose databases may be emptied and of
//! which there are many, e.g. `redis://127.0.0.1:6379`; those that break one start one of their own.
//! The chat log also in MongoDB when `TEST_MONGO_URL` names a server, e.g. `mongodb://127.0.0.1:27017`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "ports/accounts.rs"]
mod accounts;
#[path = "ports/audit.rs"]
mod audit;
#[path = "kit/bucket.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod bucket;
#[path = "ports/cache.rs"]
mod cache;
#[path = "ports/cache_outage.rs"]
mod cache_outage;
#[path = "ports/chat_clean_up.rs"]
mod chat_clean_up;
#[path = "ports/chat_log.rs"]
mod chat_log;
#[path = "ports/chat_people.rs"]
mod chat_people;
#[path = "ports/comments.rs"]
mod comments;
#[path = "ports/diaries.rs"]
mod diaries;
#[path = "ports/explain.rs"]
mod explain;
#[path = "ports/fan_out.rs"]
mod fan_out;
#[path = "ports/fan_out_faults.rs"]
mod fan_out_faults;
#[path = "ports/feeds.rs"]
mod feeds;
#[path = "ports/file_bucket.rs"]
mod file_bucket;
#[path = "ports/file_store.rs"]
mod file_store;
#[path = "ports/files.rs"]
mod files;
#[path = "ports/harness.rs"]
mod harness;
#[path = "ports/identities.rs"]
mod identities;
#[path = "ports/jobs.rs"]
mod jobs;
#[path = "ports/leaving.rs"]
mod leaving;
#[path = "ports/likes.rs"]
mod likes;
#[path = "ports/mail.rs"]
mod mail;
#[path = "ports/migrations.rs"]
mod migrations;
#[path = "ports/mongo.rs"]
mod mongo;
#[path = "ports/notifications.rs"]
mod notifications;
#[path = "ports/outage.rs"]
mod outage;
#[path = "ports/plans.rs"]
mod plans;
#[path = "ports/proxied.rs"]
mod proxied;
#[path = "kit/proxy.rs"]
mod proxy;
#[path = "kit/redis_server.rs"]
mod redis_server;
#[path = "ports/schedulers.rs"]
mod schedulers;
#[path = "ports/schema.rs"]
mod schema;
#[path = "ports/sessions.rs"]
mod sessions;
#[path = "ports/solutions.rs"]
mod solutions;
