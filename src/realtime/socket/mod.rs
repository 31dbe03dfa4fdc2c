//! Socket.IO v5: namespaces, events, acknowledgements and binary attachments on top of [`engine`](super::engine).
//!
//! [`Packet`] reads and [`encode`] writes, both pure. [`SocketIo`] is the Engine.IO application that turns packets into
//! calls of an [`Application`], one value per client, in the order the client sent them.

mod application;
mod args;
mod attachments;
mod connection;
pub mod encode;
mod io;
mod namespaces;
mod packet;

pub use application::{Accepted, Application, ConnectError, DisconnectReason, Event};
pub use args::Args;
pub use attachments::MAX_ATTACHMENTS;
pub use connection::{Client, SocketIo};
pub use io::{Ack, Io};
pub use packet::{Data, InvalidPacket, Packet};
