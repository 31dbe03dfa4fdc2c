//! What an application can do to its client.

use std::time::Instant;

use super::application::{Accepted, Application, ConnectError, DisconnectReason};
use super::connection::Client;
use super::namespaces::Namespaces;
use super::{Args, encode};
use crate::realtime::engine::{CloseReason, Mailbox, Outlet, Socket, random_id};

/// The client, during a call of its application.
pub struct Io<'a, 's, A: Application> {
    pub(super) socket: &'a mut Socket<'s, Client<A>>,
    pub(super) namespaces: &'a mut Namespaces,
    pub(super) wake_at: &'a mut Option<Instant>,
    pub(super) left: &'a mut Vec<Box<str>>,
}

/// The right to answer one event, once.
#[derive(Debug)]
pub struct Ack {
    pub(super) namespace: Box<str>,
    pub(super) id: u64,
}

impl<A: Application> Io<'_, '_, A> {
    /// Lets the client into a namespace it asked for; nothing happens if it no longer waits.
    pub fn accept(&mut self, namespace: &str, accepted: Accepted) {
        let Some(sid) = accepted.sid.or_else(|| random_id().ok()) else { return self.close() };
        if self.namespaces.join(namespace) {
            self.socket.text(&encode::connected(namespace, &sid, accepted.pid.as_deref()));
            self.socket.outlet().write_alone();
        }
    }

    /// Does not let it in. The connection stays.
    pub fn refuse(&mut self, namespace: &str, error: &ConnectError) {
        if self.namespaces.turn_away(namespace) {
            self.socket.text(&encode::connect_error(namespace, &error.message, error.data.as_ref()));
        }
    }

    /// There is no such namespace here. The connection stays.
    pub fn unknown_namespace(&mut self, namespace: &str) {
        self.refuse(namespace, &ConnectError { message: "Invalid namespace".to_owned(), data: None });
    }

    /// Sends an event, also while the client waits to be let in.
    pub fn emit(&mut self, namespace: &str, name: &str, args: &Args) {
        self.outlet().event(&encode::event_head(namespace, None, name, args), "]", args);
    }

    /// Sends an event that wants an answer, which comes to [`Application::acked`]. `None`: the client is not in the
    /// namespace.
    pub fn emit_with_ack(&mut self, namespace: &str, name: &str, args: &Args) -> Option<u64> {
        let id = self.namespaces.expect_ack(namespace)?;
        self.outlet().event(&encode::event_head(namespace, Some(id), name, args), "]", args);
        Some(id)
    }

    /// Answers an event, unless the client has left the namespace since.
    pub fn ack(&mut self, ack: &Ack, args: &Args) {
        if self.namespaces.has_joined(&ack.namespace) {
            self.outlet().event(&encode::ack(&ack.namespace, ack.id, args), "", args);
        }
    }

    /// Puts the client out of a namespace. The official client does not come back by itself after this; to make it
    /// reconnect, [`close`](Self::close).
    pub fn disconnect(&mut self, namespace: &str) {
        if self.namespaces.leave(namespace) {
            self.socket.text(&encode::disconnect(namespace));
            self.left.push(namespace.into());
        }
    }

    /// Ends the connection after what was sent before.
    pub fn close(&mut self) {
        self.socket.close(CloseReason::ServerClose);
    }

    /// Asks for [`Application::woken`] at this time; replaces an earlier wish.
    pub fn wake_at(&mut self, time: Option<Instant>) {
        *self.wake_at = time;
    }

    /// When this call was made.
    pub fn now(&self) -> Instant {
        self.socket.now()
    }

    /// Where other actors, on any worker, reach this client for as long as it lives.
    pub fn mailbox(&self) -> Mailbox<Client<A>> {
        self.socket.mailbox()
    }

    /// The send buffer itself, for those on this worker who deliver without a call to the application.
    pub fn outlet(&self) -> &Outlet {
        self.socket.outlet()
    }
}

impl Outlet {
    /// Appends an encoded event or acknowledgement and its attachments, adjacent. `tail` ends this client's copy.
    pub fn event(&self, head: &str, tail: &str, args: &Args) {
        self.text(&[head, tail]);
        for attachment in &args.attachments {
            self.binary(attachment.clone());
        }
    }
}

/// Tells the application of the namespaces it has put the client out of, after the call that did it.
pub(super) fn report_left<A: Application>(application: &mut A, left: Vec<Box<str>>) {
    for namespace in left {
        application.disconnected(&namespace, DisconnectReason::Server);
    }
}
