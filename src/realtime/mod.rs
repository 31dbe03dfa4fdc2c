//! The live half of the server: Engine.IO v4 and Socket.IO v5, written against the protocol documents.
//!
//! [`engine`] moves messages over long polling and WebSocket and is usable alone; [`socket`] adds namespaces,
//! events, acknowledgements and binary attachments on top. Neither knows what is being said: that is [`chat`].

pub mod chat;
pub mod engine;
pub mod socket;
