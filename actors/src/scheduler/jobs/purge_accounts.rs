//! Hourly: people whose fifteen days after leaving are over go for good (contract §4, C17).

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::seoul::Instant;
use crate::ports::{AccountStore, PortResult, PurgeReport};
use crate::scheduler::{Job, JobKind, ScheduleError, Task};

struct PurgeAccounts(Arc<dyn AccountStore>);

/// The job, at minute 0 as before.
pub fn purge_accounts(accounts: Arc<dyn AccountStore>) -> Result<Job, ScheduleError> {
    Job::new("purge-accounts", "0 0 * * * *", JobKind::Cluster, PurgeAccounts(accounts))
}

#[async_trait]
impl Task for PurgeAccounts {
    async fn run(&self, now: Instant) -> PortResult<()> {
        let PurgeReport { accounts, files } = self.0.purge_due(now).await?;
        if accounts > 0 {
            tracing::info!(accounts, files, "accounts were removed");
        }
        Ok(())
    }
}
