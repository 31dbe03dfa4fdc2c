//! The actor of one chat room: keeps its order, writes what is said to the log, and sends it out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix::{Actor, ActorFutureExt, AsyncContext, Context, ContextFutureSpawner, Handler, WrapFuture};

use super::logic::{Announcement, Effect, Logic, Pending};
use super::messages::{
    CatchUp, CloseRoom, CountElsewhere, DeleteMessage, ExpelPerson, LeaveRoom, LogIn, MoveSeat, NameMember,
    SendMessage, SetShut, SetTyping, TakeSeat,
};
use super::outbound::Outbound;
use super::parcel::{LineId, Lines, Parcel, SocketKey, Word};
use super::refusal::ChatRefusal;
use super::returning::Returning;
use super::window::{self, Window};
use crate::domain::chat::{LogKey, Oid};
use crate::kit::ActorStats;
use crate::metered;
use crate::ports::{ChatLog, ChatPeople, Clock, Draft, FanOut, Ids, PortError};
use crate::refusal::chain;

/// Commands that wait at once.
const MAILBOX: usize = 8192;

/// Messages that wait for the write before theirs to end; above it, they are refused.
const MOST_PENDING: usize = 4096;

/// How often a worker that takes nothing more is tried again.
const RETRY_AFTER: Duration = Duration::from_millis(2);

/// How often the log is tried again when a room cannot be opened, or closed, for it.
pub(super) const RELOAD_AFTER: Duration = Duration::from_secs(1);

/// What a room works with.
#[derive(Clone)]
pub struct RoomPorts {
    /// The name of this node among the others.
    pub node: Arc<str>,
    /// The truth.
    pub log: Arc<dyn ChatLog>,
    /// Which rooms are closed.
    pub people: Arc<dyn ChatPeople>,
    /// The other nodes.
    pub fan_out: Arc<dyn FanOut>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// The workers.
    pub lines: Arc<Lines>,
    /// Sockets that a room holds.
    pub capacity: usize,
}

/// See the module.
#[expect(clippy::struct_excessive_bools, reason = "each is under way or not, whatever the others are")]
pub struct Room {
    pub(super) key: LogKey,
    pub(super) ports: RoomPorts,
    /// `None` until the log has been read.
    pub(super) logic: Option<Logic>,
    pub(super) outbound: Outbound,
    pub(super) pending: Vec<Pending>,
    pub(super) returning: Returning,
    /// People here, for whoever wants to know without asking.
    people: Arc<AtomicUsize>,
    /// People elsewhere, when the room was started.
    elsewhere: usize,
    /// An administrator has closed it, and has not opened it again.
    pub(super) is_shut: bool,
    /// A write or a read of the log is under way; there is one at a time.
    pub(super) is_at_log: bool,
    /// Other nodes wrote something that is to be read.
    pub(super) is_behind: bool,
    /// Its day is over: once nothing is under way, the log gets its last line.
    pub(super) is_closing: bool,
    is_retrying: bool,
    presence_is_due: bool,
    pub(super) stats: Arc<ActorStats>,
}

impl Room {
    pub(super) fn new(
        key: LogKey,
        ports: RoomPorts,
        people: Arc<AtomicUsize>,
        elsewhere: usize,
        is_shut: bool,
        stats: Arc<ActorStats>,
    ) -> Self {
        let outbound = Outbound::new(Arc::clone(&ports.lines));
        Self {
            key,
            ports,
            logic: None,
            outbound,
            pending: Vec::new(),
            returning: Returning::default(),
            people,
            elsewhere,
            is_shut,
            is_at_log: false,
            is_behind: false,
            is_closing: false,
            is_retrying: false,
            presence_is_due: false,
            stats,
        }
    }

    /// Nothing else is handled until the log is read: what waits in the mailbox is answered by whom it asks.
    fn load(&self, ctx: &mut Context<Self>) {
        let (log, key) = (Arc::clone(&self.ports.log), self.key);
        let read = async move {
            let tail = log.tail(key).await?;
            let from = tail.saturating_sub(window::KEPT as u64);
            let entries = log.read_after(key, from, u16::try_from(window::KEPT).unwrap_or(u16::MAX)).await?;
            let tail = entries.last().map_or(tail, |last| last.seq);
            Ok::<_, PortError>(Window::new(tail, entries))
        };
        let loaded = read.into_actor(self).map(|window, room, ctx| match window {
            Ok(window) => {
                let mut logic = Logic::new(room.key, room.ports.capacity, window, room.elsewhere);
                if room.is_shut {
                    // Nobody is here yet.
                    logic.shut();
                }
                room.logic = Some(logic);
            }
            Err(error) => {
                room.stats.failed(&chain(&error));
                let refusal = ChatRefusal::from(error);
                tracing::warn!(room = %room.key, %refusal, "a room waits for its log");
                ctx.run_later(RELOAD_AFTER, |room, ctx| room.load(ctx));
            }
        });
        loaded.wait(ctx);
    }

