//! One chat client: what it is told and what it asks, as the application above its Socket.IO connection.
//!
//! It owns what only it knows: who it is, which rooms it is in, and what it is waiting for. Rules are the rooms'.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use nine_cloud_actors::domain::chat::{LogKey, PidMark, RoomName};
use nine_cloud_actors::kit::ActorStats;
use nine_cloud_actors::ports::BanSubject;
use nine_cloud_actors::rooms::{Expulsion, LineId, SocketKey, Word};
use nine_cloud_actors::sessions::{AttachSocket, PersonSocket, PersonWord};
use serde_json::value::RawValue;

use super::answers::Late;
use super::entrance::{self, Identity, Shown};
use super::gate::Pass;
use super::inside::{Inside, Stage};
use super::shared::{Shared, later};
use super::switchboard::Board;
use super::{command, refusals, wire};
use crate::realtime::engine::{Mailbox, NotTold};
use crate::realtime::socket::{Ack, Application, Args, Client, DisconnectReason, Event, Io};

/// How often a socket makes sure that its person's session lives, whatever happened to its `UserSession`.
const ATTACH_EVERY: Duration = Duration::from_mins(5);

/// How often a living socket writes its recovery record anew; well before it runs out.
const KEEP_EVERY: Duration = Duration::from_hours(2);

/// The only namespace.
pub(super) const NAMESPACE: &str = "/";

/// What other actors tell a socket.
#[derive(Debug)]
pub(super) enum Note {
    /// A room, to the socket of this key.
    Word(SocketKey, Word),
    /// An event of a room, from the worker that it has left: to be sent as it is.
    Forwarded(LogKey, Box<str>),
    /// Something that it asked for, in this life of it.
    Late(SocketKey, Box<Late>),
    /// Its person's `UserSession`.
    Person(PersonWord),
    /// A new day has begun.
    NewDay(NaiveDate),
    /// Whoever comes from there is put out.
    Banned(BanSubject),
    /// A room is open again.
    Reopened(RoomName),
    /// The node goes; the client is to come back in so many milliseconds.
    Reconnect(u64),
}

/// Where a socket lives: its key at this worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) key: SocketKey,
    pub(super) line: LineId,
}

/// See the module.
pub(super) struct ChatSocket {
    pub(super) chat: Arc<Shared>,
    pub(super) address: IpAddr,
    _pass: Pass,
    stats: Arc<ActorStats>,
    /// How its person's `UserSession` knows it: one and the same each time, as it is told once per handle.
    handle: Option<Arc<dyn PersonSocket>>,
    /// From the CONNECT on.
    pub(super) inside: Option<Box<Inside>>,
}

impl ChatSocket {
    pub(super) fn new(chat: Arc<Shared>, address: IpAddr, pass: Pass) -> Self {
        let here = Board::here().map(|board| Arc::clone(board.socket_stats()));
        let stats = here.unwrap_or_else(|| chat.registry.cell("SocketSession"));
        stats.actor_started();
        Self { chat, address, _pass: pass, stats, handle: None, inside: None }
    }

    /// The socket takes its leave of everything. `is_back` says whether the client may come back to it.
    fn end(&mut self, is_back: bool) {
        let Some(mut inside) = self.inside.take() else { return };
        inside.leave_rooms();
        inside.give_up_former(&self.chat, true);
        match Board::here() {
            Some(board) if board.line() == Some(inside.home.line) => board.unplug(inside.home.key),
            // It died while it moved: what is left of it is where it was.
            _ => self.chat.give_up(inside.home),
        }
        if !matches!(inside.stage, Stage::In) {
            return;
        }
        let mark = PidMark::of(&inside.pid);
        let is_its_life = |life: &SocketKey| *life == inside.life;
        if !self.chat.live.pin().get(&mark).is_some_and(|(life, _)| is_its_life(life)) {
            // Its client is elsewhere by now, and so is the say in its record.
            return;
        }
        let left_at = self.chat.clock.now().timestamp_millis();
        let record = is_back.then(|| inside.record(Some(left_at)));
        // Whoever takes over writes after this: the keeper's last word on a `pid` is the last that it was told.
        self.chat.keep_soon(inside.pid.clone(), record);
        let _ = self.chat.live.pin().remove_if(&mark, |_, (life, _)| is_its_life(life));
    }

