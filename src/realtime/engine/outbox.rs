//! The send buffer of one connection, on its worker.
//!
//! Everything a client receives passes through here, in this order. The connection's actor writes into it, and so may
//! anyone else on the same worker: a broadcast reaches a member by one copy into this buffer, without waking its actor.

use std::cell::{RefCell, RefMut};
use std::mem;
use std::rc::Rc;
use std::task::{Context, Waker};

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use tokio::sync::oneshot;

use super::{frame, payload};

/// Handle to a send buffer. Not `Send`: the buffer lives and dies on one worker, and
/// [`Connection::moved`](super::Connection::moved) tells when another has taken its place.
#[derive(Clone)]
pub struct Outlet(Rc<RefCell<Outbox>>);

struct Outbox {
    sink: Sink,
    backlog: Backlog,
}

enum Sink {
    Polling {
        queue: Vec<Queued>,
        poll: Option<oneshot::Sender<String>>,
    },
    WebSocket(Frames),
    /// Closed, or moved elsewhere.
    Shut,
}

/// Frames that wait for the peer.
struct Frames {
    buffer: BytesMut,
    /// Bytes up to the end of the last packet that wants a write of its own; 0 when there is none.
    own_write: usize,
    /// The bytes just taken want to leave before any others are.
    pause: bool,
    last: bool,
    waker: Option<Waker>,
}

/// A packet kept for a poll, or for the WebSocket that may take over.
pub(super) enum Queued {
    /// Type digit included.
    Text(ByteString),
    Binary(Bytes),
}

/// What waits in a send buffer and has not been handed to the network yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Packets.
    pub messages: usize,
    /// Bytes, framing not counted.
    pub bytes: usize,
}

/// A buffer that a burst made larger than this is given back instead of being kept for the next one.
const LARGEST_KEPT: usize = 8 * 1024;

impl Outlet {
    pub(super) fn polling() -> Self {
        Self::new(Sink::Polling { queue: Vec::new(), poll: None })
    }

    pub(super) fn web_socket() -> Self {
        Self::new(Sink::WebSocket(Frames {
            buffer: BytesMut::new(),
            own_write: 0,
            pause: false,
            last: false,
            waker: None,
        }))
    }

    fn new(sink: Sink) -> Self {
        Self(Rc::new(RefCell::new(Outbox { sink, backlog: Backlog::default() })))
    }

    /// Appends one text message, given in parts: a shared beginning and this member's own ending.
    pub fn text(&self, parts: &[&str]) {
        self.push_text("4", parts);
    }

    /// Appends one binary message.
    pub fn binary(&self, data: Bytes) {
        self.with(|outbox| {
            outbox.count(data.len());
            match &mut outbox.sink {
                Sink::Polling { queue, .. } => queue.push(Queued::Binary(data)),
                Sink::WebSocket(frames) => frame::write(&mut frames.buffer, frame::BINARY, &[&data]),
                Sink::Shut => {}
            }
        });
    }

    /// Makes what was appended leave. The connection's own actor does it after each call; others do it once per batch.
    pub fn flush(&self) {
        self.with(|outbox| match &mut outbox.sink {
            Sink::Polling { queue, poll } if !queue.is_empty() => {
                if let Some(poll) = poll.take() {
                    // A poll that is gone by now is reported by its own guard, which ends the session.
                    drop(poll.send(join(queue)));
                    queue.clear();
                    outbox.backlog = Backlog::default();
                }
            }
            Sink::WebSocket(Frames { waker, .. }) => {
                if let Some(waker) = waker.take() {
                    waker.wake();
                }
            }
            Sink::Polling { .. } | Sink::Shut => {}
        });
    }

    /// False once the connection has ended or moved: what is appended goes nowhere.
    pub fn is_open(&self) -> bool {
        !matches!(self.0.borrow().sink, Sink::Shut)
    }

    /// What waits here. Above a bound the peer does not keep up and is to be cut.
    pub fn backlog(&self) -> Backlog {
        self.0.borrow().backlog
    }

    /// The packets so far leave in a write of their own. For the CONNECT reply: clients that await it and only then listen
    /// for the first event (the public Socket.IO suite does) lose an event that came in the same read.
    pub(in crate::realtime) fn write_alone(&self) {
        self.with(|outbox| {
            if let Sink::WebSocket(frames) = &mut outbox.sink {
                frames.own_write = frames.buffer.len();
            }
        });
    }

    /// Appends a packet of the protocol itself.
    pub(super) fn control(&self, packet: &str) {
        self.push_text(packet, &[]);
    }

