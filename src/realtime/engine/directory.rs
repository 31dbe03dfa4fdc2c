//! Which sessions live on this node, on which transport, and where their mailbox is.

use std::collections::HashMap;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix::{Addr, Recipient};

use super::application::{CloseReason, Connection};
use super::peer::Peer;
use super::polling::PollingSession;
use super::sid::Sid;

/// All sessions of one mount. A lock around a map: it is touched by handshakes, polls and upgrades, never by a message
/// on a WebSocket.
pub(super) struct Directory<C: Connection> {
    entries: Mutex<HashMap<Sid, Arc<Entry<C>>>>,
}

impl<C: Connection> Directory<C> {
    pub(super) fn new() -> Self {
        Self { entries: Mutex::new(HashMap::new()) }
    }

    pub(super) fn add(&self, sid: Sid, transport: Transport, peer: Option<Peer>) -> Arc<Entry<C>> {
        let entry = Arc::new(Entry {
            sid: sid.clone(),
            upgrading: AtomicBool::new(false),
            pushing: AtomicBool::new(false),
            place: Mutex::new(Place { transport, polling: None, inbox: Inbox::Held(Vec::new()), peer }),
        });
        lock(&self.entries).insert(sid, Arc::clone(&entry));
        entry
    }

    pub(super) fn find(&self, sid: &str) -> Option<Arc<Entry<C>>> {
        lock(&self.entries).get(sid).cloned()
    }

    pub(super) fn remove(&self, entry: &Entry<C>) {
        lock(&self.entries).remove(&entry.sid);
        entry.vacate();
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.entries).len()
    }

    pub(super) fn mailboxes(&self) -> Vec<Mailbox<C>> {
        lock(&self.entries).values().cloned().map(Mailbox).collect()
    }
}

/// What carries a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Polling,
    WebSocket,
}

/// One session as the rest of the node sees it.
pub(super) struct Entry<C: Connection> {
    pub(super) sid: Sid,
    upgrading: AtomicBool,
    pushing: AtomicBool,
    place: Mutex<Place<C>>,
}

struct Place<C: Connection> {
    transport: Transport,
    polling: Option<Addr<PollingSession<C>>>,
    inbox: Inbox<C::Note>,
    peer: Option<Peer>,
}

/// Where notes go. While the connection is between two actors they are held: a note must not overtake those that
/// still wait in the mailbox it is leaving.
enum Inbox<N: Send + 'static> {
    Held(Vec<Letter<N>>),
    Open(Recipient<Letter<N>>),
    Gone,
}

/// What travels in a connection's mailbox.
#[derive(actix::Message)]
#[rtype(result = "()")]
pub(super) enum Letter<N: Send + 'static> {
    Note(N),
    Close(CloseReason),
}

/// More than this while a connection moves, which takes microseconds, and the sender hears that the mailbox is full.
const MOST_HELD: usize = 1024;

impl<C: Connection> Entry<C> {
    pub(super) fn transport(&self) -> Transport {
        lock(&self.place).transport
    }

    pub(super) fn polling(&self) -> Option<Addr<PollingSession<C>>> {
        lock(&self.place).polling.clone()
    }

    pub(super) fn settle_polling(&self, session: Addr<PollingSession<C>>) {
        lock(&self.place).polling = Some(session);
    }

    /// From now on polling requests are refused. Gives the actor that has the session still.
    pub(super) fn end_polling(&self, peer: Option<Peer>) -> Option<Addr<PollingSession<C>>> {
        let mut place = lock(&self.place);
        place.transport = Transport::WebSocket;
        place.peer = peer;
        place.polling.take()
    }

    /// Mail is held from now on, until another actor opens the inbox.
    pub(super) fn hold_mail(&self) {
        lock(&self.place).inbox = Inbox::Held(Vec::new());
    }