    /// The client is told not to come back.
    fn end_for_good(&mut self, io: &mut Io<'_, '_, Self>) {
        if self.inside.is_some() {
            self.end(false);
            io.disconnect(NAMESPACE);
        }
        io.close();
    }

    fn with_inside(
        &mut self,
        io: &mut Io<'_, '_, Self>,
        act: impl FnOnce(&mut Inside, &Arc<Shared>, &mut Io<'_, '_, Self>),
    ) {
        if let Some(inside) = &mut self.inside {
            act(inside, &self.chat, io);
            inside.go_on(&self.chat, self.address, io);
        }
    }
}

impl Application for ChatSocket {
    type Note = Note;

    /// No event of the chat has any use for them; a few are passed over like other arguments that make no sense.
    const MOST_ATTACHED: usize = 64 * 1024;

    fn connect(&mut self, namespace: &str, auth: Option<&RawValue>, io: &mut Io<'_, '_, Self>) {
        if namespace != NAMESPACE {
            return io.unknown_namespace(namespace);
        }
        // Turned away before, on the same connection.
        self.end(true);
        let Some(board) = Board::here() else { return io.close() };
        let Some(line) = board.line() else { return io.close() };
        let key = board.plug_in(io.outlet().clone(), io.mailbox());
        self.inside = Some(Box::new(Inside::new(Home { key, line })));
        let (chat, shown, address) = (Arc::clone(&self.chat), Shown::read(auth), self.address);
        let handle: Arc<dyn PersonSocket> = Arc::new(Handle(io.mailbox()));
        self.handle = Some(Arc::clone(&handle));
        later(io.mailbox(), async move {
            let entrance = entrance::enter(&chat, shown, address, handle).await;
            Note::Late(key, Box::new(Late::Entered(entrance)))
        });
    }

    fn event(&mut self, event: &Event<'_>, ack: Option<Ack>, io: &mut Io<'_, '_, Self>) {
        self.stats.came_in();
        if let Some(command) = command::read(event) {
            self.with_inside(io, |inside, _, io| {
                if !inside.ask(command, ack) {
                    tracing::debug!("a socket that asks for too much at once is closed");
                    io.close();
                }
            });
        }
    }

    fn note(&mut self, note: Note, io: &mut Io<'_, '_, Self>) {
        match note {
            Note::Word(key, word) => self.with_inside(io, |inside, chat, io| {
                if inside.is_mine(key) {
                    inside.hear(key, word, chat, io);
                }
            }),
            Note::Forwarded(room, text) => {
                self.with_inside(io, |inside, _, io| inside.forward(room, text, io));
            }
            Note::Late(life, late) => self.with_inside(io, |inside, chat, io| {
                if inside.life == life {
                    inside.answered(*late, chat, io);
                }
            }),
            Note::Person(PersonWord::SessionEnded) => self.end_for_good(io),
            Note::Person(PersonWord::CloudLost) => {
                self.with_inside(io, |inside, _, io| inside.lose_cloud(io));
            }
            Note::Person(PersonWord::Kicked) => io.close(),
            Note::Banned(subject) => {
                if subject.is_at(self.address) {
                    self.end_for_good(io);
                }
            }
            Note::Reopened(room) => {
                self.with_inside(io, |inside, _, io| {
                    if room == RoomName::Plaza && inside.lacks_plaza() {
                        io.close();
                    }
                });
            }
            Note::Person(PersonWord::Notified(notification)) => self.with_inside(io, |inside, chat, io| {
                if matches!(inside.stage, Stage::In) {
                    let json = (chat.render_notification)(&notification);
                    io.emit(NAMESPACE, "notification", &Args::json(&json));
                }
            }),
            Note::Person(PersonWord::Uploading(progress)) => self.with_inside(io, |inside, _, io| {
                if matches!(inside.stage, Stage::In) {
                    io.emit(NAMESPACE, "upload:progress", &wire::progress(progress));
                }
            }),
            Note::NewDay(date) => self.with_inside(io, |inside, _, io| {
                if matches!(inside.stage, Stage::In) {
                    io.emit(NAMESPACE, "day", &Args::json(&format!("{{\"date\":\"{date}\"}}")));
                    inside.renew_name();
                }
            }),
            Note::Reconnect(in_ms) => {
                if self.inside.as_ref().is_some_and(|inside| matches!(inside.stage, Stage::In)) {
                    io.emit(NAMESPACE, "reconnect", &Args::json(&format!("{{\"inMs\":{in_ms}}}")));
                }
                io.close();
            }
        }
    }

