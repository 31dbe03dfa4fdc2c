//! What Engine.IO needs to know about the thing it serves.

use std::sync::Arc;
use std::time::Instant;

use actix_web::HttpRequest;
use bytes::Bytes;

use super::directory::{Entry, Mailbox};
use super::outbox::Outlet;
use super::sid::Sid;

/// Opens connections. One value serves all workers.
pub trait Application: Send + Sync + 'static {
    /// What is kept per connection.
    type Connection: Connection;

    /// Looks at a handshake before anything is set aside for it. Limits (full, draining, too many from one address)
    /// belong here; a guard kept in the connection is dropped with it.
    fn accept(&self, request: &HttpRequest) -> Result<Self::Connection, Refusal>;
}

/// A handshake that is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 403, code 4.
    Forbidden,
    /// 503: full or draining; the client tries again later.
    Unavailable,
}

/// One client, whatever carries it. All calls come from its one actor, in order; none may block.
pub trait Connection: Sized + Send + Unpin + 'static {
    /// What other actors may tell this connection through its [`Mailbox`].
    type Note: Send + 'static;

    /// The handshake is done; the open packet is on its way.
    fn opened(&mut self, socket: &mut Socket<'_, Self>) {
        let _ = socket;
    }

    /// The client said something.
    fn message(&mut self, message: Message<'_>, socket: &mut Socket<'_, Self>);

    /// Another actor said something.
    fn note(&mut self, note: Self::Note, socket: &mut Socket<'_, Self>);

    /// The time set by [`Socket::wake_at`] has come.
    fn woken(&mut self, socket: &mut Socket<'_, Self>) {
        let _ = socket;
    }

    /// The connection now lives on the worker of its WebSocket: any [`Outlet`] taken before leads nowhere.
    fn moved(&mut self, socket: &mut Socket<'_, Self>) {
        let _ = socket;
    }

    /// The last call, whatever the cause; made exactly once.
    fn closed(&mut self, reason: CloseReason);
}

/// What a client said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<'a> {
    /// UTF-8 text.
    Text(&'a str),
    /// Raw bytes.
    Binary(Bytes),
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The peer is gone, or left orderly.
    TransportClose,
    /// The peer broke a rule of the transport: two polls at once, a ping from the client, a body too long.
    TransportError,
    /// A ping stayed unanswered.
    PingTimeout,
    /// A packet that is none.
    ParseError,
    /// This server ended it.
    ServerClose,
}

impl CloseReason {
    /// The words Socket.IO applications know.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TransportClose => "transport close",
            Self::TransportError => "transport error",
            Self::PingTimeout => "ping timeout",
            Self::ParseError => "parse error",
            Self::ServerClose => "forced close",
        }
    }
}

/// The wire as its connection sees it during a call. What is sent leaves together when the call returns.
pub struct Socket<'a, C: Connection> {
    pub(super) outlet: &'a Outlet,
    pub(super) entry: &'a Arc<Entry<C>>,
    pub(super) wake_at: &'a mut Option<Instant>,
    pub(super) closing: Option<CloseReason>,
    pub(super) now: Instant,
}

impl<C: Connection> Socket<'_, C> {
    /// Sends one text message.
    pub fn text(&self, text: &str) {
        self.outlet.text(&[text]);
    }

    /// Sends one binary message.
    pub fn binary(&self, data: Bytes) {
        self.outlet.binary(data);
    }

    /// The send buffer itself, for those on this worker who deliver without a call to the connection.
    pub fn outlet(&self) -> &Outlet {
        self.outlet
    }

    /// Where other actors, on any worker, reach this connection for as long as it lives.
    pub fn mailbox(&self) -> Mailbox<C> {
        Mailbox(Arc::clone(self.entry))
    }

    /// The session's secret.
    pub fn sid(&self) -> &Sid {
        &self.entry.sid
    }

    /// When this call was made; all of one call agree on it.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Asks for [`Connection::woken`] at this time; replaces an earlier wish.
    pub fn wake_at(&mut self, time: Option<Instant>) {
        *self.wake_at = time;
    }

    /// Ends the connection after what was sent before. Official clients reconnect after it.
    pub fn close(&mut self, reason: CloseReason) {
        self.closing.get_or_insert(reason);
    }

    /// Whether [`close`](Self::close) was called: what follows in the same batch no longer counts.
    pub fn is_closing(&self) -> bool {
        self.closing.is_some()
    }
}