    /// Mail goes to this actor from now on; what was held is handed over to be read first.
    pub(super) fn open_inbox(&self, inbox: Recipient<Letter<C::Note>>) -> Vec<Letter<C::Note>> {
        let mut place = lock(&self.place);
        match mem::replace(&mut place.inbox, Inbox::Open(inbox)) {
            Inbox::Held(letters) => letters,
            Inbox::Open(_) => Vec::new(),
            Inbox::Gone => {
                place.inbox = Inbox::Gone;
                Vec::new()
            }
        }
    }

    /// No more mail: the application is gone, though the client may not know it yet.
    pub(super) fn refuse_mail(&self) {
        let held = mem::replace(&mut lock(&self.place).inbox, Inbox::Gone);
        // Held notes may hold mailboxes themselves; their drop must not find the lock taken.
        drop(held);
    }

    /// No more mail, and no address that would keep an actor known.
    pub(super) fn vacate(&self) {
        self.refuse_mail();
        let mut place = lock(&self.place);
        (place.polling, place.peer) = (None, None);
    }

    /// Only one WebSocket at a time may try to take over. False: another is trying, or did.
    pub(super) fn claim_upgrade(&self) -> bool {
        !self.upgrading.swap(true, Ordering::AcqRel)
    }

    pub(super) fn release_upgrade(&self) {
        self.upgrading.store(false, Ordering::Release);
    }

    /// One POST at a time. `None`: another is being read.
    pub(super) fn begin_push(self: &Arc<Self>) -> Option<Push<C>> {
        (!self.pushing.swap(true, Ordering::AcqRel)).then(|| Push(Arc::clone(self)))
    }
}

/// A POST is being read; the drop ends it.
pub(super) struct Push<C: Connection>(Arc<Entry<C>>);

impl<C: Connection> Drop for Push<C> {
    fn drop(&mut self) {
        self.0.pushing.store(false, Ordering::Release);
    }
}

/// Reaches one connection from any thread, across its upgrade, for as long as it lives. Notes arrive in the order of
/// the calls.
pub struct Mailbox<C: Connection>(pub(super) Arc<Entry<C>>);

impl<C: Connection> Clone for Mailbox<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Connection> fmt::Debug for Mailbox<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mailbox").field(&self.0.sid).finish()
    }
}

/// A note that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTold {
    /// The connection does not keep up, or its peer does not read: cut it.
    #[error("the mailbox is full")]
    Full,
    /// The connection has ended.
    #[error("the connection is gone")]
    Gone,
}

impl<C: Connection> Mailbox<C> {
    /// Never waits.
    pub fn tell(&self, note: C::Note) -> Result<(), NotTold> {
        self.post(Letter::Note(note))
    }

    /// Whether it may still be told anything.
    pub fn is_alive(&self) -> bool {
        !matches!(lock(&self.0.place).inbox, Inbox::Gone)
    }

    /// Ends the connection at the transport, after what was sent before; the client may reconnect.
    pub fn close(&self) -> Result<(), NotTold> {
        self.post(Letter::Close(CloseReason::ServerClose))
    }

    /// Shuts a WebSocket's descriptor down from outside: the only way to end a connection whose peer does not read,
    /// because its actor does not run. A polling session is closed as by [`close`](Self::close).
    pub fn cut(&self) {
        let peer = {
            let place = lock(&self.0.place);
            place.peer.clone().filter(|_| place.transport == Transport::WebSocket)
        };
        match peer {
            Some(peer) => peer.shut_down(),
            None => drop(self.close()),
        }
    }

    fn post(&self, letter: Letter<C::Note>) -> Result<(), NotTold> {
        let mut place = lock(&self.0.place);
        match &mut place.inbox {
            Inbox::Held(letters) if letters.len() < MOST_HELD => {
                letters.push(letter);
                Ok(())
            }
            Inbox::Held(_) => Err(NotTold::Full),
            Inbox::Open(inbox) => inbox.try_send(letter).map_err(|error| match error {
                actix::dev::SendError::Full(_) => NotTold::Full,
                actix::dev::SendError::Closed(_) => NotTold::Gone,
            }),
            Inbox::Gone => Err(NotTold::Gone),
        }
    }
}

/// The data behind these locks is whole between any two statements, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