    fn woken(&mut self, io: &mut Io<'_, '_, Self>) {
        let (chat, now) = (Arc::clone(&self.chat), io.now());
        let Some(inside) = &mut self.inside else { return };
        if inside.attach_at.is_some_and(|due| due <= now) {
            inside.attach_at = Some(now + ATTACH_EVERY);
            if let (Identity::Person(caller), Some(handle)) = (&inside.who, &self.handle) {
                let (mailbox, caller, handle) = (io.mailbox(), caller.clone(), Arc::clone(handle));
                let sessions = Arc::clone(&chat.sessions);
                actix_web::rt::spawn(async move {
                    use nine_cloud_actors::refusal::Refusal;
                    let attached = sessions.ask(caller, AttachSocket(handle)).await;
                    if let Err(Refusal::SessionEnded | Refusal::UserGone) = attached {
                        // Gone already: the better.
                        let _ = mailbox.tell(Note::Person(PersonWord::SessionEnded));
                    }
                });
            }
        }
        if inside.keep_at.is_some_and(|due| due <= now) {
            inside.keep_at = Some(now + KEEP_EVERY);
            inside.keep_quietly(&chat);
        }
        io.wake_at(inside.wake_at());
    }

    fn moved(&mut self, io: &mut Io<'_, '_, Self>) {
        let Some(inside) = &mut self.inside else { return };
        let Some(board) = Board::here() else { return io.close() };
        let Some(line) = board.line() else { return io.close() };
        let key = board.plug_in(io.outlet().clone(), io.mailbox());
        if !inside.move_to(Home { key, line }, &self.chat) {
            tracing::warn!("a busy room was not told that a member has moved");
            io.close();
        }
    }

    fn disconnected(&mut self, _: &str, reason: DisconnectReason) {
        self.end(matches!(reason, DisconnectReason::Transport(_)));
    }
}

/// A connection may end before the client was let in, of which Socket.IO says nothing.
impl Drop for ChatSocket {
    fn drop(&mut self) {
        self.end(true);
        self.stats.actor_stopped();
    }
}

impl ChatSocket {
    /// When a socket that is in wants to be woken first.
    pub(super) fn first_wakes(who: &Identity, now: Instant) -> (Option<Instant>, Option<Instant>) {
        let attach = matches!(who, Identity::Person(_)).then(|| now + ATTACH_EVERY);
        (attach, Some(now + KEEP_EVERY))
    }
}

/// What a room that puts a socket out means for it: after a ban, that it does not come back.
pub(super) fn turn_out(room: LogKey, why: Expulsion, io: &mut Io<'_, '_, ChatSocket>) {
    match why {
        // The log has told it.
        Expulsion::NewDay => {}
        Expulsion::CloudLost => io.emit(NAMESPACE, "room:closed", &wire::closed(room, "not-your-cloud")),
        Expulsion::Closed => io.emit(NAMESPACE, "room:closed", &wire::closed(room, "closed")),
        Expulsion::Banned => {
            io.disconnect(NAMESPACE);
            io.close();
        }
    }
}

/// A socket as its `UserSession` knows it.
struct Handle(Mailbox<Client<ChatSocket>>);

impl PersonSocket for Handle {
    fn tell(&self, word: PersonWord) {
        if let Err(NotTold::Full) = self.0.tell(Note::Person(word)) {
            self.0.cut();
        }
    }

    fn is_alive(&self) -> bool {
        self.0.is_alive()
    }
}

/// The refusal of an act that the client asked for, as its acknowledgement.
pub(super) fn refusal_args(refusal: nine_cloud_actors::rooms::ChatRefusal) -> Args {
    Args::json(&refusals::json(refusal))
}
