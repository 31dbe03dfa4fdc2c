//! The live half under load of the hostile kind: what memory it takes, and whether it is still there afterwards.
//!
//! Apart from `realtime`, because memory is that of a whole process: server and clients share this one, and the tests run
//! one after another. `cargo test` does a small part; `make endurance` does all of it, optimised.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod flat;
mod packets;
mod slow_loris;

#[path = "../realtime/lab.rs"]
#[expect(dead_code, reason = "the other test has use for all of it")]
mod lab;
