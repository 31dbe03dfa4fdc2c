//! Three nodes that behave as one: real processes behind nginx, on one MariaDB and one Redis.
//!
//! Run when `TEST_MYSQL_URL` and `TEST_REDIS_URL` name servers for tests and nginx is installed; otherwise each test says
//! what is missing, and is over.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::duplicate_mod, reason = "two kits share a file")]

mod administered;
#[path = "../chat/client.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod client;
mod cluster;
#[path = "../hard/kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod hard_kit;
mod killed;
#[path = "../kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod kit;
mod nginx;
mod together;
#[path = "../chat/wire.rs"]
mod wire;
