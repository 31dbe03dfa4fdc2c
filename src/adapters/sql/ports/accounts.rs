use async_trait::async_trait;
use nine_cloud_actors::domain::account::{Account, Credentials, NewAccount};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::session::SessionId;
use nine_cloud_actors::ports::{AccountStore, PortResult, ProfileChange, PurgeReport};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl AccountStore for SqlStore {
    async fn create(&self, new: NewAccount) -> PortResult<Account> {
        change!(self, accounts::create(&new))
    }

    async fn find(&self, user: UserId) -> PortResult<Option<Account>> {
        read!(self, accounts::find(user))
    }

    async fn find_by_email(&self, email: &Email) -> PortResult<Option<Credentials>> {
        let email = email.clone();
        read!(self, accounts::find_by_email(email.key()))
    }

    async fn find_credentials(&self, user: UserId) -> PortResult<Option<Credentials>> {
        read!(self, accounts::find_credentials(user))
    }

    async fn update_profile(&self, user: UserId, change: ProfileChange, now: Instant) -> PortResult<bool> {
        change!(self, accounts::update_profile(user, &change, now))
    }

    async fn change_password(
        &self,
        user: UserId,
        hash: Secret,
        keep: &SessionId,
        now: Instant,
    ) -> PortResult<()> {
        let keep = keep.clone();
        change!(self, accounts::change_password(user, &hash, &keep, now))
    }

    async fn replace_hash(&self, user: UserId, old: Secret, new: Secret) -> PortResult<()> {
        change!(self, accounts::replace_hash(user, &old, &new))
    }

    async fn begin_sign_off(&self, user: UserId, purge_at: Instant, now: Instant) -> PortResult<()> {
        change!(self, leaving::begin_sign_off(user, purge_at, now))
    }

    async fn grant_recall(&self, user: UserId, until: Instant) -> PortResult<()> {
        change!(self, leaving::grant_recall(user, until))
    }

    async fn pending_sign_off(&self, email: &Email, now: Instant) -> PortResult<Option<Instant>> {
        let email = email.clone();
        read!(self, leaving::pending_sign_off(email.key(), now))
    }

    async fn recall(&self, email: &Email, now: Instant) -> PortResult<bool> {
        let email = email.clone();
        change!(self, leaving::recall(email.key(), now))
    }

    async fn due_for_purge(&self, now: Instant) -> PortResult<Vec<UserId>> {
        Ok(read!(self, purge::due(now))?.into_iter().map(UserId).collect())
    }

    async fn purge(&self, people: &[UserId], now: Instant) -> PortResult<PurgeReport> {
        let people: Vec<i64> = people.iter().map(|person| person.0).collect();
        change!(self, purge::remove(&people, now))
    }

    async fn ai_consent(&self, user: UserId) -> PortResult<bool> {
        read!(self, solutions::ai_consent(user))
    }

    async fn set_ai_consent(&self, user: UserId, given: bool, now: Instant) -> PortResult<bool> {
        change!(self, solutions::set_ai_consent(user, given, now))
    }

    async fn suspend(&self, user: UserId, now: Instant) -> PortResult<bool> {
        change!(self, accounts::suspend(user, now))
    }

    async fn reinstate(&self, user: UserId, now: Instant) -> PortResult<bool> {
        change!(self, accounts::reinstate(user, now))
    }

    async fn set_admin(&self, email: &Email, is_admin: bool) -> PortResult<bool> {
        let email = email.clone();
        change!(self, accounts::set_admin(email.key(), is_admin))
    }
}
