//! Hourly: people whose fifteen days after leaving are over go for good (contract §4, C17).

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::seoul::Instant;
use crate::ports::{AccountStore, ChatLog, PortResult, PurgeReport};
use crate::scheduler::{Job, JobKind, ScheduleError, Task};

struct PurgeAccounts {
    accounts: Arc<dyn AccountStore>,
    log: Arc<dyn ChatLog>,
}

/// The job, at minute 0 as before.
pub fn purge_accounts(accounts: Arc<dyn AccountStore>, log: Arc<dyn ChatLog>) -> Result<Job, ScheduleError> {
    Job::new("purge-accounts", "0 0 * * * *", JobKind::Cluster, PurgeAccounts { accounts, log })
}

/// Removes everyone whose time is over. First from what they said: while the log is away they stay, as afterwards nobody
/// would know whom to take off it.
pub async fn purge_due(
    accounts: &dyn AccountStore,
    log: &dyn ChatLog,
    now: Instant,
) -> PortResult<PurgeReport> {
    let mut report = PurgeReport::default();
    loop {
        let people = accounts.due_for_purge(now).await?;
        if people.is_empty() {
            return Ok(report);
        }
        log.part_from(&people).await?;
        let batch = accounts.purge(&people, now).await?;
        report.accounts += batch.accounts;
        report.files += batch.files;
    }
}

#[async_trait]
impl Task for PurgeAccounts {
    async fn run(&self, now: Instant) -> PortResult<()> {
        let PurgeReport { accounts, files } = purge_due(&*self.accounts, &*self.log, now).await?;
        if accounts > 0 {
            tracing::info!(accounts, files, "accounts were removed");
        }
        Ok(())
    }
}
