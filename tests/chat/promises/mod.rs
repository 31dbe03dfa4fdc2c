//! The promises of chat.md, by number; limits (5) and bans (9) have files of their own.

mod cuts;
mod garbage;
mod order;
mod outage;
mod slow;
mod stored;
mod vanished;
