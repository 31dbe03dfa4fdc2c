//! Where sessions are kept: SQL rows on every configuration.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::identity::Identity;
use crate::domain::ids::UserId;
use crate::domain::secret::Secret;
use crate::domain::seoul::Instant;
use crate::domain::session::{Session, SessionId, SessionState};

/// The sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Adds a session, unless its account is leaving or suspended by now or its password hash is no longer `verified`: comparing a
    /// password takes long enough for its owner to change it or to leave meanwhile. `false` when it was not added.
    async fn open(&self, session: Session, verified: Secret) -> PortResult<bool>;

    /// Adds a session for the person whose `identity` is, and takes the removal of their account back if they asked for
    /// it: a provider's word proves who they are, and its page has no other way to ask (D-B10). All of it or nothing;
    /// `false` when the identity is not the person's of `session`, because they were removed meanwhile, or they are suspended.
    async fn open_by_identity(&self, session: Session, identity: Identity) -> PortResult<bool>;

    /// What the row of `session` of `user` says at `now`, with the person. `Ended` also for a person who is leaving or
    /// suspended.
    async fn look_up(&self, session: &SessionId, user: UserId, now: Instant) -> PortResult<SessionState>;

    /// Those of these sessions that do not live at `now`; see [`look_up`](Self::look_up). Called every second with all
    /// that have sockets on a node, so one query answers for many.
    async fn find_ended(
        &self,
        sessions: Vec<(SessionId, UserId)>,
        now: Instant,
    ) -> PortResult<Vec<(SessionId, UserId)>>;

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
