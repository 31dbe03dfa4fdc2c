//! Hourly: what the chat keeps no longer.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::domain::seoul::{self, Instant};
use crate::ports::{Cache, ChatLog, ChatPeople, PortResult};
use crate::scheduler::{Job, JobKind, ScheduleError, Task};

/// How long what was said in the plaza can be read.
const PLAZA: TimeDelta = TimeDelta::days(30);

/// How long administrators see a report.
const REPORTS: TimeDelta = TimeDelta::days(365);

struct CleanUpChat {
    log: Arc<dyn ChatLog>,
    people: Arc<dyn ChatPeople>,
    cache: Arc<dyn Cache>,
}

/// The job, a quarter away from those at the full and the half hour, so that they do not meet at the one writer of
/// SQLite.
pub fn clean_up_chat(
    log: Arc<dyn ChatLog>,
    people: Arc<dyn ChatPeople>,
    cache: Arc<dyn Cache>,
) -> Result<Job, ScheduleError> {
    Job::new("clean-up-chat", "0 15 * * * *", JobKind::Cluster, CleanUpChat { log, people, cache })
}

#[async_trait]
impl Task for CleanUpChat {
    /// The clouds of yesterday, and who was who in them, stay until the next midnight. Each is cleaned up also when
    /// another could not be.
    async fn run(&self, now: Instant) -> PortResult<()> {
        let yesterday = seoul::date_of(now) - TimeDelta::days(1);
        let lines = self.log.forget(now - PLAZA, yesterday).await;
        let people = self.people.forget(yesterday, now - REPORTS, now).await;
        let recoveries = self.cache.remove_expired_recoveries(now).await;
        let (lines, people, recoveries) = (lines?, people?, recoveries?);
        tracing::debug!(lines, people, recoveries, "the chat was cleaned up");
        Ok(())
    }
}