    fn push_text(&self, first: &str, rest: &[&str]) {
        self.with(|outbox| {
            outbox.count(first.len() + rest.iter().map(|part| part.len()).sum::<usize>());
            match &mut outbox.sink {
                Sink::Polling { queue, .. } => {
                    queue.push(Queued::Text(ByteString::from([first, &rest.concat()].concat())));
                }
                Sink::WebSocket(Frames { buffer, .. }) => match rest {
                    [] => frame::write(buffer, frame::TEXT, &[first.as_bytes()]),
                    [one] => frame::write(buffer, frame::TEXT, &[first.as_bytes(), one.as_bytes()]),
                    [head, tail] => {
                        let parts = [first.as_bytes(), head.as_bytes(), tail.as_bytes()];
                        frame::write(buffer, frame::TEXT, &parts);
                    }
                    many => {
                        let first = [first].into_iter();
                        let parts: Vec<_> = first.chain(many.iter().copied()).map(str::as_bytes).collect();
                        frame::write(buffer, frame::TEXT, &parts);
                    }
                },
                Sink::Shut => {}
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Outbox) -> T) -> T {
        change(&mut self.0.borrow_mut())
    }
}

impl Outbox {
    fn count(&mut self, bytes: usize) {
        if !matches!(self.sink, Sink::Shut) {
            self.backlog.messages += 1;
            self.backlog.bytes += bytes;
        }
    }
}

/// Polling.
impl Outlet {
    /// Whether a poll is waiting.
    pub(super) fn has_poll(&self) -> bool {
        matches!(self.0.borrow().sink, Sink::Polling { poll: Some(_), .. })
    }

    /// The poll is answered by the next flush that has something for it.
    pub(super) fn await_packets(&self, reply: oneshot::Sender<String>) {
        self.with(|outbox| {
            if let Sink::Polling { poll, .. } = &mut outbox.sink {
                *poll = Some(reply);
            }
        });
        self.flush();
    }

    /// What never left, for the WebSocket that takes over.
    pub(super) fn shut(&self) -> Vec<Queued> {
        self.with(|outbox| match mem::replace(&mut outbox.sink, Sink::Shut) {
            Sink::Polling { queue, .. } => queue,
            Sink::WebSocket(_) | Sink::Shut => Vec::new(),
        })
    }
}

fn join(queue: &[Queued]) -> String {
    let mut body = String::new();
    for packet in queue {
        match packet {
            Queued::Text(text) => payload::push_text(&mut body, text),
            Queued::Binary(data) => payload::push_binary(&mut body, data),
        }
    }
    body
}

/// WebSocket.
impl Outlet {
    /// Sends what a polling session left behind.
    pub(super) fn resume(&self, queue: Vec<Queued>) {
        for packet in queue {
            match packet {
                Queued::Text(text) => self.control(&text),
                Queued::Binary(data) => self.binary(data),
            }
        }
    }

    /// Answers a WebSocket ping.
    pub(super) fn pong(&self, data: &[u8]) {
        self.frames(|mut frames| frame::write(&mut frames.buffer, frame::PONG, &[data]));
    }

    /// The close frame is the last to go; what is appended later is dropped.
    pub(super) fn close(&self, code: u16) {
        self.frames(|mut frames| {
            frame::write(&mut frames.buffer, frame::CLOSE, &[&code.to_be_bytes()]);
            frames.last = true;
        });
    }

    /// True once after bytes that want a write of their own, when others are waiting behind them.
    pub(super) fn pause(&self) -> bool {
        match &mut self.0.borrow_mut().sink {
            Sink::WebSocket(frames) => mem::take(&mut frames.pause),
            Sink::Polling { .. } | Sink::Shut => false,
        }
    }

    /// Bytes for the network, or `None` when the caller is to be woken.
    pub(super) fn take(&self, cx: &Context<'_>) -> Option<Bytes> {
        let mut outbox = self.0.borrow_mut();
        let Sink::WebSocket(frames) = &mut outbox.sink else { return None };
        if frames.buffer.is_empty() {
            if !frames.waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
                frames.waker = Some(cx.waker().clone());
            }
            return None;
        }
        let bytes = match mem::take(&mut frames.own_write) {
            0 => frames.buffer.split(),
            alone => {
                frames.pause = alone < frames.buffer.len();
                frames.buffer.split_to(alone)
            }
        };
        if bytes.len() > LARGEST_KEPT && frames.buffer.is_empty() {
            frames.buffer = BytesMut::new();
        }
        if frames.last && frames.buffer.is_empty() {
            outbox.sink = Sink::Shut;
        }
        outbox.backlog = Backlog::default();
        Some(bytes.freeze())
    }

    fn frames(&self, change: impl FnOnce(RefMut<'_, Frames>)) {
        let frames = RefMut::filter_map(self.0.borrow_mut(), |outbox| match &mut outbox.sink {
            Sink::WebSocket(frames) if !frames.last => Some(frames),
            _ => None,
        });
        if let Ok(frames) = frames {
            change(frames);
        }
    }
}
