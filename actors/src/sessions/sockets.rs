//! The sockets of one person.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::command::{Lane, Person, PersonCommand, Ports};
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
#[derive(Default)]
pub(super) struct Sockets(RefCell<Vec<(SessionId, Arc<dyn PersonSocket>)>>);

impl Sockets {
    fn attach(&self, session: SessionId, socket: Arc<dyn PersonSocket>) {
        let mut sockets = self.0.borrow_mut();
        sockets.retain(|(_, known)| known.is_alive() && !Arc::ptr_eq(known, &socket));
        sockets.push((session, socket));
    }

    /// Whether none is left.
    pub(super) fn is_empty(&self) -> bool {
        let mut sockets = self.0.borrow_mut();
        sockets.retain(|(_, socket)| socket.is_alive());
        sockets.is_empty()
    }

    /// Tells every one.
    pub(super) fn tell_all(&self, word: &PersonWord) {
        for (_, socket) in self.0.borrow().iter() {
            socket.tell(word.clone());
        }
    }

    fn sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = Vec::new();
        for (session, _) in self.0.borrow().iter() {
            if !sessions.contains(session) {
                sessions.push(session.clone());
            }
        }
        sessions
    }

    fn end(&self, session: &SessionId) {
        self.0.borrow_mut().retain(|(of, socket)| {
            if of == session {
                socket.tell(PersonWord::SessionEnded);
            }
            of != session
        });
    }
}

/// Ends the sockets of sessions that have ended. A store that is away says nothing about them: they stay, and are looked
/// at again when they attach anew.
pub(super) async fn end_orphans(sockets: Rc<super::user_session::State>, user: UserId, ports: Arc<Ports>) {
    for session in sockets.sockets.sessions() {
        let found = ports.sessions.look_up(&session, user, ports.clock.now()).await;
        if let Ok(SessionState::Ended | SessionState::NoSuchUser) = found {
            sockets.sockets.end(&session);
        }
    }
}
