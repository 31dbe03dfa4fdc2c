//! What Socket.IO needs to know about the thing it serves.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::io::{Ack, Io};
use crate::realtime::engine::CloseReason;

/// One client with all its namespaces. Calls come one at a time, in the order of the client's packets; none may block.
/// What takes time is asked of another actor, whose answer comes back as a [`Note`](Self::Note).
pub trait Application: Sized + Send + Unpin + 'static {
    /// What other actors may tell this client.
    type Note: Send + 'static;

    /// Bytes that the attachments of one packet may have together; more closes the transport. They are kept until the
    /// last has come, which may be never.
    const MOST_ATTACHED: usize = usize::MAX;

    /// The client wants to join a namespace. Answer with [`Io::accept`], [`Io::refuse`] or [`Io::unknown_namespace`], now
    /// or later; what is emitted before it, such as replayed messages, reaches the client before the answer.
    fn connect(&mut self, namespace: &str, auth: Option<&RawValue>, io: &mut Io<'_, '_, Self>);

    /// The client emitted an event in a namespace it is in. Dropping `ack` leaves the client without an answer.
    fn event(&mut self, event: &Event<'_>, ack: Option<Ack>, io: &mut Io<'_, '_, Self>);

    /// The client answered [`Io::emit_with_ack`]; at most once per id. Clients may never answer.
    fn acked(&mut self, id: u64, answer: &Event<'_>, io: &mut Io<'_, '_, Self>) {
        let _ = (id, answer, io);
    }

    /// Another actor said something.
    fn note(&mut self, note: Self::Note, io: &mut Io<'_, '_, Self>);

    /// The time set by [`Io::wake_at`] has come.
    fn woken(&mut self, io: &mut Io<'_, '_, Self>) {
        let _ = io;
    }

    /// The client now lives on another worker: any outlet taken before leads nowhere.
    fn moved(&mut self, io: &mut Io<'_, '_, Self>) {
        let _ = io;
    }

    /// The client is no longer in a namespace, whatever the cause; once per namespace joined.
    fn disconnected(&mut self, namespace: &str, reason: DisconnectReason);
}

/// An event, or an answer, whose name is then empty.
#[derive(Debug)]
pub struct Event<'a> {
    /// Where.
    pub namespace: &'a str,
    /// Which; a number is given by its digits.
    pub name: Cow<'a, str>,
    /// The rest, as it came; binary is a placeholder numbered in the order of the text.
    pub args: &'a [&'a RawValue],
    /// The binary of the placeholders.
    pub attachments: &'a [Bytes],
}

impl<'a> Event<'a> {
    /// One argument as a type of ours. `None` when it is missing or of another shape.
    pub fn arg<T: Deserialize<'a>>(&self, index: usize) -> Option<T> {
        serde_json::from_str(self.args.get(index)?.get()).ok()
    }
}

/// How a client is let in.
#[derive(Debug, Clone, Default)]
pub struct Accepted {
    /// The id the client had before, in a recovery; otherwise a new one is made.
    pub sid: Option<String>,
    /// Turns recovery on for this client: the private id it may come back with.
    pub pid: Option<String>,
}

/// Why a client is not let in.
#[derive(Debug, Clone)]
pub struct ConnectError {
    /// For people.
    pub message: String,
    /// For programs.
    pub data: Option<serde_json::Value>,
}

/// Why a client left a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisconnectReason {
    /// It said so.
    Client,
    /// This server said so.
    Server,
    /// The connection under it ended.
    Transport(CloseReason),
}

impl DisconnectReason {
    /// The words known from the reference server.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client namespace disconnect",
            Self::Server => "server namespace disconnect",
            Self::Transport(reason) => reason.as_str(),
        }
    }
}
