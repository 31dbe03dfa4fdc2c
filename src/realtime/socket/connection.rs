//! One client as an Engine.IO connection: packets in, calls of the application out.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use bytes::Bytes;

use super::application::{Application, DisconnectReason, Event};
use super::attachments::renumber;
use super::io::{Ack, Io, report_left};
use super::namespaces::Namespaces;
use super::packet::array;
use super::{Data, InvalidPacket, Packet};
use crate::realtime::engine::{self, CloseReason, Message, Refusal, Socket};

/// Socket.IO as an Engine.IO application. `F` makes the [`Application`] of each client, or refuses its handshake.
pub struct SocketIo<F> {
    connect_timeout: Duration,
    accept: F,
}

impl<F, A> SocketIo<F>
where
    F: Fn(&HttpRequest) -> Result<A, Refusal> + Send + Sync + 'static,
    A: Application,
{
    /// A client in no namespace after `connect_timeout` is closed.
    pub fn new(connect_timeout: Duration, accept: F) -> Self {
        Self { connect_timeout, accept }
    }
}

impl<F, A> engine::Application for SocketIo<F>
where
    F: Fn(&HttpRequest) -> Result<A, Refusal> + Send + Sync + 'static,
    A: Application,
{
    type Connection = Client<A>;

    fn accept(&self, request: &HttpRequest) -> Result<Client<A>, Refusal> {
        Ok(Client {
            application: (self.accept)(request)?,
            namespaces: Namespaces::default(),
            incomplete: None,
            connect_timeout: self.connect_timeout,
            connect_by: None,
            wake_at: None,
        })
    }
}

/// One client: its namespaces, and the binary packet whose attachments are still owed.
pub struct Client<A> {
    application: A,
    namespaces: Namespaces,
    incomplete: Option<Box<Incomplete>>,
    connect_timeout: Duration,
    connect_by: Option<Instant>,
    wake_at: Option<Instant>,
}

struct Incomplete {
    /// Read again when it is complete: this happens once per binary packet and saves an owned form of it.
    text: String,
    owed: usize,
    attachments: Vec<Bytes>,
    /// Of all attachments so far.
    bytes: usize,
}

impl<A: Application> Client<A> {
    fn text(&mut self, text: &str, socket: &mut Socket<'_, Self>) -> Result<(), InvalidPacket> {
        if self.incomplete.is_some() {
            return Err(InvalidPacket);
        }
        match Packet::decode(text)? {
            Packet::Event(Data { attachments: owed @ 1.., .. })
            | Packet::Ack(Data { attachments: owed @ 1.., .. }) => {
                let attachments = Vec::with_capacity(owed);
                let incomplete = Incomplete { text: text.to_owned(), owed, attachments, bytes: 0 };
                self.incomplete = Some(Box::new(incomplete));
                Ok(())
            }
            packet => self.packet(packet, &[], socket),
        }
    }

    fn binary(&mut self, data: Bytes, socket: &mut Socket<'_, Self>) -> Result<(), InvalidPacket> {
        let incomplete = self.incomplete.as_mut().ok_or(InvalidPacket)?;
        incomplete.bytes += data.len();
        if incomplete.bytes > A::MOST_ATTACHED {
            return Err(InvalidPacket);
        }
        incomplete.attachments.push(data);
        if incomplete.attachments.len() < incomplete.owed {
            return Ok(());
        }
        let Some(whole) = self.incomplete.take() else { return Ok(()) };
        let packet = Packet::decode(&whole.text)?;
        let (Packet::Event(data) | Packet::Ack(data)) = &packet else { return Err(InvalidPacket) };
        let (json, attachments) = renumber(data.json, &whole.attachments)?;
        let data = Data { json: &json, ..data.clone() };
        let packet = if let Packet::Event(_) = packet { Packet::Event(data) } else { Packet::Ack(data) };
        self.packet(packet, &attachments, socket)
    }

