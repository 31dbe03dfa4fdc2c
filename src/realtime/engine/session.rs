//! One session as plain logic: what a packet, a note or the clock does to it, whatever carries it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use super::application::{CloseReason, Connection, Message, Socket};
use super::directory::{Directory, Entry, Letter, Transport};
use super::heartbeat::{Beat, Heartbeat};
use super::outbox::Outlet;
use super::{Packet, Settings};

/// What all sessions of a mount share.
pub(super) struct Shared<C: Connection> {
    pub(super) settings: Settings,
    pub(super) directory: Directory<C>,
}

/// Whether the session goes on, or why it must end. The actor that holds it does the ending, for that depends on the
/// transport.
pub(super) type Flow = ControlFlow<CloseReason>;

/// Heartbeat and application state: what moves from the polling actor to that of the WebSocket.
pub(super) struct Session<C: Connection> {
    pub(super) shared: Arc<Shared<C>>,
    pub(super) entry: Arc<Entry<C>>,
    heartbeat: Heartbeat,
    wake_at: Option<Instant>,
    connection: C,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenPacket<'a> {
    sid: &'a str,
    upgrades: &'a [&'a str],
    ping_interval: u128,
    ping_timeout: u128,
    max_payload: usize,
}

impl<C: Connection> Session<C> {
    pub(super) fn new(shared: Arc<Shared<C>>, entry: Arc<Entry<C>>, connection: C, now: Instant) -> Self {
        let heartbeat = Heartbeat::new(now, shared.settings.ping_interval, shared.settings.ping_timeout);
        Self { shared, entry, heartbeat, wake_at: None, connection }
    }

    /// Sends the open packet and lets the application speak.
    pub(super) fn open(&mut self, outlet: &Outlet, now: Instant) -> Flow {
        let settings = &self.shared.settings;
        let packet = OpenPacket {
            sid: self.entry.sid.as_str(),
            upgrades: match self.entry.transport() {
                Transport::Polling => &["websocket"],
                Transport::WebSocket => &[],
            },
            ping_interval: settings.ping_interval.as_millis(),
            ping_timeout: settings.ping_timeout.as_millis(),
            max_payload: settings.max_payload,
        };
        // A struct of numbers and strings always serializes.
        let json = serde_json::to_string(&packet).unwrap_or_default();
        outlet.control(&format!("0{json}"));
        self.call(outlet, now, C::opened)
    }

    /// When [`tick`](Self::tick) must be called next.
    pub(super) fn due(&self) -> Instant {
        let heartbeat = self.heartbeat.due();
        self.wake_at.map_or(heartbeat, |wake_at| wake_at.min(heartbeat))
    }

    pub(super) fn tick(&mut self, outlet: &Outlet, now: Instant) -> Flow {
        match self.heartbeat.look(now) {
            Beat::Wait => {}
            Beat::Ping => outlet.control("2"),
            Beat::Dead => return Flow::Break(CloseReason::PingTimeout),
        }
        if self.wake_at.is_some_and(|wake_at| wake_at <= now) {
            self.wake_at = None;
            return self.call(outlet, now, C::woken);
        }
        Flow::Continue(())
    }

    pub(super) fn packet(&mut self, packet: Packet<'_>, outlet: &Outlet, now: Instant) -> Flow {
        match packet {
            Packet::Message(text) => self.message(Message::Text(text), outlet, now),
            Packet::Binary(data) => self.message(Message::Binary(data), outlet, now),
            Packet::Pong(_) => {
                self.heartbeat.pong(now);
                Flow::Continue(())
            }
            Packet::Close => Flow::Break(CloseReason::TransportClose),
            // In this version of the protocol only servers ping.
            Packet::Ping(_) => Flow::Break(CloseReason::TransportError),
            Packet::Open(_) | Packet::Upgrade | Packet::Noop => Flow::Continue(()),
        }
    }

    pub(super) fn message(&mut self, message: Message<'_>, outlet: &Outlet, now: Instant) -> Flow {
        self.call(outlet, now, |connection, socket| connection.message(message, socket))
    }

    pub(super) fn letter(&mut self, letter: Letter<C::Note>, outlet: &Outlet, now: Instant) -> Flow {
        match letter {
            Letter::Note(note) => self.call(outlet, now, |connection, socket| connection.note(note, socket)),
            Letter::Close(reason) => Flow::Break(reason),
        }
    }

    /// Another actor has it now.
    pub(super) fn moved(&mut self, outlet: &Outlet, now: Instant) -> Flow {
        self.call(outlet, now, C::moved)
    }

    /// Tells the application, once: the session is consumed.
    fn end(mut self, reason: CloseReason) {
        self.connection.closed(reason);
    }

