//! The live chat: rooms, what is said in them, and under which name.

mod alias;
mod oid;
mod pid_mark;
mod room;
mod text;

pub use alias::{Alias, alias_candidates};
pub use oid::Oid;
pub use pid_mark::PidMark;
pub use room::{Cloud, LogKey, RoomName};
pub use text::{ChatText, ClientId, LoginName};
