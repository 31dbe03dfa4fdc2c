//! A socket at its worker, and its place in one room.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::ports::Fact;
use nine_cloud_actors::rooms::{Batch, Item, NewSeat, SocketKey};

use super::socket::{ChatSocket, Note};
use super::wire;
use crate::realtime::engine::{Backlog, Mailbox, NotTold, Outlet};
use crate::realtime::socket::Client;

/// A member with this many messages waiting is too slow (chat.md, promise 4).
const MOST_MESSAGES: usize = 512;

/// Or with this many bytes in more than one message.
const MOST_BYTES: usize = 1024 * 1024;

/// Batches kept for a member that is coming in; it does so within milliseconds.
const MOST_HELD: usize = 1024;

/// Typing is not worth it for a member with this much waiting.
const TOO_BUSY_FOR_TYPING: usize = 32;

/// A socket that lives on this worker.
pub(super) struct Plug {
    pub(super) key: SocketKey,
    outlet: Outlet,
    mailbox: Mailbox<Client<ChatSocket>>,
    pub(super) seats: RefCell<Vec<Rc<Seat>>>,
    pub(super) has_moved: Cell<bool>,
    /// Rooms that have moved with it already, and how far each was delivered here.
    departed: RefCell<Vec<(LogKey, u64)>>,
    pub(super) is_cut: Cell<bool>,
    /// What was waiting when it came in: a replay does not count.
    spared: Cell<Backlog>,
}

impl Plug {
    pub(super) fn new(key: SocketKey, outlet: Outlet, mailbox: Mailbox<Client<ChatSocket>>) -> Self {
        let (has_moved, is_cut) = (Cell::new(false), Cell::new(false));
        let (seats, departed, spared) = (RefCell::default(), RefCell::default(), Cell::default());
        Self { key, outlet, mailbox, seats, has_moved, departed, is_cut, spared }
    }

    pub(super) fn tell(&self, note: Note) -> Result<(), NotTold> {
        match self.mailbox.tell(note) {
            // It has ended; whoever holds it finds out by itself.
            Err(NotTold::Gone) => Ok(()),
            told => told,
        }
    }

    pub(super) fn cut(&self) {
        self.mailbox.cut();
    }

    pub(super) fn seat(&self, room: LogKey) -> Option<Rc<Seat>> {
        self.seats.borrow().iter().find(|seat| seat.room == room).cloned()
    }

    pub(super) fn take_seat(&self, room: LogKey) {
        self.seats.borrow_mut().retain(|seat| seat.room != room);
    }

    /// A room has moved on to where the socket lives now.
    pub(super) fn depart(&self, seat: &Seat) {
        self.departed.borrow_mut().push((seat.room, seat.position.get()));
    }

    pub(super) fn spare_backlog(&self) {
        self.spared.set(self.outlet.backlog());
    }

    fn keeps_up(&self) -> bool {
        let (backlog, mut spared) = (self.outlet.backlog(), self.spared.get());
        if backlog.messages < spared.messages {
            spared = Backlog::default();
            self.spared.set(spared);
        }
        let messages = backlog.messages - spared.messages;
        let bytes = backlog.bytes.saturating_sub(spared.bytes);
        messages < MOST_MESSAGES && (bytes < MOST_BYTES || messages <= 1)
    }
}

/// A member of a room.
pub(super) struct Seat {
    pub(super) plug: Rc<Plug>,
    pub(super) room: LogKey,
    position: Cell<u64>,
    is_curious: bool,
    pub(super) author: Cell<Option<Oid>>,
    /// Empty for nearly everyone, and then takes no memory of its own.
    hidden: RefCell<HashSet<Oid>>,
    /// `Some` until the socket is ready for it.
    pub(super) held: RefCell<Option<Vec<Arc<Batch>>>>,
}

impl Seat {
    pub(super) fn new(plug: Rc<Plug>, new: &NewSeat) -> Self {
        let hidden = new.hidden.iter().copied().collect();
        Self {
            plug,
            room: new.room,
            position: Cell::new(new.position),
            is_curious: new.is_curious,
            author: Cell::new(new.author),
            hidden: RefCell::new(hidden),
            held: RefCell::new(Some(Vec::new())),
        }
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.borrow().is_some()
    }

    /// Keeps a batch for later; `false` when there are too many.
    pub(super) fn hold(&self, batch: &Arc<Batch>) -> bool {
        let mut held = self.held.borrow_mut();
        let Some(held) = held.as_mut() else { return true };
        held.push(Arc::clone(batch));
        held.len() <= MOST_HELD
    }

    pub(super) fn hide(&self, author: Oid) {
        self.hidden.borrow_mut().insert(author);
    }

    /// Writes what this member is to see, and lets it leave; how many it was, and whether the member keeps up.
    pub(super) fn deliver(&self, batch: &Batch, encoded: &[Box<str>]) -> (u64, bool) {
        let mut written = 0;
        let is_here = self.plug.outlet.is_open();
        let is_alone = self.plug.seats.borrow().len() == 1 && self.plug.departed.borrow().is_empty();
        for (item, texts) in batch.items.iter().zip(encoded.chunks_exact(2)) {
            if let Item::Logged(entry) = item {
                self.position.set(entry.seq);
            }
            if !self.wants(item) {
                continue;
            }
            let (head, mut tail, own) = (&*texts[0], &*texts[1], self.own_tail(item, is_alone));
            if let Some(own) = &own {
                tail = own;
            }
            if is_here {
                self.plug.outlet.text(&[head, tail]);
                written += 1;
            } else if self.plug.tell(Note::Forwarded(self.room, [head, tail].concat().into())).is_err() {
                // It has moved to another worker, where it takes what comes from here before what comes there.
                return (written, false);
            }
        }
        if !is_here {
            return (written, true);
        }
        self.plug.outlet.flush();
        (written, self.plug.keeps_up())
    }

    fn wants(&self, item: &Item) -> bool {
        match item {
            Item::Logged(entry) => match &entry.fact {
                Fact::Said { author, text, .. } => text.is_some() && !self.hides(*author),
                Fact::Deleted { .. } | Fact::Closed => true,
            },
            Item::Announced { .. } => true,
            Item::Presence { .. } => self.is_curious,
            Item::Typing { author, .. } => {
                self.is_curious
                    && self.author.get() != Some(*author)
                    && !self.hides(*author)
                    && self.plug.outlet.backlog().messages < TOO_BUSY_FOR_TYPING
            }
        }
    }

    fn hides(&self, author: Oid) -> bool {
        self.hidden.borrow().contains(&author)
    }

    /// The offset of somebody who is in several rooms names them all.
    fn own_tail(&self, item: &Item, is_alone: bool) -> Option<String> {
        if is_alone || !matches!(item, Item::Logged(_)) {
            return None;
        }
        let (seats, departed) = (self.plug.seats.borrow(), self.plug.departed.borrow());
        let here = seats.iter().map(|seat| (seat.room, seat.position.get()));
        Some(wire::offset_tail(here.chain(departed.iter().copied())))
    }
}
