//! What goes wrong in the world, against the real binary: bad input, races, restarts, broken disks.
//!
//! Every test starts `nine-cloud serve` as a child process in a folder of its own, and looks at what it answered, what
//! it kept, and what it logged.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod actors;
mod adopt;
mod bad_bodies;
mod bad_heads;
mod bad_paths;
mod bad_tokens;
mod bucket;
mod crash;
mod kit;
mod limits;
mod mail;
mod memory;
mod races;
#[path = "../kit/bucket.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod s3;
mod social;
mod stops;
mod stores;
mod tls;
mod tracing;
mod unread_bodies;