    fn packet(
        &mut self,
        packet: Packet<'_>,
        attachments: &[Bytes],
        socket: &mut Socket<'_, Self>,
    ) -> Result<(), InvalidPacket> {
        match packet {
            Packet::Connect { namespace, auth } => {
                if !self.namespaces.ask(namespace) {
                    return Err(InvalidPacket);
                }
                self.call(socket, |application, io| application.connect(namespace, auth, io));
                if self.namespaces.any_joined() {
                    self.connect_by = None;
                }
                Ok(())
            }
            Packet::Disconnect { namespace } => {
                if !self.namespaces.leave(namespace) {
                    return Err(InvalidPacket);
                }
                self.application.disconnected(namespace, DisconnectReason::Client);
                Ok(())
            }
            Packet::Event(data) | Packet::Ack(data) if !self.namespaces.has_joined(data.namespace) => {
                Err(InvalidPacket)
            }
            Packet::Event(data) => self.event(&data, attachments, socket),
            Packet::Ack(data) => self.ack(&data, attachments, socket),
        }
    }

    fn event(
        &mut self,
        data: &Data<'_>,
        attachments: &[Bytes],
        socket: &mut Socket<'_, Self>,
    ) -> Result<(), InvalidPacket> {
        let values = array(data.json)?;
        let (name, args) = values.split_first().ok_or(InvalidPacket)?;
        let name = match name.get().strip_prefix('"') {
            Some(_) => serde_json::from_str(name.get()).map(Cow::Owned).map_err(|_| InvalidPacket)?,
            None => Cow::Borrowed(name.get()),
        };
        let event = Event { namespace: data.namespace, name, args, attachments };
        let ack = data.id.map(|id| Ack { namespace: data.namespace.into(), id });
        self.call(socket, |application, io| application.event(&event, ack, io));
        Ok(())
    }

    fn ack(
        &mut self,
        data: &Data<'_>,
        attachments: &[Bytes],
        socket: &mut Socket<'_, Self>,
    ) -> Result<(), InvalidPacket> {
        let Some(id) = data.id.filter(|id| self.namespaces.settle_ack(data.namespace, *id)) else {
            return Ok(());
        };
        let values = array(data.json)?;
        let answer = Event { namespace: data.namespace, name: Cow::Borrowed(""), args: &values, attachments };
        self.call(socket, |application, io| application.acked(id, &answer, io));
        Ok(())
    }

    fn call(&mut self, socket: &mut Socket<'_, Self>, f: impl FnOnce(&mut A, &mut Io<'_, '_, A>)) {
        let mut left = Vec::new();
        let mut io =
            Io { socket, namespaces: &mut self.namespaces, wake_at: &mut self.wake_at, left: &mut left };
        f(&mut self.application, &mut io);
        report_left(&mut self.application, left);
        self.set_timer(socket);
    }

    fn set_timer(&self, socket: &mut Socket<'_, Self>) {
        socket.wake_at(self.connect_by.into_iter().chain(self.wake_at).min());
    }
}

impl<A: Application> engine::Connection for Client<A> {
    type Note = A::Note;

    fn opened(&mut self, socket: &mut Socket<'_, Self>) {
        self.connect_by = Some(socket.now() + self.connect_timeout);
        self.set_timer(socket);
    }

    fn message(&mut self, message: Message<'_>, socket: &mut Socket<'_, Self>) {
        let result = match message {
            Message::Text(text) => self.text(text, socket),
            Message::Binary(data) => self.binary(data, socket),
        };
        if result.is_err() {
            socket.close(CloseReason::ParseError);
        }
    }

    fn note(&mut self, note: A::Note, socket: &mut Socket<'_, Self>) {
        self.call(socket, |application, io| application.note(note, io));
    }

    fn woken(&mut self, socket: &mut Socket<'_, Self>) {
        let now = socket.now();
        if self.connect_by.is_some_and(|connect_by| connect_by <= now) {
            self.connect_by = None;
            if !self.namespaces.any_joined() {
                return socket.close(CloseReason::ServerClose);
            }
        }
        if self.wake_at.is_some_and(|wake_at| wake_at <= now) {
            self.wake_at = None;
            self.call(socket, A::woken);
        }
        self.set_timer(socket);
    }

    fn moved(&mut self, socket: &mut Socket<'_, Self>) {
        self.call(socket, A::moved);
    }

    fn closed(&mut self, reason: CloseReason) {
        for namespace in self.namespaces.leave_all() {
            self.application.disconnected(&namespace, DisconnectReason::Transport(reason));
        }
    }
}
