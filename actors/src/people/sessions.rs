//! The caller's own sessions.

use crate::domain::session::{Session, SessionId};
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Ends the session through which it is said.
pub struct LogOut;

/// Lists the caller's living sessions, latest sign-in first.
pub struct ListSessions;

/// A session of the caller's own.
pub struct MySession {
    /// The session.
    pub session: Session,
    /// Whether the question came through it.
    pub is_current: bool,
}

/// Ends one session of the caller's own.
pub struct EndSession(pub SessionId);

/// Ends all of them, this one included.
pub struct EndAllSessions;

impl PersonCommand for LogOut {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        person.ports.sessions.end(person.account.id, &person.caller.session).await?;
        person.sessions_ended();
        Ok(())
    }
}

impl PersonCommand for ListSessions {
    type Reply = Vec<MySession>;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Vec<MySession>> {
        let sessions = person.ports.sessions.list(person.account.id, person.ports.clock.now()).await?;
        let mine = |session: Session| MySession { is_current: session.id == person.caller.session, session };
        Ok(sessions.into_iter().map(mine).collect())
    }
}

impl PersonCommand for EndSession {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let ended = person.ports.sessions.end(person.account.id, &self.0).await?;
        person.sessions_ended();
        if ended { Ok(()) } else { Err(Refusal::SessionNotFound) }
    }
}

impl PersonCommand for EndAllSessions {
    type Reply = u64;
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<u64> {
        let ended = person.ports.sessions.end_all(person.account.id).await?;
        person.sessions_ended();
        Ok(ended)
    }
}
