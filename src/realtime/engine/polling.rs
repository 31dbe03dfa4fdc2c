//! The actor of a session that polls: at most one GET waits in it, and it ends orderly on the next one.

use std::mem;
use std::time::Instant;

use actix::prelude::*;
use tokio::sync::oneshot;

use super::application::{CloseReason, Connection};
use super::directory::Letter;
use super::outbox::{Outlet, Queued};
use super::session::{Ended, Flow, Session};
use super::timer::{self, Timed, now};
use super::{Packet, payload};

/// A session on long polling, on the worker that took its handshake.
pub(super) struct PollingSession<C: Connection> {
    stage: Stage<C>,
    outlet: Outlet,
    /// Counts polls, so that word of an abandoned one is not taken for the next.
    polls: u64,
    probe: Option<Recipient<Dismissed>>,
    /// The WebSocket has said `5`: polls that were on their way are refused.
    leaving: bool,
}

enum Stage<C: Connection> {
    Open(Session<C>),
    /// The server has closed it; the next GET is told so.
    Closing {
        /// Keeps the sid in the directory until then.
        _ended: Ended<C>,
        until: Instant,
    },
    /// Moved to a WebSocket, or ended: the actor only has to stop.
    Over,
}

/// A session that lets more than this many times `maxPayload` wait for its next GET is ended: pongs alone would keep it alive.
const MOST_QUEUED: usize = 8;

/// What a packet takes in the queue beside its bytes.
const PER_PACKET: usize = 64;

/// How the client learns of the end.
enum Goodbye {
    /// A waiting GET is answered `6`: it was the client who left.
    Noop,
    /// A waiting GET is answered `1`; without one nothing is said.
    Close,
    /// The next GET brings what is queued and a `1`.
    Orderly,
}

impl<C: Connection> PollingSession<C> {
    /// `first` is the GET of the handshake.
    pub(super) fn open(session: Session<C>, first: oneshot::Sender<String>, now: Instant) -> Self {
        let outlet = Outlet::polling();
        let mut this = Self { stage: Stage::Open(session), outlet, polls: 0, probe: None, leaving: false };
        this.outlet.await_packets(first);
        this.step(now, Session::open);
        this
    }

    fn poll(&mut self, reply: oneshot::Sender<String>, now: Instant) -> u64 {
        self.polls += 1;
        self.step(now, Session::tick);
        match &self.stage {
            Stage::Open(_) if self.leaving => {}
            Stage::Open(_) if self.outlet.has_poll() => {
                self.end(CloseReason::TransportError, &Goodbye::Close);
            }
            Stage::Open(_) => {
                self.outlet.await_packets(reply);
                self.release_poll();
            }
            Stage::Closing { .. } => {
                self.outlet.await_packets(reply);
                self.stage = Stage::Over;
            }
            Stage::Over => {}
        }
        self.polls
    }

    /// While a WebSocket takes over, no poll is kept waiting.
    fn release_poll(&mut self) {
        if self.probe.is_some() && self.outlet.has_poll() {
            self.outlet.control("6");
            self.outlet.flush();
        }
    }

    fn push(&mut self, body: &str, now: Instant) -> Result<(), Refused> {
        self.step(now, Session::tick);
        let result = self.read(body, now);
        self.end_if_behind();
        result
    }

    /// The client may post as fast as it likes, but then has to fetch what it is told.
    fn end_if_behind(&mut self) {
        let Stage::Open(session) = &self.stage else { return };
        let (waiting, payload) = (self.outlet.backlog(), session.shared.settings.max_payload);
        if waiting.bytes + waiting.messages * PER_PACKET > MOST_QUEUED * payload {
            self.end(CloseReason::TransportError, &Goodbye::Close);
        }
    }