    fn announcement(&self) -> Announcement {
        Announcement { id: self.fresh_id(), at: self.ports.clock.now() }
    }

    fn fresh_id(&self) -> Oid {
        Oid::new(&self.ports.ids.random())
    }

    pub(super) fn perform(&mut self, effects: impl IntoIterator<Item = Effect>, ctx: &mut Context<Self>) {
        for effect in effects {
            match effect {
                Effect::Line(line, parcel) => self.outbound.send(line, parcel),
                Effect::Everyone(batch) => {
                    let batch = Arc::new(batch);
                    let Some(logic) = &self.logic else { continue };
                    let lines: Vec<LineId> =
                        self.outbound.ids().filter(|line| logic.members().has_line(*line)).collect();
                    for line in lines {
                        self.outbound.send(line, Parcel::Batch(Arc::clone(&batch)));
                    }
                }
            }
        }
        self.retry_later(ctx);
        self.plan_presence(ctx);
    }

    fn retry_later(&mut self, ctx: &mut Context<Self>) {
        if !self.is_retrying && self.outbound.is_waiting() {
            self.is_retrying = true;
            ctx.run_later(RETRY_AFTER, |room, ctx| {
                room.is_retrying = false;
                if !room.outbound.retry() {
                    room.go_to_log(ctx);
                }
                room.retry_later(ctx);
            });
        }
    }

    fn plan_presence(&mut self, ctx: &mut Context<Self>) {
        let here = self.logic.as_ref().map_or(0, |logic| logic.members().count());
        self.people.store(here, Ordering::Relaxed);
        let due = self.logic.as_ref().and_then(|logic| logic.presence_due_in(Instant::now()));
        if let Some(due) = due.filter(|_| !self.presence_is_due) {
            self.presence_is_due = true;
            ctx.run_later(due, |room, ctx| {
                room.presence_is_due = false;
                let Some(logic) = &mut room.logic else { return };
                if logic.presence_due_in(Instant::now()).is_some() {
                    let effect = logic.tell_presence(Instant::now());
                    room.perform([effect], ctx);
                }
            });
        }
    }

    pub(super) fn seat(&mut self, seats: impl IntoIterator<Item = TakeSeat>, ctx: &mut Context<Self>) {
        for seat in seats {
            let announcement = self.announcement();
            let Some(logic) = &mut self.logic else { return };
            let effects = logic.take_seat(seat, announcement);
            self.perform(effects, ctx);
        }
    }

    pub(super) fn refuse_seats(
        &mut self,
        seats: impl IntoIterator<Item = TakeSeat>,
        refusal: ChatRefusal,
        ctx: &mut Context<Self>,
    ) {
        for TakeSeat { socket, line, .. } in seats {
            let refused = Parcel::Tell(socket, Word::Refused(self.key, refusal));
            self.perform([Effect::Line(line, refused)], ctx);
        }
    }

    fn take_on(&mut self, pending: Pending, ctx: &mut Context<Self>) {
        self.pending.push(pending);
        self.go_to_log(ctx);
    }

    fn tell(&mut self, socket: SocketKey, word: Word, ctx: &mut Context<Self>) {
        let line =
            self.logic.as_ref().and_then(|logic| logic.members().get(socket)).map(|member| member.line);
        if let Some(line) = line {
            self.perform([Effect::Line(line, Parcel::Tell(socket, word))], ctx);
        }
    }
}

impl Actor for Room {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        self.load(ctx);
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.stats.actor_stopped();
    }
}

impl Handler<TakeSeat> for Room {
    type Result = ();

    /// Whoever comes back waits for a look at the log; see [`Returning`].
    fn handle(&mut self, seat: TakeSeat, ctx: &mut Self::Context) {
        if self.logic.is_none() {
            return self.refuse_seats([seat], ChatRefusal::Unavailable, ctx);
        }
        // From now on there is a line to this worker.
        if seat.seen.is_none() {
            return self.seat([seat], ctx);
        }
        self.returning.wait(seat);
        self.is_behind = true;
        self.go_to_log(ctx);
    }
}

