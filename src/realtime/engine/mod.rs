//! Engine.IO v4: one connection per client, over long polling, WebSocket, or first one and then the other.
//!
//! A connection is one actor with one mailbox. While it polls, it lives on the worker that took its handshake
//! ([`polling`]); at the upgrade its [`session`] moves into the actor of the WebSocket, which sits on the worker that
//! holds the descriptor ([`websocket`], the only file that names actix-web-actors). Messages sent to it during
//! the move are held and delivered in order.
//!
//! What a connection says is decided by an [`Application`]; this module refuses to know it.

mod application;
mod body;
mod cors;
mod directory;
mod error;
mod frame;
mod heartbeat;
mod http;
mod outbox;
mod packet;
mod payload;
mod peer;
mod polling;
mod request;
mod session;
mod settings;
mod sid;
mod timer;
mod unread;
mod websocket;

pub use application::{Application, CloseReason, Connection, Message, Refusal, Socket};
pub use cors::Origins;
pub use directory::{Mailbox, NotTold};
pub use error::Error;
pub use http::Engine;
pub use outbox::{Backlog, Outlet};
pub use packet::{InvalidPacket, Packet};
pub use payload::{decode as decode_payload, push_binary, push_text};
pub use peer::remember_peer;
pub use settings::Settings;
pub(in crate::realtime) use sid::random_id;
pub use sid::{NodeTag, Sid};