    fn read(&mut self, body: &str, now: Instant) -> Result<(), Refused> {
        for packet in payload::decode(body) {
            if !matches!(self.stage, Stage::Open(_)) {
                return Err(Refused);
            }
            match packet {
                Ok(Packet::Close) => {
                    self.end(CloseReason::TransportClose, &Goodbye::Noop);
                    return Ok(());
                }
                Ok(packet @ Packet::Ping(_)) => {
                    self.step(now, |session, outlet, now| session.packet(packet, outlet, now));
                    return Err(Refused);
                }
                Ok(packet) => {
                    self.step(now, |session, outlet, now| session.packet(packet, outlet, now));
                    if !matches!(self.stage, Stage::Open(_)) {
                        return Ok(());
                    }
                }
                Err(_) => {
                    self.end(CloseReason::ParseError, &Goodbye::Close);
                    return Err(Refused);
                }
            }
        }
        Ok(())
    }

    /// Lets the session do something, sends what it said, and ends it if it says so.
    fn step(&mut self, now: Instant, f: impl FnOnce(&mut Session<C>, &Outlet, Instant) -> Flow) {
        let Stage::Open(session) = &mut self.stage else { return };
        let flow = f(session, &self.outlet, now);
        if let Flow::Break(reason) = flow {
            let goodbye = match reason {
                CloseReason::ServerClose | CloseReason::ParseError => Goodbye::Orderly,
                CloseReason::TransportClose | CloseReason::TransportError | CloseReason::PingTimeout => {
                    Goodbye::Close
                }
            };
            self.end(reason, &goodbye);
        }
        self.outlet.flush();
    }

    fn end(&mut self, reason: CloseReason, goodbye: &Goodbye) {
        let Stage::Open(session) = mem::replace(&mut self.stage, Stage::Over) else { return };
        let until = now() + session.shared.settings.ping_timeout;
        let ended = Ended::new(session, reason);
        if let Some(probe) = self.probe.take() {
            // Full or gone: the WebSocket finds out by itself.
            let _ = probe.try_send(Dismissed);
        }
        self.outlet.control(if matches!(goodbye, Goodbye::Noop) { "6" } else { "1" });
        if matches!(goodbye, Goodbye::Orderly) && !self.outlet.has_poll() {
            self.stage = Stage::Closing { _ended: ended, until };
        }
        self.outlet.flush();
    }

    fn stop_if_over(&self, ctx: &mut Context<Self>) {
        if matches!(self.stage, Stage::Over) {
            ctx.stop();
        }
    }
}

impl<C: Connection> Actor for PollingSession<C> {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if let Stage::Open(session) = &self.stage {
            ctx.set_mailbox_capacity(session.shared.settings.mailbox_capacity);
            for letter in session.entry.clone().open_inbox(ctx.address().recipient()) {
                self.step(now(), |session, outlet, now| session.letter(letter, outlet, now));
            }
        }
        timer::start(self, ctx);
        self.stop_if_over(ctx);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.end(CloseReason::TransportClose, &Goodbye::Close);
        self.stage = Stage::Over;
        self.outlet.shut();
    }
}

impl<C: Connection> Timed for PollingSession<C> {
    fn due(&self) -> Instant {
        match &self.stage {
            Stage::Open(session) => session.due(),
            Stage::Closing { until, .. } => *until,
            Stage::Over => now(),
        }
    }

    fn tick(&mut self, now: Instant, ctx: &mut Self::Context) {
        if matches!(self.stage, Stage::Closing { .. }) {
            self.stage = Stage::Over;
        }
        self.step(now, Session::tick);
        self.stop_if_over(ctx);
    }
}

/// A GET. Answered through `reply`; dropped unanswered, it is refused.
#[derive(Message)]
#[rtype(result = "u64")]
pub(super) struct Poll {
    pub(super) reply: oneshot::Sender<String>,
}

impl<C: Connection> Handler<Poll> for PollingSession<C> {
    type Result = MessageResult<Poll>;

    fn handle(&mut self, Poll { reply }: Poll, ctx: &mut Self::Context) -> Self::Result {
        let poll = self.poll(reply, now());
        self.stop_if_over(ctx);
        MessageResult(poll)
    }
}

/// The client of this GET went away before its answer.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct PollAbandoned(pub(super) u64);

impl<C: Connection> Handler<PollAbandoned> for PollingSession<C> {
    type Result = ();