    fn call(&mut self, outlet: &Outlet, now: Instant, f: impl FnOnce(&mut C, &mut Socket<'_, C>)) -> Flow {
        let mut socket =
            Socket { outlet, entry: &self.entry, wake_at: &mut self.wake_at, closing: None, now };
        f(&mut self.connection, &mut socket);
        socket.closing.map_or(Flow::Continue(()), Flow::Break)
    }
}

/// What is left to do for a session that the application no longer has: take it off the directory.
pub(super) struct Ended<C: Connection>(Arc<Shared<C>>, Arc<Entry<C>>);

impl<C: Connection> Ended<C> {
    /// Tells the application. The sid stays taken until the drop.
    pub(super) fn new(session: Session<C>, reason: CloseReason) -> Self {
        let ended = Self(Arc::clone(&session.shared), Arc::clone(&session.entry));
        ended.1.refuse_mail();
        session.end(reason);
        ended
    }
}

impl<C: Connection> Drop for Ended<C> {
    fn drop(&mut self) {
        self.0.directory.remove(&self.1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::super::{NodeTag, Origins, Sid};
    use super::*;

    /// Notes each call.
    #[derive(Clone, Default)]
    struct Recorder(Arc<Mutex<Vec<String>>>);

    impl Recorder {
        fn note_down(&self, call: String) {
            self.0.lock().unwrap().push(call);
        }
    }

    impl Connection for Recorder {
        type Note = &'static str;

        fn opened(&mut self, socket: &mut Socket<'_, Self>) {
            socket.wake_at(Some(socket.now() + Duration::from_secs(1)));
        }

        fn message(&mut self, message: Message<'_>, socket: &mut Socket<'_, Self>) {
            if message == Message::Text("bye") {
                socket.close(CloseReason::ServerClose);
            }
            self.note_down(format!("{message:?}"));
        }

        fn note(&mut self, note: &'static str, _: &mut Socket<'_, Self>) {
            self.note_down(note.to_owned());
        }

        fn woken(&mut self, _: &mut Socket<'_, Self>) {
            self.note_down("woken".to_owned());
        }

        fn closed(&mut self, reason: CloseReason) {
            self.note_down(reason.as_str().to_owned());
        }
    }

    fn open(start: Instant) -> (Session<Recorder>, Outlet, Recorder) {
        let node = NodeTag::new("n").unwrap();
        let sid = Sid::mint(&node).unwrap();
        let settings = Settings::new("/x", node, Origins::Any);
        let shared = Arc::new(Shared { settings, directory: Directory::new() });
        let entry = shared.directory.add(sid, Transport::Polling, None);
        let (recorder, outlet) = (Recorder::default(), Outlet::polling());
        let mut session = Session::new(shared, entry, recorder.clone(), start);
        assert_eq!(session.open(&outlet, start), Flow::Continue(()));
        (session, outlet, recorder)
    }

    #[test]
    fn silence_ends_it_after_interval_and_time_out() {
        let start = Instant::now();
        let (mut session, outlet, recorder) = open(start);
        assert_eq!(session.due(), start + Duration::from_secs(1), "the application wants to be woken first");
        assert_eq!(session.tick(&outlet, session.due()), Flow::Continue(()));
        assert_eq!(*recorder.0.lock().unwrap(), ["woken"]);
        assert_eq!(session.due(), start + Duration::from_secs(25));
        assert_eq!(session.tick(&outlet, session.due()), Flow::Continue(()));
        assert_eq!(session.due(), start + Duration::from_secs(45));
        assert_eq!(session.tick(&outlet, session.due()), Flow::Break(CloseReason::PingTimeout));
    }

    #[test]
    fn packets_and_letters_reach_the_application_in_order() {
        let start = Instant::now();
        let (mut session, outlet, recorder) = open(start);
        assert_eq!(session.packet(Packet::Message("a"), &outlet, start), Flow::Continue(()));
        assert_eq!(session.letter(Letter::Note("b"), &outlet, start), Flow::Continue(()));
        assert_eq!(
            session.packet(Packet::Message("bye"), &outlet, start),
            Flow::Break(CloseReason::ServerClose)
        );
        session.end(CloseReason::ServerClose);
        assert_eq!(*recorder.0.lock().unwrap(), ["Text(\"a\")", "b", "Text(\"bye\")", "forced close"]);
    }

    #[test]
    fn only_servers_ping() {
        let start = Instant::now();
        let (mut session, outlet, _) = open(start);
        let flow = session.packet(Packet::Ping(""), &outlet, start);
        assert_eq!(flow, Flow::Break(CloseReason::TransportError));
        for harmless in [Packet::Noop, Packet::Upgrade, Packet::Open(""), Packet::Pong("")] {
            assert_eq!(session.packet(harmless, &outlet, start), Flow::Continue(()));
        }
        assert_eq!(session.packet(Packet::Close, &outlet, start), Flow::Break(CloseReason::TransportClose));
    }
}
