use async_trait::async_trait;
use nine_cloud_actors::domain::deed::{Deed, DeedRecord};
use nine_cloud_actors::domain::ids::DeedId;
use nine_cloud_actors::ports::{AuditLog, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl AuditLog for SqlStore {
    async fn begin(&self, deed: Deed) -> PortResult<DeedId> {
        change!(self, audit::begin(&deed))
    }

    async fn settle(&self, deed: DeedId, outcome: &str) -> PortResult<()> {
        let outcome = outcome.to_owned();
        change!(self, audit::settle(deed, &outcome))
    }

    async fn latest(&self, before: Option<DeedId>, limit: u16) -> PortResult<Vec<DeedRecord>> {
        read!(self, audit::latest(before, limit))
    }
}
