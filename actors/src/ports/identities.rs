//! Which identity at a provider is which person's.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::account::{Account, NewAccount};
use crate::domain::identity::Identity;
use crate::domain::ids::UserId;
use crate::domain::seoul::Instant;

/// The identities. They go with their account.
#[async_trait]
pub trait IdentityStore: Send + Sync {
    /// Whose it is.
    async fn owner(&self, identity: &Identity) -> PortResult<Option<UserId>>;

    /// Makes it this person's from `now` on, for good. `Conflict(Identity)` when it is somebody's already, or when the
    /// person has another of the same provider; `Orphaned` when the person is gone.
    async fn bind(&self, user: UserId, identity: Identity, now: Instant) -> PortResult<()>;

    /// Adds a person whose it is, in one transaction. `Conflict(AccountEmail)` when the address is taken in any case,
    /// `Conflict(Identity)` when the identity is.
    async fn create_owner(&self, new: NewAccount, identity: Identity) -> PortResult<Account>;
}
