//! A socket from its CONNECT on: its rooms, its place at its worker, and its way in.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use nine_cloud_actors::domain::chat::{LogKey, Oid, PidMark};
use nine_cloud_actors::kit::Mailbox as ActorMailbox;
use nine_cloud_actors::ports::Entry;
use nine_cloud_actors::rooms::{
    Allowance, Author, ChatRefusal, ExpelPerson, Expulsion, MoveSeat, Record, Room, RoomStart, Seated,
    SocketKey, TakeSeat, Word,
};

use super::acts::tell_in_words;
use super::answers::Late;
use super::entrance::{Entrance, Identity, fresh_names};
use super::lane::Lane;
use super::refusals::{self, TurnedAway};
use super::shared::{Shared, later};
use super::socket::{ChatSocket, Home, NAMESPACE, Note, turn_out};
use super::switchboard::{Board, leave};
use super::wire;
use crate::realtime::socket::{Accepted, Io};

/// Lines that are replayed in all rooms together; after more, the client starts anew (chat.md, promise 3).
const MOST_REPLAYED: usize = 300;

/// See the module.
pub(super) struct Inside {
    /// The key it began with; answers to what was asked in another life do not count.
    pub(super) life: SocketKey,
    pub(super) home: Home,
    /// Where it lived before it moved to its WebSocket; whether that place is still to be given up.
    former: Option<Former>,
    pub(super) stage: Stage,
    pub(super) who: Identity,
    pub(super) sid: String,
    pub(super) pid: String,
    pub(super) rooms: Vec<Membership>,
    /// From the old worker, in this order, which the offsets in it depend on: from the first on whose room is not ready.
    early: VecDeque<(LogKey, Box<str>)>,
    pub(super) lane: Lane,
    pub(super) messages: Allowance,
    pub(super) logins: Allowance,
    pub(super) attach_at: Option<Instant>,
    pub(super) keep_at: Option<Instant>,
}

/// How far in it is.
pub(super) enum Stage {
    /// Who it is is being found out.
    Entering,
    /// It is taking its seats.
    Seating { is_recovery: bool, to_come: usize, has_gap: bool, replays: Vec<(LogKey, Vec<Arc<Entry>>)> },
    /// Its record is being written.
    Keeping { replays: Vec<(LogKey, Vec<Arc<Entry>>)> },
    /// It is in.
    In,
}

/// Where a socket lived.
struct Former {
    home: Home,
    is_given_up: bool,
}

/// A room that the socket is in, or on its way into.
#[expect(clippy::struct_excessive_bools, reason = "a joining and a move take these steps in any order")]
pub(super) struct Membership {
    pub(super) key: LogKey,
    pub(super) room: Arc<ActorMailbox<Room>>,
    pub(super) author: Option<Author>,
    pub(super) hidden: Vec<Oid>,
    pub(super) is_curious: bool,
    /// The position it came in at; that of a replay begins here.
    pub(super) start: u64,
    /// Under which key the room knows it.
    known_as: SocketKey,
    is_seated: bool,
    /// The socket is ready for what the room sends.
    is_ready: bool,
    is_released: bool,
    awaits: Awaits,
}

/// Words that a move waits for.
#[derive(Default)]
struct Awaits {
    /// From the worker it has left.
    old: bool,
    /// From the worker it has come to.
    new: bool,
}

impl Membership {
    pub(super) fn new(
        key: LogKey,
        room: Arc<ActorMailbox<Room>>,
        known_as: SocketKey,
        is_curious: bool,
    ) -> Self {
        Self {
            key,
            room,
            author: None,
            hidden: Vec::new(),
            is_curious,
            start: 0,
            known_as,
            is_seated: false,
            is_ready: false,
            is_released: false,
            awaits: Awaits::default(),
        }
    }

    /// `false`: the room is too busy to hear of it.
    fn move_to(&mut self, to: Home) -> bool {
        (self.awaits, self.is_released) = (Awaits { old: true, new: true }, false);
        let (from, hidden) = (std::mem::replace(&mut self.known_as, to.key), self.hidden.clone());
        self.room.tell(MoveSeat { from, to: to.key, line: to.line, hidden }).is_ok()
    }
}

impl Inside {
    pub(super) fn new(home: Home) -> Self {
        Self {
            life: home.key,
            home,
            former: None,
            stage: Stage::Entering,
            who: Identity::Guest(None),
            sid: String::new(),
            pid: String::new(),
            rooms: Vec::new(),
            early: VecDeque::new(),
            lane: Lane::default(),
            messages: Allowance::default(),
            logins: Allowance::default(),
            attach_at: None,
            keep_at: None,
        }
    }

