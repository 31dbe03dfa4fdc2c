//! The actor of one worker thread that gives its sockets what their rooms send.
//!
//! A batch arrives once per worker. For each member it is one copy into the send buffer, and one flush for the whole batch;
//! the actor of the connection is not asked. Connections on the same thread reach the board itself through [`Board::here`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix::{Actor, Context, Handler};
use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::kit::{ActorStats, Mailbox as ActorMailbox};
use nine_cloud_actors::metrics::Registry;
use nine_cloud_actors::rooms::{
    Batch, LeaveRoom, LineId, Lines, NewSeat, Parcel, Room, RoomDirectory, SocketKey, Word,
};

use super::seat::{Plug, Seat};
use super::socket::{ChatSocket, Note};
use super::wire;
use crate::realtime::engine::{Mailbox, Outlet};
use crate::realtime::socket::Client;

/// Parcels that wait at once; what does not fit waits in its room.
const MAILBOX: usize = 1024;

/// How long a full room is tried to be told that a member has gone.
const LEAVE_PATIENCE: Duration = Duration::from_mins(1);

thread_local! {
    /// The send buffers of a worker cannot leave its thread, and a connection that can has to find them wherever it is.
    static HERE: RefCell<Option<Rc<Board>>> = const { RefCell::new(None) };
}

/// See the module.
pub(super) struct Switchboard {
    board: Rc<Board>,
    stats: Arc<ActorStats>,
}

/// The sockets of this worker, and who of them is in which room.
pub(super) struct Board {
    line: RefCell<Option<LineId>>,
    rooms: Arc<RoomDirectory>,
    plugs: RefCell<HashMap<SocketKey, Rc<Plug>>>,
    seats: RefCell<HashMap<LogKey, Vec<Rc<Seat>>>>,
    lines: Arc<Lines>,
    delivered: Arc<AtomicU64>,
    /// Of the sockets whose handshake was here.
    socket_stats: Arc<ActorStats>,
}

impl Switchboard {
    /// Starts that of the calling thread, which rooms can reach from then on.
    pub(super) fn start_here(lines: &Arc<Lines>, rooms: Arc<RoomDirectory>, registry: &Registry) {
        let (line, plugs, seats) = (RefCell::default(), RefCell::default(), RefCell::default());
        let (delivered, lines) = (lines.counts.deliveries_of_a_worker(), Arc::clone(lines));
        let socket_stats = registry.cell("SocketSession");
        let board = Rc::new(Board { line, rooms, plugs, seats, lines, delivered, socket_stats });
        let lines = &board.lines;
        let address = Self { board: Rc::clone(&board), stats: registry.cell("Switchboard") }.start();
        *board.line.borrow_mut() = Some(lines.open(address.recipient()));
        HERE.set(Some(board));
    }
}

impl Board {
    /// That of the calling thread.
    pub(super) fn here() -> Option<Rc<Self>> {
        // Also asked while the thread ends, when it is gone already.
        HERE.try_with(|here| here.borrow().clone()).ok().flatten()
    }

    /// What the sockets of this worker count.
    pub(super) fn socket_stats(&self) -> &Arc<ActorStats> {
        &self.socket_stats
    }

    /// The way here for rooms.
    pub(super) fn line(&self) -> Option<LineId> {
        *self.line.borrow()
    }

    /// A socket lives here from now on, under a key of its own.
    pub(super) fn plug_in(&self, outlet: Outlet, mailbox: Mailbox<Client<ChatSocket>>) -> SocketKey {
        let key = SocketKey::fresh();
        self.plugs.borrow_mut().insert(key, Rc::new(Plug::new(key, outlet, mailbox)));
        key
    }

    /// It has ended.
    pub(super) fn unplug(&self, key: SocketKey) {
        let plug = self.plugs.borrow_mut().remove(&key);
        if let Some(plug) = plug {
            for seat in plug.seats.take() {
                self.vacate(&seat);
            }
        }
    }

    /// The socket is ready for what the room has sent it since it came in.
    pub(super) fn release(&self, key: SocketKey, room: LogKey) {
        let Some(plug) = self.plug(key) else { return };
        let Some(seat) = plug.seat(room) else { return };
        plug.spare_backlog();
        let held = seat.held.take().unwrap_or_default();
        for batch in &held {
            self.deliver(&seat, batch);
            self.hand_receipts(batch, Some(key));
        }
    }

    /// The socket does not want to see what this author says.
    pub(super) fn hide(&self, key: SocketKey, room: LogKey, author: Oid) {
        if let Some(seat) = self.plug(key).and_then(|plug| plug.seat(room)) {
            seat.hide(author);
        }
    }

    /// The socket got a name.
    pub(super) fn name(&self, key: SocketKey, room: LogKey, author: Oid) {
        if let Some(seat) = self.plug(key).and_then(|plug| plug.seat(room)) {
            seat.author.set(Some(author));
        }
    }

    fn plug(&self, key: SocketKey) -> Option<Rc<Plug>> {
        self.plugs.borrow().get(&key).cloned()
    }

    fn batch(&self, batch: &Arc<Batch>) {
        let mut too_slow = Vec::new();
        if let Some(seats) = self.seats.borrow().get(&batch.room) {
            for seat in seats {
                let keeps_up = if seat.is_held() { seat.hold(batch) } else { self.deliver(seat, batch) };
                if !keeps_up {
                    too_slow.push(Rc::clone(&seat.plug));
                }
            }
        }
        self.hand_receipts(batch, None);
        for plug in too_slow {
            self.cut(&plug);
        }
    }

