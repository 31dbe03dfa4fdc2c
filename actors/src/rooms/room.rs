//! The actor of one chat room: keeps its order, writes what is said to the log, and sends it out.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix::{Actor, ActorFutureExt, AsyncContext, Context, ContextFutureSpawner, Handler, WrapFuture};

use super::logic::{Announcement, Effect, Logic, Pending};
use super::messages::{
    CatchUp, CloseRoom, CountElsewhere, DeleteMessage, ExpelPerson, LeaveRoom, LogIn, MoveSeat, NameMember,
    SendMessage, SetTyping, TakeSeat,
};
use super::outbound::Outbound;
use super::parcel::{LineId, Lines, Parcel, SocketKey, Word};
use super::refusal::ChatRefusal;
use super::returning::Returning;
use super::window::{self, Window};
use crate::domain::chat::{LogKey, Oid};
use crate::kit::ActorStats;
use crate::metered;
use crate::ports::{ChatLog, Clock, Draft, Entry, FanOut, Ids, News, Placed, PortError, PortResult};
use crate::refusal::chain;

/// Commands that wait at once.
const MAILBOX: usize = 8192;

/// Messages that wait for the write before theirs to end; above it, they are refused.
const MOST_PENDING: usize = 4096;

/// Messages in one write.
const BATCH: usize = 512;

/// Lines of the log read at once when other nodes wrote.
const PAGE: u16 = 512;

/// How often a worker that takes nothing more is tried again.
const RETRY_AFTER: Duration = Duration::from_millis(2);

/// How often the log is tried again when a room cannot be opened for it.
const RELOAD_AFTER: Duration = Duration::from_secs(1);

/// What a room works with.
#[derive(Clone)]
pub struct RoomPorts {
    /// The name of this node among the others.
    pub node: Arc<str>,
    /// The truth.
    pub log: Arc<dyn ChatLog>,
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
    key: LogKey,
    ports: RoomPorts,
    /// `None` until the log has been read.
    logic: Option<Logic>,
    outbound: Outbound,
    pending: Vec<Pending>,
    returning: Returning,
    /// People here, for whoever wants to know without asking.
    people: Arc<AtomicUsize>,
    /// People elsewhere, when the room was started.
    elsewhere: usize,
    /// A write or a read of the log is under way; there is one at a time.
    is_at_log: bool,
    /// Other nodes wrote something that is to be read.
    is_behind: bool,
    /// Its day is over: once nothing is under way, the log gets its last line.
    is_closing: bool,
    is_retrying: bool,
    presence_is_due: bool,
    stats: Arc<ActorStats>,
}

/// A write to the log, and what other nodes had written before it.
type Appended = PortResult<(Vec<Placed>, Vec<Entry>)>;

