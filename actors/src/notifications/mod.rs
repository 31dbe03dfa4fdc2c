//! What people are told of: reading it, and showing it at once to whoever is there.
//!
//! A notification is stored by the port method that does the deed. The use case of the deed then says it on with
//! [`News`]. On other nodes it is read again, so that no words of people travel; whoever is too busy to hear of it finds
//! it in their list.

mod list;
mod news;
mod read;

pub use list::ListNotifications;
pub(crate) use news::News;
pub use read::ReadNotifications;
