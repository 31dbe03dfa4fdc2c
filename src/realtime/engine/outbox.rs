//! The send buffer of one connection, on its worker.
//!
//! Everything a client receives passes through here, in this order. The connection's actor writes into it, and so may
//! anyone else on the same worker: a broadcast reaches a member by one copy into this buffer, without waking its actor.

use std::cell::RefCell;
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
    /// The last frames, which nothing may follow.
    Closing(BytesMut),
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
                Sink::Closing(_) | Sink::Shut => {}
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
            Sink::Polling { .. } | Sink::Closing(_) | Sink::Shut => {}
        });
    }

    /// False once the connection has ended or moved: what is appended goes nowhere.
    pub fn is_open(&self) -> bool {
        !matches!(self.0.borrow().sink, Sink::Closing(_) | Sink::Shut)
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
                Sink::Closing(_) | Sink::Shut => {}
            }
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Outbox) -> T) -> T {
        change(&mut self.0.borrow_mut())
    }
}

impl Outbox {
    fn count(&mut self, bytes: usize) {
        if !matches!(self.sink, Sink::Closing(_) | Sink::Shut) {
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
            Sink::WebSocket(_) | Sink::Closing(_) | Sink::Shut => Vec::new(),
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
        self.with(|outbox| {
            if let Sink::WebSocket(frames) = &mut outbox.sink {
                frame::write(&mut frames.buffer, frame::PONG, &[data]);
            }
        });
    }

    /// The close frame is the last to go; what is appended later is dropped.
    pub(super) fn close(&self, code: u16) {
        self.with(|outbox| {
            if let Sink::WebSocket(frames) = &mut outbox.sink {
                frame::write(&mut frames.buffer, frame::CLOSE, &[&code.to_be_bytes()]);
                outbox.sink = Sink::Closing(mem::take(&mut frames.buffer));
            }
        });
    }

    /// True once after bytes that want a write of their own, when others are waiting behind them.
    pub(super) fn pause(&self) -> bool {
        match &mut self.0.borrow_mut().sink {
            Sink::WebSocket(frames) => mem::take(&mut frames.pause),
            Sink::Polling { .. } | Sink::Closing(_) | Sink::Shut => false,
        }
    }

    /// Bytes for the network, or `None` when the caller is to be woken.
    pub(super) fn take(&self, cx: &Context<'_>) -> Option<Bytes> {
        let mut outbox = self.0.borrow_mut();
        let frames = match &mut outbox.sink {
            Sink::WebSocket(frames) => frames,
            Sink::Closing(rest) => {
                let rest = mem::take(rest);
                (outbox.sink, outbox.backlog) = (Sink::Shut, Backlog::default());
                return Some(rest.freeze());
            }
            Sink::Polling { .. } | Sink::Shut => return None,
        };
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
        outbox.backlog = Backlog::default();
        Some(bytes.freeze())
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    fn take(outlet: &Outlet) -> Option<Bytes> {
        outlet.take(&Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_shared_beginning_and_an_own_ending_make_one_frame() {
        let outlet = Outlet::web_socket();
        outlet.text(&["2[\"message\",1", ",\"plaza=7\"]"]);
        assert_eq!(outlet.backlog(), Backlog { messages: 1, bytes: 25 });
        let frame = take(&outlet).unwrap();
        assert_eq!(&frame[..], b"\x81\x1942[\"message\",1,\"plaza=7\"]");
        assert_eq!(outlet.backlog(), Backlog::default());
        assert_eq!(take(&outlet), None);
    }

    #[test]
    fn a_packet_may_want_a_write_of_its_own() {
        let outlet = Outlet::web_socket();
        outlet.control("a");
        outlet.write_alone();
        outlet.control("b");
        assert_eq!(take(&outlet).unwrap().as_ref(), b"\x81\x01a");
        assert!(outlet.pause() && !outlet.pause());
        assert_eq!(take(&outlet).unwrap().as_ref(), b"\x81\x01b");
        assert!(!outlet.pause());
    }

    #[test]
    fn nothing_follows_the_close_frame() {
        let outlet = Outlet::web_socket();
        outlet.close(1000);
        outlet.pong(b"late");
        outlet.text(&["late"]);
        assert_eq!(take(&outlet).unwrap().as_ref(), b"\x88\x02\x03\xe8");
        assert!(!outlet.is_open());
        outlet.text(&["later"]);
        assert_eq!((take(&outlet), outlet.backlog()), (None, Backlog::default()));
    }

    #[test]
    fn a_poll_takes_all_that_waits() {
        let outlet = Outlet::polling();
        let (reply, mut packets) = oneshot::channel();
        outlet.await_packets(reply);
        assert!(outlet.has_poll());
        outlet.text(&["a", "b"]);
        outlet.binary(Bytes::from_static(&[1]));
        assert!(packets.try_recv().is_err(), "not before the flush");
        outlet.flush();
        assert_eq!(packets.try_recv().unwrap(), "4ab\u{1e}bAQ==");
        assert!(!outlet.has_poll());
    }

    #[test]
    fn what_no_poll_took_goes_to_the_websocket() {
        let (polling, web_socket) = (Outlet::polling(), Outlet::web_socket());
        polling.text(&["a"]);
        polling.binary(Bytes::from_static(&[1]));
        web_socket.resume(polling.shut());
        assert_eq!(take(&web_socket).unwrap().as_ref(), b"\x81\x024a\x82\x01\x01");
        assert!(!polling.is_open());
    }
}