    fn handle(&mut self, PollAbandoned(poll): PollAbandoned, ctx: &mut Self::Context) {
        if poll == self.polls {
            self.end(CloseReason::TransportClose, &Goodbye::Close);
        }
        self.stop_if_over(ctx);
    }
}

/// A POST, whole. Its answer comes after its packets have been handled.
#[derive(Message)]
#[rtype(result = "Result<(), Refused>")]
pub(super) struct Push(pub(super) bytestring::ByteString);

/// A POST that broke a rule; the session is gone.
#[derive(Debug)]
pub(super) struct Refused;

impl<C: Connection> Handler<Push> for PollingSession<C> {
    type Result = Result<(), Refused>;

    fn handle(&mut self, Push(body): Push, ctx: &mut Self::Context) -> Self::Result {
        let result = self.push(&body, now());
        self.stop_if_over(ctx);
        result
    }
}

/// A request that ends the session: a second POST at once, a body that is no text, or broken off.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Fault;

impl<C: Connection> Handler<Fault> for PollingSession<C> {
    type Result = ();

    fn handle(&mut self, _: Fault, ctx: &mut Self::Context) {
        self.end(CloseReason::TransportError, &Goodbye::Close);
        self.stop_if_over(ctx);
    }
}

/// Another actor says something.
impl<C: Connection> Handler<Letter<C::Note>> for PollingSession<C> {
    type Result = ();

    fn handle(&mut self, letter: Letter<C::Note>, ctx: &mut Self::Context) {
        self.step(now(), |session, outlet, now| session.letter(letter, outlet, now));
        self.end_if_behind();
        self.stop_if_over(ctx);
    }
}

/// A WebSocket has probed this session: `Some` is told when the session ends, `None` gives the attempt up.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Probed(pub(super) Option<Recipient<Dismissed>>);

/// To a probing WebSocket: the session it wanted is gone.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Dismissed;

impl<C: Connection> Handler<Probed> for PollingSession<C> {
    type Result = ();

    fn handle(&mut self, Probed(probe): Probed, _: &mut Self::Context) {
        self.probe = probe;
        self.release_poll();
    }
}

/// The probed WebSocket takes over.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct TakeOver<C: Connection> {
    pub(super) reply: oneshot::Sender<Moved<C>>,
}

/// A session between two actors, with the packets that no poll has taken. If the WebSocket dies before it takes them
/// out, the session ends with it.
pub(super) struct Moved<C: Connection>(Option<(Session<C>, Vec<Queued>)>);

impl<C: Connection> Moved<C> {
    pub(super) fn take(mut self) -> Option<(Session<C>, Vec<Queued>)> {
        self.0.take()
    }
}

impl<C: Connection> Drop for Moved<C> {
    fn drop(&mut self) {
        if let Some((session, _)) = self.0.take() {
            drop(Ended::new(session, CloseReason::TransportClose));
        }
    }
}

/// Second half of a take-over, after all mail that was already in the mailbox.
#[derive(Message)]
#[rtype(result = "()")]
struct HandOver<C: Connection>(oneshot::Sender<Moved<C>>);

impl<C: Connection> Handler<TakeOver<C>> for PollingSession<C> {
    type Result = ();

    fn handle(&mut self, TakeOver { reply }: TakeOver<C>, ctx: &mut Self::Context) {
        if let Stage::Open(session) = &self.stage {
            session.entry.hold_mail();
            self.leaving = true;
            // A notification is handled once the mailbox is empty, and nothing new comes in from here on.
            ctx.notify(HandOver(reply));
        }
    }
}

impl<C: Connection> Handler<HandOver<C>> for PollingSession<C> {
    type Result = ();

    fn handle(&mut self, HandOver(reply): HandOver<C>, ctx: &mut Self::Context) {
        self.release_poll();
        if let Stage::Open(session) = mem::replace(&mut self.stage, Stage::Over) {
            // Not taken: dropped, which ends the session.
            drop(reply.send(Moved(Some((session, self.outlet.shut())))));
        }
        ctx.stop();
    }
}
