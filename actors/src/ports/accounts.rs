//! Where people are kept.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::account::{Account, Credentials, NewAccount};
use crate::domain::email::Email;
use crate::domain::file::NewFile;
use crate::domain::ids::UserId;
use crate::domain::secret::Secret;
use crate::domain::seoul::Instant;
use crate::domain::session::SessionId;
use crate::domain::text::Username;

/// What `PATCH /myInfo/editmyInfo` changes; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// New name.
    pub username: Option<Username>,
    /// New picture, committed with the row; the old one is queued for removal in the same transaction.
    pub picture: Option<NewFile>,
}

/// What a purge removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PurgeReport {
    /// People.
    pub accounts: u64,
    /// Their files, queued for removal.
    pub files: u64,
}

/// The accounts.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Adds a person. `Conflict(AccountEmail)` when the address is taken in any case.
    async fn create(&self, new: NewAccount) -> PortResult<Account>;

    /// The person with this id.
    async fn find(&self, user: UserId) -> PortResult<Option<Account>>;

    /// Whoever has this address, with what sign-in needs.
    async fn find_by_email(&self, email: &Email) -> PortResult<Option<Credentials>>;

    /// The hash to check a password change against; `None` for no such person.
    async fn find_credentials(&self, user: UserId) -> PortResult<Option<Credentials>>;

    /// Changes name and picture. `false` when the person is gone.
    async fn update_profile(&self, user: UserId, change: ProfileChange, now: Instant) -> PortResult<bool>;

    /// Sets a new password hash and ends all sessions but `keep`, in one transaction.
    async fn change_password(
        &self,
        user: UserId,
        hash: Secret,
        keep: &SessionId,
        now: Instant,
    ) -> PortResult<()>;

    /// Replaces `old` by `new` unless the hash was changed meanwhile: the silent move from bcrypt to Argon2id.
    async fn replace_hash(&self, user: UserId, old: Secret, new: Secret) -> PortResult<()>;

    /// Marks the account for removal at `purge_at`, hides its diaries from others and ends its sessions, in one
    /// transaction. An earlier mark stays as it was: asking again must not extend it.
    async fn begin_sign_off(&self, user: UserId, purge_at: Instant, now: Instant) -> PortResult<()>;

    /// Opens the short time in which the owner of this pending account, who has just given the right password, may
    /// ask for it or take the removal back by address alone (D-B7).
    async fn grant_recall(&self, user: UserId, until: Instant) -> PortResult<()>;

    /// When the account with this address will be removed, if it is pending and a grant is open at `now`.
    async fn pending_sign_off(&self, email: &Email, now: Instant) -> PortResult<Option<Instant>>;

    /// Takes the removal back and closes the grant. `false` without an open grant.
    async fn recall(&self, email: &Email, now: Instant) -> PortResult<bool>;

    /// Some of those whose time is over; empty when nobody is left.
    async fn due_for_purge(&self, now: Instant) -> PortResult<Vec<UserId>>;

    /// Removes those of `people` whose time is over, set-based: their rows, sessions, likes (counts put right), comments;
    /// their files are queued for removal. Whoever took the removal back meanwhile stays.
    async fn purge(&self, people: &[UserId], now: Instant) -> PortResult<PurgeReport>;

    /// Whether this person lets a model read their diaries; `false` until they say so.
    async fn ai_consent(&self, user: UserId) -> PortResult<bool>;

    /// Remembers whether this person lets a model read their diaries. `false` when the person is gone.
    async fn set_ai_consent(&self, user: UserId, given: bool, now: Instant) -> PortResult<bool>;

    /// Keeps a person out from now on and ends their sessions, in one transaction. Doing it again changes nothing. `false`
    /// when there is no such person.
    async fn suspend(&self, user: UserId, now: Instant) -> PortResult<bool>;

    /// Lets them in again. `false` when there is no such person.
    async fn reinstate(&self, user: UserId, now: Instant) -> PortResult<bool>;

    /// Makes the person with this address an administrator, or no longer one. `false` when there is none.
    async fn set_admin(&self, email: &Email, is_admin: bool) -> PortResult<bool>;
}
