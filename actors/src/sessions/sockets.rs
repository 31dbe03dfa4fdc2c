//! The sockets of one person.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use super::command::{Lane, Person, PersonCommand, Ports};
use super::directory::SessionDirectory;
use crate::domain::ids::UserId;
use crate::domain::notification::Notification;
use crate::domain::session::{SessionId, SessionState};
use crate::refusal::Outcome;
use crate::uploads::Progress;

/// Something that a person's sockets are told.
#[derive(Debug, Clone)]
pub enum PersonWord {
    /// The session behind the socket has ended: it closes for good.
    SessionEnded,
    /// The diary of today is gone, and with it the right to be in its cloud.
    CloudLost,
    /// An administrator closes the socket; it may come back.
    Kicked,
    /// Somebody did something that the person is told of.
    Notified(Arc<Notification>),
    /// A picture that the person sent has come so far.
    Uploading(Progress),
}

/// One socket, wherever it lives on this node.
pub trait PersonSocket: Send + Sync {
    /// Never waits; a socket that cannot take it is cut, and may come back.
    fn tell(&self, word: PersonWord);

    /// Whether it may still be told anything.
    fn is_alive(&self) -> bool;
}

/// Makes a socket one of the caller's, which it stays until it ends. Doing it again does no harm, and finds out whether
/// the session lives.
pub struct AttachSocket(pub Arc<dyn PersonSocket>);

impl PersonCommand for AttachSocket {
    type Reply = ();
    const LANE: Lane = Lane::Read;
    const LIMITED: bool = false;

    async fn run(self, person: Person) -> Outcome<()> {
        person.state.sockets.attach(person.caller.session.clone(), self.0);
        Ok(())
    }
}

/// All of one person's.
pub(super) struct Sockets {
    user: UserId,
    /// Knows which sessions have any.
    directory: Weak<SessionDirectory>,
    all: RefCell<Vec<(SessionId, Arc<dyn PersonSocket>)>>,
}

impl Sockets {
    pub(super) fn new(user: UserId, directory: Weak<SessionDirectory>) -> Self {
        Self { user, directory, all: RefCell::default() }
    }

    fn attach(&self, session: SessionId, socket: Arc<dyn PersonSocket>) {
        self.remove_if(|_, known| !known.is_alive() || Arc::ptr_eq(known, &socket));
        if let Some(directory) = self.directory.upgrade() {
            directory.attach_session(session.clone(), self.user);
        }
        self.all.borrow_mut().push((session, socket));
    }

    /// Whether none is left.
    pub(super) fn is_empty(&self) -> bool {
        self.remove_if(|_, socket| !socket.is_alive());
        self.all.borrow().is_empty()
    }

    /// Tells every one.
    pub(super) fn tell_all(&self, word: &PersonWord) {
        for (_, socket) in self.all.borrow().iter() {
            socket.tell(word.clone());
        }
    }

    fn remove_if(&self, is_over: impl Fn(&SessionId, &Arc<dyn PersonSocket>) -> bool) {
        let mut all = self.all.borrow_mut();
        let over = all.extract_if(.., |(session, socket)| is_over(session, socket));
        let over: Vec<SessionId> = over.map(|(session, _)| session).collect();
        let Some(directory) = self.directory.upgrade() else { return };
        for session in over {
            if !all.iter().any(|(left, _)| *left == session) {
                directory.detach_session(session, self.user);
            }
        }
    }

    fn sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = Vec::new();
        for (session, _) in self.all.borrow().iter() {
            if !sessions.contains(session) {
                sessions.push(session.clone());
            }
        }
        sessions
    }

    /// Ends those of a session that has ended.
    pub(super) fn end(&self, session: &SessionId) {
        self.remove_if(|of, socket| {
            if of == session {
                socket.tell(PersonWord::SessionEnded);
            }
            of == session
        });
    }
}

/// Ends the sockets of sessions that have ended. A store that is away says nothing about them: they stay, and are looked
/// at again by [`Sessions`](super::Sessions).
pub(super) async fn end_orphans(sockets: Rc<super::user_session::State>, user: UserId, ports: Arc<Ports>) {
    for session in sockets.sockets.sessions() {
        let found = ports.sessions.look_up(&session, user, ports.clock.now()).await;
        if let Ok(SessionState::Ended | SessionState::NoSuchUser) = found {
            sockets.sockets.end(&session);
        }
    }
}