    pub(super) fn is_mine(&self, key: SocketKey) -> bool {
        key == self.home.key || self.former.as_ref().is_some_and(|former| former.home.key == key)
    }

    pub(super) fn wake_at(&self) -> Option<Instant> {
        self.attach_at.into_iter().chain(self.keep_at).min()
    }

    pub(super) fn room(&mut self, key: LogKey) -> Option<&mut Membership> {
        self.rooms.iter_mut().find(|room| room.key == key)
    }

    /// What it may come back to.
    pub(super) fn record(&self, left_at: Option<i64>) -> Record {
        let start = |room: &Membership| RoomStart {
            room: room.key.to_string(),
            start: room.start,
            is_curious: room.is_curious,
        };
        let rooms = self.rooms.iter().filter(|room| room.is_seated).map(start).collect();
        Record { sid: self.sid.clone(), who: self.who.kept(), rooms, left_at }
    }

    pub(super) fn leave_rooms(&self) {
        for room in &self.rooms {
            leave(&room.room, room.known_as);
        }
    }

    /// The connection has moved to another worker, or to another place on this one. `false`: a room cannot be told.
    pub(super) fn move_to(&mut self, home: Home, chat: &Shared) -> bool {
        let former = std::mem::replace(&mut self.home, home);
        self.former = Some(Former { home: former, is_given_up: false });
        let mut are_told = true;
        for room in self.rooms.iter_mut().filter(|room| room.is_seated) {
            are_told &= room.move_to(home);
        }
        self.give_up_former(chat, false);
        are_told
    }

    /// The place of before is needed until the rooms that were asked from there have answered.
    pub(super) fn give_up_former(&mut self, chat: &Shared, at_once: bool) {
        if (at_once || self.rooms.iter().all(|room| room.is_seated))
            && let Some(former) = self.former.as_mut().filter(|former| !former.is_given_up)
        {
            former.is_given_up = true;
            chat.give_up(former.home);
        }
    }

    /// The diary of today is gone: the room of its cloud puts the person out. A room that is too busy to hear of it is left by
    /// a new start, which asks again who may be where.
    pub(super) fn lose_cloud(&self, io: &mut Io<'_, '_, ChatSocket>) {
        let Identity::Person(caller) = &self.who else { return };
        for cloud in self.rooms.iter().filter(|room| room.key.day().is_some()) {
            if cloud.room.tell(ExpelPerson(caller.user, Expulsion::CloudLost)).is_err() {
                io.close();
            }
        }
    }

    /// Without an account one is in the plaza (contract §3), unless it was closed, or one has left it. Whoever comes anew is
    /// in it.
    pub(super) fn lacks_plaza(&self) -> bool {
        let is_through = matches!(self.stage, Stage::Keeping { .. } | Stage::In);
        is_through && matches!(self.who, Identity::Guest(_)) && self.rooms.is_empty()
    }

    /// Asks a room for a seat.
    pub(super) fn take_seat(&mut self, mut membership: Membership, seat: TakeSeat) -> bool {
        (membership.author, membership.hidden) = (seat.author.clone(), seat.hidden.clone());
        membership.start = seat.seen.unwrap_or(0);
        let is_asked = membership.room.tell(seat).is_ok();
        if is_asked {
            self.rooms.push(membership);
        }
        is_asked
    }

    /// From the worker that it has left.
    pub(super) fn forward(&mut self, room: LogKey, text: Box<str>, io: &mut Io<'_, '_, ChatSocket>) {
        self.early.push_back((room, text));
        self.release(io);
    }

    /// What the room has sent since it came in may be delivered.
    pub(super) fn is_ready_for(&mut self, key: LogKey, io: &mut Io<'_, '_, ChatSocket>) {
        if let Some(room) = self.room(key) {
            room.is_ready = true;
        }
        self.release(io);
    }

    /// Lets go what is held for this socket. After a move not before all rooms have moved: an offset names every room, and
    /// each worker knows the positions of those that are there.
    fn release(&mut self, io: &mut Io<'_, '_, ChatSocket>) {
        while let Some((key, text)) = self.early.pop_front() {
            match self.rooms.iter().find(|room| room.key == key) {
                Some(room) if !room.is_ready => {
                    self.early.push_front((key, text));
                    return;
                }
                Some(_) => io.outlet().text(&[&text]),
                None => {}
            }
        }
        if self.rooms.iter().any(|room| room.awaits.old || room.awaits.new) {
            return;
        }
        let Some(board) = Board::here() else { return };
        for room in self.rooms.iter_mut().filter(|room| room.is_ready && !room.is_released) {
            room.is_released = true;
            board.release(self.home.key, room.key);
        }
    }

