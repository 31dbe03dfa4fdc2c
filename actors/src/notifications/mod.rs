//! What people are told of: reading it, and showing it at once to whoever is there.
//!
//! A notification is stored by the port method that does the deed. The use case of the deed then says it on with
//! [`News`]; whoever is not on this node, or too busy, finds it in their list.

mod list;
mod news;
mod read;

pub use list::ListNotifications;
pub(crate) use news::News;
pub use read::ReadNotifications;
