//! The actor of a WebSocket, and the only file that names actix-web-actors (deprecated upstream, and what we were asked
//! to use): a move to another WebSocket library stays in here.
//!
//! Frames come in through the library. They go out through the [`Outlet`]: the response body drains it, so that others on
//! this worker can write to a client without a hop through its actor.

use std::mem;
use std::sync::Arc;
use std::time::Instant;

use actix::prelude::*;
use actix_http::ws::{Codec, Item};
use actix_web::dev::Payload;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use actix_web_actors::ws::{self, ProtocolError, WebsocketContext};
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use tokio::sync::oneshot;

use super::Packet;
use super::application::{CloseReason, Connection, Message as Said};
use super::body::Body;
use super::directory::{Entry, Letter};
use super::error::Error;
use super::outbox::Outlet;
use super::peer::Peer;
use super::polling::{Dismissed, Moved, Probed, TakeOver};
use super::session::{Ended, Flow, Session, Shared};
use super::timer::{self, Timed, now};

/// A session on a WebSocket, or a WebSocket that wants to become that of a polling session.
struct WebSocketSession<C: Connection> {
    stage: Stage<C>,
    outlet: Outlet,
    /// A fragmented message so far, and whether it is text.
    fragments: Option<(bool, BytesMut)>,
    max_payload: usize,
}

enum Stage<C: Connection> {
    Opening(Session<C>),
    Open(Session<C>),
    Probing(Probe<C>),
    /// `5` has come; the session is on its way here.
    Adopting(Probe<C>),
    Over,
}

struct Probe<C: Connection> {
    shared: Arc<Shared<C>>,
    entry: Arc<Entry<C>>,
    peer: Option<Peer>,
    /// `2probe` has come.
    probed: bool,
    /// Whether this is the one WebSocket that may take over.
    claimed: bool,
    until: Instant,
}

impl<C: Connection> Drop for Probe<C> {
    fn drop(&mut self) {
        if self.claimed {
            self.entry.release_upgrade();
            if let Some(session) = self.entry.polling() {
                actix_web::rt::spawn(session.send(Probed(None)));
            }
        }
    }
}

/// Close codes of RFC 6455 §7.4.1.
const NORMAL: u16 = 1000;
const PROTOCOL_ERROR: u16 = 1002;
const TOO_BIG: u16 = 1009;

/// Checks the WebSocket handshake, before a session is made for it.
pub(super) fn handshake(request: &HttpRequest) -> Result<HttpResponseBuilder, Error> {
    ws::handshake(request).map_err(|_| Error::BadRequest)
}

/// A session that is a WebSocket from the start.
pub(super) fn open<C: Connection>(
    session: Session<C>,
    peer: Option<Peer>,
    handshake: HttpResponseBuilder,
    payload: Payload,
) -> HttpResponse {
    let max_payload = session.shared.settings.max_payload;
    start(Stage::Opening(session), max_payload, peer, handshake, payload)
}

/// A WebSocket that wants to take over a polling session.
pub(super) fn probe<C: Connection>(
    shared: Arc<Shared<C>>,
    entry: Arc<Entry<C>>,
    peer: Option<Peer>,
    handshake: HttpResponseBuilder,
    payload: Payload,
) -> HttpResponse {
    let max_payload = shared.settings.max_payload;
    let until = now() + shared.settings.upgrade_timeout;
    // Claimed here and not by the actor, which starts only when the body is first polled.
    let claimed = entry.claim_upgrade();
    let probe = Probe { shared, entry, peer: peer.clone(), probed: false, claimed, until };
    start(Stage::Probing(probe), max_payload, peer, handshake, payload)
}

fn start<C: Connection>(
    stage: Stage<C>,
    max_payload: usize,
    peer: Option<Peer>,
    mut handshake: HttpResponseBuilder,
    payload: Payload,
) -> HttpResponse {
    let outlet = Outlet::web_socket();
    let actor = WebSocketSession { stage, outlet: outlet.clone(), fragments: None, max_payload };
    let frames = WebsocketContext::with_codec(actor, payload, Codec::new().max_size(max_payload));
    handshake.streaming(Body::new(frames, outlet, peer))
}