    /// A room says something.
    pub(super) fn hear(
        &mut self,
        key: SocketKey,
        word: Word,
        chat: &Arc<Shared>,
        io: &mut Io<'_, '_, ChatSocket>,
    ) {
        match word {
            Word::Seated(seated) => self.seated(key, *seated, chat, io),
            Word::Handed(room) => {
                if let Some(room) = self.room(room) {
                    room.awaits.old = false;
                }
                self.release(io);
            }
            Word::Expelled(room, why) => {
                let is_plain = self.room(room).is_some_and(|room| !room.is_curious);
                self.rooms.retain(|known| known.key != room);
                self.release(io);
                self.put_out(room, why, chat, io);
                if is_plain && why == Expulsion::Closed {
                    tell_in_words(ChatRefusal::Closed, chat, io);
                }
                turn_out(room, why, io);
                self.keep_quietly(chat);
            }
            Word::Refused(room, refusal) => self.refused(room, refusal, chat, io),
            word @ (Word::Left(_) | Word::Sent(..) | Word::LoggedIn(_)) => self.done(word, chat, io),
        }
    }

    fn seated(
        &mut self,
        key: SocketKey,
        seated: Seated,
        chat: &Arc<Shared>,
        io: &mut Io<'_, '_, ChatSocket>,
    ) {
        let home = self.home;
        let Some(room) = self.room(seated.room) else { return };
        if room.is_seated {
            room.awaits.new = false;
            return self.release(io);
        }
        room.is_seated = true;
        let is_told = key == home.key || room.move_to(home);
        self.give_up_former(chat, false);
        if !is_told {
            return io.close();
        }
        let is_back = matches!(self.stage, Stage::Seating { is_recovery: true, .. });
        let Some(room) = self.room(seated.room) else { return };
        room.start = if is_back { room.start.min(seated.position) } else { seated.position };
        match &mut self.stage {
            Stage::Seating { to_come, has_gap, replays, .. } => {
                *to_come -= 1;
                *has_gap |= seated.has_gap;
                replays.push((seated.room, seated.entries));
                self.settle_in(chat, io);
            }
            _ => self.joined(&seated, chat, io),
        }
    }

    /// Somebody could not be let into a room.
    fn refused(
        &mut self,
        room: LogKey,
        refusal: ChatRefusal,
        chat: &Arc<Shared>,
        io: &mut Io<'_, '_, ChatSocket>,
    ) {
        self.rooms.retain(|known| known.key != room);
        self.give_up_former(chat, false);
        match &mut self.stage {
            // Without a room that it would get a moment later, it would miss what is said there.
            // Into a room that is closed it comes when that is open again.
            Stage::Seating { is_recovery, to_come, .. }
                if refusal == ChatRefusal::Closed
                    || (*is_recovery && refusal != ChatRefusal::Unavailable) =>
            {
                *to_come -= 1;
                if *is_recovery && refusal == ChatRefusal::Closed {
                    // Whoever comes back believes to be in it.
                    io.emit(NAMESPACE, "room:closed", &wire::closed(room, "closed"));
                }
                self.settle_in(chat, io);
            }
            Stage::Seating { .. } => self.turn_away(&refusals::turned_away(refusal), io),
            _ => self.lane_refused(refusal, io),
        }
    }

    fn turn_away(&mut self, why: &TurnedAway, io: &mut Io<'_, '_, ChatSocket>) {
        self.leave_rooms();
        self.rooms.clear();
        match why {
            TurnedAway::ForGood(error) => io.refuse(NAMESPACE, error),
            TurnedAway::ForNow => io.close(),
        }
    }

    /// It is known who it is.
    pub(super) fn entered(
        &mut self,
        entrance: Result<Entrance, TurnedAway>,
        chat: &Arc<Shared>,
        io: &mut Io<'_, '_, ChatSocket>,
    ) {
        let Entrance { who, sid, pid, is_recovery, seats } = match entrance {
            Ok(entrance) => entrance,
            Err(error) => return self.turn_away(&error, io),
        };
        (self.who, self.sid, self.pid) = (who, sid, pid);
        let (replays, has_gap, to_come) = (Vec::with_capacity(seats.len()), false, seats.len());
        self.stage = Stage::Seating { is_recovery, to_come, has_gap, replays };
        for place in seats {
            let seat = TakeSeat {
                socket: self.home.key,
                line: self.home.line,
                author: place.author,
                person: self.who.person(),
                is_announced: place.is_announced,
                is_curious: place.is_curious,
                hidden: place.hidden,
                seen: place.seen,
            };
            let membership = Membership::new(place.key, place.room, self.home.key, place.is_curious);
            if !self.take_seat(membership, seat) {
                return self.turn_away(&TurnedAway::ForNow, io);
            }
        }
        self.settle_in(chat, io);
    }

