//! Where sessions are kept: SQL rows on every configuration.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::ids::UserId;
use crate::domain::seoul::Instant;
use crate::domain::session::{Session, SessionId, SessionState};

/// The sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Adds a session.
    async fn open(&self, session: Session) -> PortResult<()>;

    /// What the row of `session` of `user` says at `now`, with the person.
    async fn look_up(&self, session: &SessionId, user: UserId, now: Instant) -> PortResult<SessionState>;

    /// Notes that an access token was taken. `false` when the session is not alive any more.
    async fn touch(&self, session: &SessionId, user: UserId, now: Instant) -> PortResult<bool>;

    /// The living sessions of a person, latest sign-in first.
    async fn list(&self, user: UserId, now: Instant) -> PortResult<Vec<Session>>;

    /// Ends one session of this person. `false` when there is none such.
    async fn end(&self, user: UserId, session: &SessionId) -> PortResult<bool>;

    /// Ends all sessions of this person.
    async fn end_all(&self, user: UserId) -> PortResult<u64>;

    /// Removes rows that ran out before `now`; says how many.
    async fn remove_expired(&self, now: Instant) -> PortResult<u64>;
}
