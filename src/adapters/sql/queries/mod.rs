//! The queries, written once and compiled for either database: this folder is a module of both `sqlite.rs` and
//! `mysql.rs`, whose `Conn` and `last_id` it takes from above.
//!
//! Rules that keep one body right for both:
//! * the first statement of a transaction is a write, so that the rows it decides on are locked before they are read
//!   (a no-op `SET x = x` where nothing else fits; affected rows are matched rows on both);
//! * a `change!` may run again after a lost fight for a lock, so it does all or nothing;
//! * a list of ids goes into one statement in pieces of [`PIECE`].

use super::{Conn, last_id};

pub(in super::super) mod accounts;
pub(in super::super) mod adoption;
pub(in super::super) mod audit;
pub(in super::super) mod bans;
pub(in super::super) mod chat_append;
pub(in super::super) mod chat_log;
pub(in super::super) mod chat_people;
pub(in super::super) mod closed_rooms;
pub(in super::super) mod codes;
pub(in super::super) mod comments;
pub(in super::super) mod diaries;
pub(in super::super) mod files;
pub(in super::super) mod health;
pub(in super::super) mod identities;
pub(in super::super) mod jobs;
pub(in super::super) mod leaving;
pub(in super::super) mod likes;
pub(in super::super) mod mails;
mod many_rows;
pub(in super::super) mod notifications;
pub(in super::super) mod purge;
pub(in super::super) mod recoveries;
pub(in super::super) mod replies;
pub(in super::super) mod sessions;
pub(in super::super) mod solutions;
mod visible;

/// Ids in one `IN (…)`; SQLite takes 32,766 values per statement.
const PIECE: usize = 500;