    /// Whether the member keeps up.
    fn deliver(&self, seat: &Seat, batch: &Batch) -> bool {
        let encoded = batch.encoded.get_or_init(|| wire::encode(batch));
        let (written, keeps_up) = seat.deliver(batch, encoded);
        self.delivered.fetch_add(written, Ordering::Relaxed);
        keeps_up
    }

    /// Their own messages are out: to all of this worker, or to one whose were held.
    fn hand_receipts(&self, batch: &Batch, only: Option<SocketKey>) {
        for (key, receipt) in &batch.receipts {
            if only.is_some_and(|only| only != *key) {
                continue;
            }
            let Some(plug) = self.plug(*key) else { continue };
            let is_held = plug.seat(batch.room).is_some_and(|seat| seat.is_held());
            if !is_held {
                self.tell(&plug, Word::Sent(batch.room, *receipt));
            }
        }
    }

    fn tell(&self, plug: &Rc<Plug>, word: Word) {
        if plug.tell(Note::Word(plug.key, word)).is_err() {
            self.cut(plug);
        }
    }

    fn seat(&self, new: NewSeat) {
        let Some(plug) = self.plug(new.socket) else { return };
        let (room, seat) = (new.room, Rc::new(Seat::new(Rc::clone(&plug), &new)));
        plug.seats.borrow_mut().push(Rc::clone(&seat));
        self.seats.borrow_mut().entry(room).or_default().push(seat);
        self.tell(&plug, new.word);
    }

    fn unseat(&self, key: SocketKey, room: LogKey, then: Option<Word>) {
        let Some(plug) = self.plug(key) else { return };
        if let Some(seat) = plug.seat(room) {
            // It leaves while it is held back: what it was sent is its own still.
            let held = seat.held.take().unwrap_or_default();
            for batch in &held {
                self.deliver(&seat, batch);
                self.hand_receipts(batch, Some(key));
            }
            plug.take_seat(room);
            if let Some(Word::Handed(_)) = then {
                plug.depart(&seat);
            }
            self.vacate(&seat);
        }
        if let Some(word) = then {
            self.tell(&plug, word);
        }
        if plug.has_moved.get() && plug.seats.borrow().is_empty() {
            self.plugs.borrow_mut().remove(&key);
        }
    }

    fn vacate(&self, seat: &Rc<Seat>) {
        let mut all = self.seats.borrow_mut();
        let Some(seats) = all.get_mut(&seat.room) else { return };
        if let Some(place) = seats.iter().position(|known| Rc::ptr_eq(known, seat)) {
            seats.swap_remove(place);
        }
        if seats.is_empty() {
            all.remove(&seat.room);
        }
    }

    fn moved(&self, key: SocketKey) {
        let Some(plug) = self.plug(key) else { return };
        plug.has_moved.set(true);
        if plug.seats.borrow().is_empty() {
            self.plugs.borrow_mut().remove(&key);
        }
    }

    /// Somebody who does not keep up leaves all rooms at once, and is shut down from outside: its own actor does not run
    /// while its peer does not read (chat.md, promise 4).
    fn cut(&self, plug: &Rc<Plug>) {
        if plug.is_cut.replace(true) {
            return;
        }
        tracing::debug!("a socket that does not keep up is cut");
        self.lines.counts.socket_cut();
        for seat in plug.seats.take() {
            self.vacate(&seat);
            if let Some(room) = self.rooms.find(seat.room) {
                leave(&room, plug.key);
            }
        }
        plug.cut();
    }
}

/// Tells a room that a member has gone, however busy the room is: otherwise it would stay there for good.
pub(super) fn leave(room: &Arc<ActorMailbox<Room>>, socket: SocketKey) {
    let gone = move || LeaveRoom { socket, is_answered: false };
    let can_wait = || tokio::runtime::Handle::try_current().is_ok();
    if room.tell(gone()).is_err() && room.is_alive() && can_wait() {
        let room = Arc::clone(room);
        actix_web::rt::spawn(async move {
            if room.ask(gone(), LEAVE_PATIENCE).await.is_err() {
                tracing::error!("a room was not told that a member has gone");
            }
        });
    }
}

impl Actor for Switchboard {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
    }
}

impl Drop for Switchboard {
    fn drop(&mut self) {
        self.stats.actor_stopped();
    }
}

impl Handler<Parcel> for Switchboard {
    type Result = ();

    fn handle(&mut self, parcel: Parcel, _: &mut Self::Context) {
        self.stats.came_in();
        let board = &self.board;
        match parcel {
            Parcel::Batch(batch) => board.batch(&batch),
            Parcel::Seat(seat) => board.seat(*seat),
            Parcel::Unseat { socket, room, then } => board.unseat(socket, room, then),
            Parcel::Tell(socket, word) => {
                if let Some(plug) = board.plug(socket) {
                    board.tell(&plug, word);
                }
            }
            Parcel::NewDay(date) => {
                let plugs: Vec<_> = board.plugs.borrow().values().cloned().collect();
                for plug in plugs {
                    // Busy sockets learn of it when they ask for their room.
                    let _ = plug.tell(Note::NewDay(date));
                }
            }
            Parcel::Banned(subject) => {
                let plugs: Vec<_> = board.plugs.borrow().values().cloned().collect();
                for plug in plugs {
                    // Busy sockets are refused when they come back.
                    let _ = plug.tell(Note::Banned(subject));
                }
            }
            Parcel::Reopened(room) => {
                let plugs: Vec<_> = board.plugs.borrow().values().cloned().collect();
                for plug in plugs {
                    // Busy sockets come back when their connection breaks.
                    let _ = plug.tell(Note::Reopened(room));
                }
            }
            Parcel::Moved(socket) => board.moved(socket),
        }
    }
}
