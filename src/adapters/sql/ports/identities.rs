use async_trait::async_trait;
use nine_cloud_actors::domain::account::{Account, NewAccount};
use nine_cloud_actors::domain::identity::Identity;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{IdentityStore, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl IdentityStore for SqlStore {
    async fn owner(&self, identity: &Identity) -> PortResult<Option<UserId>> {
        let identity = identity.clone();
        read!(self, identities::owner(&identity))
    }

    async fn bind(&self, user: UserId, identity: Identity, now: Instant) -> PortResult<()> {
        change!(self, identities::bind(user, &identity, now))
    }

    async fn create_owner(&self, new: NewAccount, identity: Identity) -> PortResult<Account> {
        change!(self, identities::create_owner(&new, &identity))
    }
}