impl<C: Connection> WebSocketSession<C> {
    fn text(&mut self, text: &str, ctx: &mut WebsocketContext<Self>) {
        let Ok(packet) = Packet::decode_text(text) else {
            return self.end(CloseReason::ParseError, NORMAL, ctx);
        };
        match &mut self.stage {
            Stage::Open(_) => self.step(ctx, |session, outlet, now| session.packet(packet, outlet, now)),
            Stage::Probing(probe) => match (packet, probe.entry.polling()) {
                (Packet::Ping("probe"), Some(session)) if !probe.probed => {
                    probe.probed = true;
                    self.outlet.control("3probe");
                    if let Err(error) = session.try_send(Probed(Some(ctx.address().recipient()))) {
                        // Its mailbox is full: wait for room, or for its end.
                        let told = session.send(error.into_inner()).into_actor(self);
                        ctx.wait(told.map(|_, _, _| ()));
                    }
                }
                (Packet::Upgrade, Some(session)) if probe.probed => {
                    probe.entry.end_polling(probe.peer.take());
                    if let Stage::Probing(probe) = mem::replace(&mut self.stage, Stage::Over) {
                        self.stage = Stage::Adopting(probe);
                    }
                    let (reply, moved) = oneshot::channel();
                    let moved = async move {
                        session.send(TakeOver { reply }).await.ok()?;
                        moved.await.ok()
                    };
                    // Nothing is read until the session is here, so the next frame already finds it.
                    ctx.wait(moved.into_actor(self).map(|moved, actor, ctx| actor.adopt(moved, ctx)));
                }
                _ => self.end(CloseReason::TransportError, NORMAL, ctx),
            },
            Stage::Opening(_) | Stage::Adopting(_) | Stage::Over => {}
        }
    }

    fn adopt(&mut self, moved: Option<Moved<C>>, ctx: &mut WebsocketContext<Self>) {
        let (Stage::Adopting(probe), Some((session, queue))) = (&mut self.stage, moved.and_then(Moved::take))
        else {
            return self.end(CloseReason::TransportError, NORMAL, ctx);
        };
        // It stays claimed for good: no other WebSocket may take it over.
        probe.claimed = false;
        self.stage = Stage::Open(session);
        self.outlet.resume(queue);
        self.step(ctx, Session::moved);
        self.open_inbox(ctx);
    }

    fn open_inbox(&mut self, ctx: &mut WebsocketContext<Self>) {
        let Stage::Open(session) = &self.stage else { return };
        for letter in session.entry.clone().open_inbox(ctx.address().recipient()) {
            self.step(ctx, |session, outlet, now| session.letter(letter, outlet, now));
        }
    }

    fn step(
        &mut self,
        ctx: &mut WebsocketContext<Self>,
        f: impl FnOnce(&mut Session<C>, &Outlet, Instant) -> Flow,
    ) {
        let Stage::Open(session) = &mut self.stage else { return };
        if let Flow::Break(reason) = f(session, &self.outlet, now()) {
            self.end(reason, NORMAL, ctx);
        }
    }

    /// The close frame goes out, the body ends, and with it the TCP connection.
    fn end(&mut self, reason: CloseReason, code: u16, ctx: &mut WebsocketContext<Self>) {
        self.outlet.close(code);
        self.finish(reason);
        ctx.stop();
    }

    fn finish(&mut self, reason: CloseReason) {
        if let Stage::Opening(session) | Stage::Open(session) = mem::replace(&mut self.stage, Stage::Over) {
            drop(Ended::new(session, reason));
        }
    }

    fn fragment(&mut self, item: Item, ctx: &mut WebsocketContext<Self>) {
        let (piece, last) = match item {
            Item::FirstText(piece) => {
                self.fragments = Some((true, BytesMut::new()));
                (piece, false)
            }
            Item::FirstBinary(piece) => {
                self.fragments = Some((false, BytesMut::new()));
                (piece, false)
            }
            Item::Continue(piece) => (piece, false),
            Item::Last(piece) => (piece, true),
        };
        let Some((is_text, whole)) = &mut self.fragments else { return };
        if whole.len() + piece.len() > self.max_payload {
            return self.end(CloseReason::TransportError, TOO_BIG, ctx);
        }
        whole.extend_from_slice(&piece);
        if last {
            let (is_text, whole) = (*is_text, whole.split().freeze());
            self.fragments = None;
            if !is_text {
                self.binary(whole, ctx);
            } else if let Ok(text) = ByteString::try_from(whole) {
                self.text(&text, ctx);
            } else {
                self.end(CloseReason::ParseError, PROTOCOL_ERROR, ctx);
            }
        }
    }