    /// Once all seats are taken: what was missed is known to be whole, or the client starts anew; then its record is kept.
    fn settle_in(&mut self, chat: &Arc<Shared>, io: &mut Io<'_, '_, ChatSocket>) {
        let Stage::Seating { is_recovery, to_come: 0, has_gap, replays } = &mut self.stage else { return };
        let missed: usize = replays.iter().map(|(_, entries)| entries.len()).sum();
        let is_whole = *is_recovery && !*has_gap && missed <= MOST_REPLAYED;
        let was_recovery = *is_recovery;
        let replays = if is_whole { std::mem::take(replays) } else { Vec::new() };
        // Another node may have the last word on the record when it finds that its socket has gone.
        self.keep_at = was_recovery.then(|| io.now() + chat.former_is_gone_after);
        if was_recovery && !is_whole && self.start_anew(chat).is_err() {
            return io.close();
        }
        self.stage = Stage::Keeping { replays };
        self.keep(chat, io);
    }

    /// Too much was missed: another `pid` tells the client so. Without an account it is in the plaza still; a person
    /// enters rooms anew.
    fn start_anew(&mut self, chat: &Arc<Shared>) -> Result<(), ChatRefusal> {
        let old = std::mem::take(&mut self.pid);
        (self.sid, self.pid) = fresh_names()?;
        chat.keep_soon(old, None);
        if let Identity::Person(_) = self.who {
            self.leave_rooms();
            self.rooms.clear();
        }
        Ok(())
    }

    /// Writes the record, and goes on when it is durable: [`Late::Kept`].
    pub(super) fn keep(&self, chat: &Arc<Shared>, io: &mut Io<'_, '_, ChatSocket>) {
        let (chat, pid, record, life) = (Arc::clone(chat), self.pid.clone(), self.record(None), self.life);
        later(io.mailbox(), async move {
            // Logged where it failed. A socket without a record works; it only cannot be recovered.
            let _ = chat.keep(pid, Some(record)).await;
            Note::Late(life, Box::new(Late::Kept))
        });
    }

    /// Writes the record; nobody waits for it.
    pub(super) fn keep_quietly(&self, chat: &Arc<Shared>) {
        chat.keep_soon(self.pid.clone(), Some(self.record(None)));
    }

    /// The record is durable: the client gets what it missed, then its answer, then what is new.
    pub(super) fn let_in(&mut self, chat: &Arc<Shared>, io: &mut Io<'_, '_, ChatSocket>) {
        let Stage::Keeping { replays } = &mut self.stage else { return };
        let replays = std::mem::take(replays);
        self.stage = Stage::In;
        self.replay(&replays, io);
        let accepted = Accepted { sid: Some(self.sid.clone()), pid: Some(self.pid.clone()) };
        chat.live.pin().insert(PidMark::of(&self.pid), (self.life, io.mailbox()));
        io.accept(NAMESPACE, accepted);
        for room in &mut self.rooms {
            room.is_ready = true;
        }
        self.release(io);
        let (attach_at, keep_at) = ChatSocket::first_wakes(&self.who, io.now());
        (self.attach_at, self.keep_at) = (attach_at, self.keep_at.or(keep_at));
        io.wake_at(self.wake_at());
    }

    /// The starts of the rooms stay where they are: what is written here may never arrive.
    fn replay(&self, replays: &[(LogKey, Vec<Arc<Entry>>)], io: &mut Io<'_, '_, ChatSocket>) {
        let mut positions: Vec<_> = self.rooms.iter().map(|room| (room.key, room.start)).collect();
        for (key, entries) in replays {
            let Some(room) = self.rooms.iter().position(|room| room.key == *key) else { continue };
            for entry in entries {
                positions[room].1 = entry.seq;
                if entry.is_by(&self.rooms[room].hidden) {
                    continue;
                }
                let Some(head) = wire::logged(*key, entry) else { continue };
                io.outlet().text(&[&head, &wire::offset_tail(positions.iter().copied())]);
            }
        }
    }
}
