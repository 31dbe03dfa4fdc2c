//! The live chat from outside: real sockets against the real server, one test per sentence of what it promises.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::duplicate_mod, reason = "two kits share a file")]

mod bans;
mod client;
mod closing;
mod clouds;
mod commands;
mod entry;
mod existing_client;
#[path = "../hard/kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod hard_kit;
#[path = "../kit/mod.rs"]
#[expect(dead_code, unused_imports, reason = "shared with tests that need more of it")]
mod kit;
mod limits;
mod midnight;
mod nodes;
mod notifications;
mod people;
mod promises;
mod wire;

pub(crate) use client::{Chat, Heard, NotIn};
pub(crate) use wire::Transport;
