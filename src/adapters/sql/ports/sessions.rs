use async_trait::async_trait;
use nine_cloud_actors::domain::identity::Identity;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::session::{Session, SessionId, SessionState};
use nine_cloud_actors::ports::{PortResult, SessionStore};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl SessionStore for SqlStore {
    async fn open(&self, session: Session, verified: Secret) -> PortResult<bool> {
        change!(self, sessions::open(&session, &verified))
    }

    async fn open_by_identity(&self, session: Session, identity: Identity) -> PortResult<bool> {
        change!(self, identities::open_session(&session, &identity))
    }

    async fn look_up(&self, session: &SessionId, user: UserId, now: Instant) -> PortResult<SessionState> {
        let session = session.clone();
        read!(self, sessions::look_up(&session, user, now))
    }

    async fn find_ended(
        &self,
        sessions: Vec<(SessionId, UserId)>,
        now: Instant,
    ) -> PortResult<Vec<(SessionId, UserId)>> {
        read!(self, sessions::find_ended(&sessions, now))
    }

    async fn touch(&self, session: &SessionId, user: UserId, now: Instant) -> PortResult<bool> {
        let session = session.clone();
        change!(self, sessions::touch(&session, user, now))
    }

    async fn list(&self, user: UserId, now: Instant) -> PortResult<Vec<Session>> {
        read!(self, sessions::list(user, now))
    }

    async fn end(&self, user: UserId, session: &SessionId) -> PortResult<bool> {
        let session = session.clone();
        change!(self, sessions::end(user, &session))
    }

    async fn end_all(&self, user: UserId) -> PortResult<u64> {
        change!(self, sessions::end_all(user))
    }

    async fn remove_expired(&self, now: Instant) -> PortResult<u64> {
        change!(self, sessions::remove_expired(now))
    }
}