impl Handler<LeaveRoom> for Room {
    type Result = ();

    fn handle(&mut self, LeaveRoom { socket, is_answered }: LeaveRoom, ctx: &mut Self::Context) {
        let (announcement, key) = (self.announcement(), self.key);
        self.returning.forget(socket);
        let Some(logic) = &mut self.logic else { return };
        let effects = logic.leave(socket, is_answered.then_some(Word::Left(key)), announcement);
        self.perform(effects, ctx);
    }
}

impl Handler<MoveSeat> for Room {
    type Result = ();

    fn handle(&mut self, moved: MoveSeat, ctx: &mut Self::Context) {
        let Some(logic) = &mut self.logic else { return };
        let effects = logic.move_seat(moved);
        self.perform(effects, ctx);
    }
}

impl Handler<SendMessage> for Room {
    type Result = ();

    fn handle(&mut self, message: SendMessage, ctx: &mut Self::Context) {
        let at = self.ports.clock.now();
        // With its date in front: ids of one time lie together in the log's index.
        let id = Oid::dated(at, &self.ports.ids.random());
        if self.pending.len() >= MOST_PENDING {
            return self.tell(message.socket, Word::Sent(self.key, Err(ChatRefusal::Unavailable)), ctx);
        }
        let Some(logic) = &self.logic else { return };
        match logic.draft(message, id, at) {
            Ok(pending) => self.take_on(pending, ctx),
            Err(effect) => self.perform(effect, ctx),
        }
    }
}

impl Handler<DeleteMessage> for Room {
    type Result = ();

    fn handle(&mut self, DeleteMessage { socket, message }: DeleteMessage, ctx: &mut Self::Context) {
        let draft = Draft::Deletion { of: message, at: self.ports.clock.now() };
        self.take_on(Pending { draft, socket: Some(socket) }, ctx);
    }
}

impl Handler<LogIn> for Room {
    type Result = ();

    fn handle(&mut self, wish: LogIn, ctx: &mut Self::Context) {
        let announcement = self.announcement();
        let Some(logic) = &mut self.logic else { return };
        let effects = logic.log_in(&wish, announcement);
        self.perform(effects, ctx);
    }
}

impl Handler<NameMember> for Room {
    type Result = ();

    fn handle(&mut self, name: NameMember, ctx: &mut Self::Context) {
        if let Some(logic) = &mut self.logic {
            logic.name_member(name);
        }
        self.plan_presence(ctx);
    }
}

impl Handler<SetTyping> for Room {
    type Result = ();

    fn handle(&mut self, typing: SetTyping, ctx: &mut Self::Context) {
        let effect = self.logic.as_mut().and_then(|logic| logic.set_typing(&typing, Instant::now()));
        self.perform(effect, ctx);
    }
}

impl Handler<ExpelPerson> for Room {
    type Result = ();

    fn handle(&mut self, ExpelPerson(person, why): ExpelPerson, ctx: &mut Self::Context) {
        let seats = self.returning.of_person(person);
        self.seat(seats, ctx);
        let Some(logic) = &mut self.logic else { return };
        let effects = logic.expel(Some(person), why);
        self.perform(effects, ctx);
    }
}

impl Handler<CatchUp> for Room {
    type Result = ();

    fn handle(&mut self, CatchUp(entries): CatchUp, ctx: &mut Self::Context) {
        let is_whole = match (entries, &mut self.logic) {
            (Some(entries), Some(logic)) if !self.is_at_log => {
                let (effect, is_whole) = logic.hear(entries.iter().cloned());
                self.perform(effect, ctx);
                is_whole
            }
            _ => false,
        };
        if !is_whole {
            self.is_behind = true;
            self.go_to_log(ctx);
        }
    }
}

impl Handler<CountElsewhere> for Room {
    type Result = ();

    fn handle(&mut self, CountElsewhere(people): CountElsewhere, ctx: &mut Self::Context) {
        if let Some(logic) = &mut self.logic {
            logic.count_elsewhere(people);
        }
        self.plan_presence(ctx);
    }
}

metered!(Room: TakeSeat, LeaveRoom, MoveSeat, SendMessage, DeleteMessage, LogIn, NameMember, SetTyping, ExpelPerson,
    CloseRoom, SetShut, CatchUp, CountElsewhere);