    fn binary(&mut self, data: Bytes, ctx: &mut WebsocketContext<Self>) {
        if matches!(self.stage, Stage::Probing(_)) {
            return self.end(CloseReason::TransportError, NORMAL, ctx);
        }
        self.step(ctx, |session, outlet, now| session.message(Said::Binary(data), outlet, now));
    }
}

impl<C: Connection> Actor for WebSocketSession<C> {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Opening(session) => {
                ctx.set_mailbox_capacity(session.shared.settings.mailbox_capacity);
                self.stage = Stage::Open(session);
                self.step(ctx, Session::open);
                self.open_inbox(ctx);
            }
            Stage::Probing(probe) => {
                ctx.set_mailbox_capacity(probe.shared.settings.mailbox_capacity);
                let refused = !probe.claimed || probe.entry.polling().is_none();
                self.stage = Stage::Probing(probe);
                if refused {
                    self.end(CloseReason::TransportError, NORMAL, ctx);
                }
            }
            other => self.stage = other,
        }
        timer::start(self, ctx);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.finish(CloseReason::TransportClose);
    }
}

impl<C: Connection> Timed for WebSocketSession<C> {
    fn due(&self) -> Instant {
        match &self.stage {
            Stage::Opening(session) | Stage::Open(session) => session.due(),
            Stage::Probing(probe) | Stage::Adopting(probe) => probe.until,
            Stage::Over => now(),
        }
    }

    fn tick(&mut self, _: Instant, ctx: &mut Self::Context) {
        match &self.stage {
            Stage::Opening(_) | Stage::Open(_) => self.step(ctx, Session::tick),
            Stage::Probing(_) | Stage::Adopting(_) => self.end(CloseReason::TransportError, NORMAL, ctx),
            Stage::Over => ctx.stop(),
        }
    }
}

impl<C: Connection> StreamHandler<Result<ws::Message, ProtocolError>> for WebSocketSession<C> {
    fn handle(&mut self, frame: Result<ws::Message, ProtocolError>, ctx: &mut Self::Context) {
        match frame {
            Ok(ws::Message::Text(text)) => self.text(&text, ctx),
            Ok(ws::Message::Binary(data)) => self.binary(data, ctx),
            Ok(ws::Message::Continuation(item)) => self.fragment(item, ctx),
            Ok(ws::Message::Ping(data)) => self.outlet.pong(&data),
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {}
            Ok(ws::Message::Close(_)) => self.end(CloseReason::TransportClose, NORMAL, ctx),
            Err(ProtocolError::Io(_)) => self.end(CloseReason::TransportClose, PROTOCOL_ERROR, ctx),
            Err(ProtocolError::Overflow) => self.end(CloseReason::TransportError, TOO_BIG, ctx),
            Err(_) => self.end(CloseReason::TransportError, PROTOCOL_ERROR, ctx),
        }
    }

    fn finished(&mut self, ctx: &mut Self::Context) {
        self.finish(CloseReason::TransportClose);
        ctx.stop();
    }
}

/// Another actor says something.
impl<C: Connection> Handler<Letter<C::Note>> for WebSocketSession<C> {
    type Result = ();

    fn handle(&mut self, letter: Letter<C::Note>, ctx: &mut Self::Context) {
        self.step(ctx, |session, outlet, now| session.letter(letter, outlet, now));
    }
}

impl<C: Connection> Handler<Dismissed> for WebSocketSession<C> {
    type Result = ();

    fn handle(&mut self, _: Dismissed, ctx: &mut Self::Context) {
        if let Stage::Probing(_) = self.stage {
            self.end(CloseReason::TransportClose, NORMAL, ctx);
        }
    }
}