impl Room {
    pub(super) fn new(
        key: LogKey,
        ports: RoomPorts,
        people: Arc<AtomicUsize>,
        elsewhere: usize,
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
                room.logic = Some(Logic::new(room.key, room.ports.capacity, window, room.elsewhere));
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

    fn perform(&mut self, effects: impl IntoIterator<Item = Effect>, ctx: &mut Context<Self>) {
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

    fn seat(&mut self, seats: impl IntoIterator<Item = TakeSeat>, ctx: &mut Context<Self>) {
        for seat in seats {
            let announcement = self.announcement();
            let Some(logic) = &mut self.logic else { return };
            let effects = logic.take_seat(seat, announcement);
            self.perform(effects, ctx);
        }
    }

    fn refuse_seats(
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

    /// Writes what is pending, or reads what others wrote; one at a time, so that what comes in meanwhile is written
    /// together.
    fn go_to_log(&mut self, ctx: &mut Context<Self>) {
        if self.is_at_log || self.outbound.is_waiting() || self.logic.is_none() {
            return;
        }
        if self.is_closing {
            self.close(ctx);
        } else if !self.pending.is_empty() {
            self.append(ctx);
        } else if self.is_behind {
            self.read_on(ctx);
        }
    }

    fn append(&mut self, ctx: &mut Context<Self>) {
        let Some(after) = self.logic.as_ref().map(Logic::tail) else { return };
        let rest = self.pending.split_off(self.pending.len().min(BATCH));
        let batch = mem::replace(&mut self.pending, rest);
        let drafts: Arc<[Draft]> = batch.iter().map(|pending| pending.draft.clone()).collect();
        let (log, key) = (Arc::clone(&self.ports.log), self.key);
        self.is_at_log = true;
        self.returning.look_begins();
        let write = async move {
            let placed = log.append(key, after, drafts).await?;
            let first = placed.iter().find_map(|placed| match placed {
                Placed::At(seq) => Some(*seq),
                Placed::Before { .. } | Placed::Nothing => None,
            });
            let others = match first {
                Some(first) if first != after + 1 => read_to_end(&*log, key, after).await?,
                _ => Vec::new(),
            };
            Ok((placed, others))
        };
        ctx.spawn(write.into_actor(self).map(move |done: Appended, room, ctx| {
            room.is_at_log = false;
            room.written(&batch, done, ctx);
            room.go_to_log(ctx);
        }));
    }

    fn written(&mut self, batch: &[Pending], done: Appended, ctx: &mut Context<Self>) {
        let Some(logic) = &mut self.logic else { return };
        match done {
            Ok((placed, others)) => {
                // Nothing new went in: where the log ends was not seen.
                let has_looked = placed.iter().any(|placed| matches!(placed, Placed::At(_)));
                if let Some((delivery, mine)) = logic.logged(batch, &placed, others) {
                    if !mine.is_empty() {
                        self.ports.lines.counts.messages_logged(mine.len());
                        self.ports.fan_out.publish(News::Logged { room: self.key, entries: mine });
                    }
                    self.perform([Effect::Everyone(delivery)], ctx);
                }
                if has_looked {
                    let seats = self.returning.look_ends();
                    self.seat(seats, ctx);
                }
            }
            Err(error) => {
                self.stats.failed(&chain(&error));
                let is_away = matches!(error, PortError::Unavailable(_));
                // Logged where it becomes a refusal; the senders hear the same for whatever cause.
                let _ = ChatRefusal::from(error);
                self.is_behind = true;
                let effect = logic.failed(batch);
                self.perform(effect, ctx);
                if is_away {
                    self.refuse_pending(ctx);
                }
            }
        }
    }

    /// The log was found away: who came meanwhile has waited for as long as anybody should, and would do so once more.
    fn refuse_pending(&mut self, ctx: &mut Context<Self>) {
        let Some(logic) = &mut self.logic else { return };
        let effect = logic.failed(&mem::take(&mut self.pending));
        self.perform(effect, ctx);
    }

    fn read_on(&mut self, ctx: &mut Context<Self>) {
        let Some(after) = self.logic.as_ref().map(Logic::tail) else { return };
        let (log, key) = (Arc::clone(&self.ports.log), self.key);
        (self.is_at_log, self.is_behind) = (true, false);
        self.returning.look_begins();
        let read = async move { read_to_end(&*log, key, after).await };
        ctx.spawn(read.into_actor(self).map(move |read, room, ctx| {
            room.is_at_log = false;
            match (read, &mut room.logic) {
                (Ok(entries), Some(logic)) => {
                    let (effect, _) = logic.hear(entries.into_iter().map(Arc::new));
                    room.perform(effect, ctx);
                    let seats = room.returning.look_ends();
                    room.seat(seats, ctx);
                }
                (Err(error), _) => {
                    let is_away = matches!(error, PortError::Unavailable(_));
                    let refusal = ChatRefusal::from(error);
                    if is_away {
                        room.refuse_pending(ctx);
                    }
                    let (known, ahead) = room.returning.look_fails(after);
                    room.seat(known, ctx);
                    room.refuse_seats(ahead, refusal, ctx);
                    ctx.run_later(RELOAD_AFTER, |room, ctx| {
                        room.is_behind = true;
                        room.go_to_log(ctx);
                    });
                }
                (Ok(_), None) => {}
            }
            room.go_to_log(ctx);
        }));
    }

    /// The log has the last word; then everybody is put out. What still waits to be said is not said any more.
    fn close(&mut self, ctx: &mut Context<Self>) {
        let pending = mem::take(&mut self.pending);
        let refused = self.logic.as_ref().and_then(|logic| logic.failed(&pending));
        self.perform(refused, ctx);
        self.is_at_log = true;
        let drafts: Arc<[Draft]> = Arc::new([Draft::Closing { at: self.ports.clock.now() }]);
        let (log, key) = (Arc::clone(&self.ports.log), self.key);
        let after = self.logic.as_ref().map_or(0, Logic::tail);
        let close = async move {
            log.append(key, after, drafts).await?;
            read_to_end(&*log, key, after).await
        };
        let closed = close.into_actor(self).map(|closed: PortResult<Vec<Entry>>, room, ctx| {
            let Some(logic) = &mut room.logic else { return };
            match closed {
                Ok(entries) => {
                    // Members hear of it while they are members.
                    let (effect, _) = logic.hear(entries.into_iter().map(Arc::new));
                    room.perform(effect, ctx);
                }
                // Everybody is put out once the log has the last word: without it, nobody would be told why.
                Err(error) => {
                    let refusal = ChatRefusal::from(error);
                    tracing::warn!(room = %room.key, %refusal, "a room cannot close yet");
                    ctx.run_later(RELOAD_AFTER, Self::close);
                    return;
                }
            }
            (room.is_at_log, room.is_closing) = (false, false);
            // Said while the last line was written: its senders are put out, and hear so.
            room.pending.clear();
            let effects = room.logic.as_mut().map(Logic::close).unwrap_or_default();
            room.perform(effects, ctx);
            // Too late.
            let seats = room.returning.all();
            room.seat(seats, ctx);
        });
        ctx.spawn(closed);
    }

    fn tell(&mut self, socket: SocketKey, word: Word, ctx: &mut Context<Self>) {
        let line =
            self.logic.as_ref().and_then(|logic| logic.members().get(socket)).map(|member| member.line);
        if let Some(line) = line {
            self.perform([Effect::Line(line, Parcel::Tell(socket, word))], ctx);
        }
    }
}

/// The rest of a log after `seq`.
async fn read_to_end(log: &dyn ChatLog, key: LogKey, mut seq: u64) -> PortResult<Vec<Entry>> {
    let mut all = Vec::new();
    loop {
        let page = log.read_after(key, seq, PAGE).await?;
        let is_last = page.len() < usize::from(PAGE);
        seq = page.last().map_or(seq, |last| last.seq);
        all.extend(page);
        if is_last {
            return Ok(all);
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

impl Handler<CloseRoom> for Room {
    type Result = ();

    fn handle(&mut self, _: CloseRoom, ctx: &mut Self::Context) {
        self.is_closing = true;
        self.go_to_log(ctx);
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
    CloseRoom, CatchUp, CountElsewhere);
