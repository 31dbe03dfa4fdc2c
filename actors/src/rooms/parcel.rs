//! What rooms hand to the worker threads, and how they reach them.
//!
//! A room does not know sockets, only keys of them and the worker each lives on. Per worker there is one line; what goes
//! down a line arrives in order. A broadcast goes down each line once, however many members live at its end, and its
//! encoding is made once, by the worker that comes to it first.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use actix::{Message, Recipient};
use chrono::NaiveDate;

use super::counts::ChatCounts;
use super::refusal::ChatRefusal;
use crate::domain::chat::{Alias, LogKey, Oid, RoomName};
use crate::domain::seoul::Instant;
use crate::ports::{BanSubject, Entry};

/// One place where a socket lives on this node. A socket that moves to another worker gets another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SocketKey(u64);

impl SocketKey {
    /// A key that nobody had before in this process.
    pub fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// What goes down a line.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub enum Parcel {
    /// Something for all members of a room at the end of this line.
    Batch(Arc<Batch>),
    /// From here on this socket is a member. What comes for it is held until its own word that it is ready.
    Seat(Box<NewSeat>),
    /// From here on this socket is no longer a member; then it is told why, if anything.
    Unseat {
        /// Whom.
        socket: SocketKey,
        /// Where.
        room: LogKey,
        /// What it is told, after all that the room sent it.
        then: Option<Word>,
    },
    /// An answer, after all that was sent before.
    Tell(SocketKey, Word),
    /// To every socket at the end of this line.
    NewDay(NaiveDate),
    /// To every socket at the end of this line: whoever comes from there is put out.
    Banned(BanSubject),
    /// To every socket at the end of this line: a room is open again.
    Reopened(RoomName),
    /// The socket has moved away; its place is given up once no room knows it any more.
    Moved(SocketKey),
}

/// A new member of a room, as the worker needs to know it.
#[derive(Debug)]
pub struct NewSeat {
    /// Who.
    pub socket: SocketKey,
    /// Where.
    pub room: LogKey,
    /// The last `seq` that is not delivered to it.
    pub position: u64,
    /// Whether it also wants presence, typing and the like, which the existing client does not know.
    pub is_curious: bool,
    /// Its own id in the room, if it has one.
    pub author: Option<Oid>,
    /// Whose messages it does not want.
    pub hidden: Vec<Oid>,
    /// What the socket is told now.
    pub word: Word,
}

/// What one socket alone is told.
#[derive(Debug)]
pub enum Word {
    /// It is in the room. It says when it is ready for what follows.
    Seated(Box<Seated>),
    /// It has moved, and the room's word from the old place has all arrived.
    Handed(LogKey),
    /// It has left the room, as it wished.
    Left(LogKey),
    /// The room put it out.
    Expelled(LogKey, Expulsion),
    /// How its message in this room, or its deletion of one, fared; in the order in which it asked.
    Sent(LogKey, Result<Receipt, ChatRefusal>),
    /// It is known under this name now.
    LoggedIn(Alias),
    /// It was not let in.
    Refused(LogKey, ChatRefusal),
}

/// Why a room put somebody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expulsion {
    /// The day of this cloud is over.
    NewDay,
    /// A ban.
    Banned,
    /// The diary that opened this cloud to them is gone.
    CloudLost,
    /// An administrator has closed the room.
    Closed,
}

/// A socket's way into a room.
#[derive(Debug)]
pub struct Seated {
    /// The room.
    pub room: LogKey,
    /// The last `seq` before live delivery.
    pub position: u64,
    /// People in the room now, this one included, on all nodes.
    pub members: usize,
    /// Up to and including `position`, oldest first: what was missed, or the last messages.
    pub entries: Vec<Arc<Entry>>,
    /// More was missed than is replayed: `entries` are the last ones only.
    pub has_gap: bool,
}

/// A message that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Its id; that of the first when the same was sent twice.
    pub id: Oid,
    /// Its place.
    pub seq: u64,
    /// Its time.
    pub at: Instant,
}

/// What a room sends to its members at one go.
#[derive(Debug)]
pub struct Batch {
    /// The room.
    pub room: LogKey,
    /// In this order.
    pub items: Vec<Item>,
    /// After them, to single members: their own messages are out.
    pub receipts: Vec<(SocketKey, Result<Receipt, ChatRefusal>)>,
    /// What the transport made of the items; kept here so that it is made once for all workers.
    pub encoded: OnceLock<Box<[Box<str>]>>,
}

/// One thing that members hear of.
#[derive(Debug)]
pub enum Item {
    /// A line of the log, with a place.
    Logged(Arc<Entry>),
    /// In words of the server.
    Announced {
        /// Unique, as clients key their lists by it.
        id: Oid,
        /// For people.
        text: String,
        /// When.
        at: Instant,
    },
    /// Who came and went.
    Presence {
        /// People in the room now, on all nodes.
        members: usize,
        /// Names of those who came to this node; none in a large room.
        joined: Vec<Alias>,
        /// Names of those who went from it; none in a large room.
        left: Vec<Alias>,
    },
    /// Somebody is, or no longer is, typing.
    Typing {
        /// Who, for everybody else.
        author: Oid,
        /// Their name.
        alias: Alias,
        /// Whether they are.
        is_on: bool,
    },
}

/// Number of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineId(pub(super) usize);

/// The lines to all worker threads of this node.
#[derive(Default)]
pub struct Lines {
    workers: RwLock<Vec<Recipient<Parcel>>>,
    /// What goes through them.
    pub counts: ChatCounts,
}

impl Lines {
    /// A worker can be reached from now on.
    pub fn open(&self, worker: Recipient<Parcel>) -> LineId {
        let mut lines = self.workers.write().unwrap_or_else(PoisonError::into_inner);
        lines.push(worker);
        LineId(lines.len() - 1)
    }

    /// The way to one worker; kept by each room, because every clone of an address owns a place of its own in the mailbox.
    pub fn get(&self, line: LineId) -> Option<Recipient<Parcel>> {
        self.workers.read().unwrap_or_else(PoisonError::into_inner).get(line.0).cloned()
    }

    /// The number of each.
    pub(super) fn ids(&self) -> impl Iterator<Item = LineId> + use<> {
        (0..self.workers.read().unwrap_or_else(PoisonError::into_inner).len()).map(LineId)
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> Vec<Recipient<Parcel>> {
        self.workers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
