//! Hourly: sessions and sign-up codes that ran out.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::seoul::Instant;
use crate::ports::{Cache, PortResult, SessionStore};
use crate::scheduler::{Job, JobKind, ScheduleError, Task};

struct CleanUp {
    sessions: Arc<dyn SessionStore>,
    cache: Arc<dyn Cache>,
}

/// The job, half an hour away from the purge, so that the two do not meet at the one writer of SQLite.
pub fn clean_up(sessions: Arc<dyn SessionStore>, cache: Arc<dyn Cache>) -> Result<Job, ScheduleError> {
    Job::new("clean-up", "0 30 * * * *", JobKind::Cluster, CleanUp { sessions, cache })
}

#[async_trait]
impl Task for CleanUp {
    /// Codes are cleaned up also when the sessions could not be.
    async fn run(&self, now: Instant) -> PortResult<()> {
        let sessions = self.sessions.remove_expired(now).await;
        let codes = self.cache.remove_expired_codes(now).await;
        let (sessions, codes) = (sessions?, codes?);
        tracing::debug!(sessions, codes, "what ran out was removed");
        Ok(())
    }
}
