//! The real binary on all real backends at once: MySQL, Redis, MongoDB, a bucket and a mail server.
//!
//! Needs `TEST_MYSQL_URL`, `TEST_REDIS_URL`, `TEST_MONGO_URL` and `TEST_PYTHON`, as `scripts/test` sets them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::duplicate_mod, reason = "two kits share a file")]

#[path = "../chat/client.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod client;
#[path = "../http/day_in_the_life.rs"]
mod day_in_the_life;
#[path = "../hard/kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod hard_kit;
#[path = "../kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod kit;
mod outages;
mod town;
#[path = "../chat/wire.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod wire;
