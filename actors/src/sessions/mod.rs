//! People who are active on this node: one [`UserSession`] each, found through [`SessionDirectory`].
//!
//! A use case of a signed-in person is a [`PersonCommand`]: a struct with what was asked, and a `run` that decides.
//! `UserSession` runs it for a caller whose session lives: reads may overlap, writes go one after another.

mod command;
mod directory;
mod lane;
mod messages;
mod roster;
mod sockets;
mod user_session;

pub use command::{Lane, Person, PersonCommand, Ports};
pub use directory::SessionDirectory;
pub use messages::{
    As, EndSockets, FetchNotification, PushNotification, RereadSessions, RetireSession, SessionIdle,
    StartSession,
};
pub use roster::{Home, Sessions};
pub use sockets::{AttachSocket, PersonSocket, PersonWord};
pub use user_session::UserSession;
