//! Hourly: sessions and sign-up codes that ran out, and notifications of long ago.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::domain::seoul::Instant;
use crate::ports::{Cache, NotificationStore, PortResult, SessionStore};
use crate::scheduler::{Job, JobKind, ScheduleError, Task};

/// How long a notification is kept, read or not.
const NOTIFICATIONS_KEPT: TimeDelta = TimeDelta::days(90);

struct CleanUp {
    sessions: Arc<dyn SessionStore>,
    cache: Arc<dyn Cache>,
    notifications: Arc<dyn NotificationStore>,
}

/// The job, half an hour away from the purge, so that the two do not meet at the one writer of SQLite.
pub fn clean_up(
    sessions: Arc<dyn SessionStore>,
    cache: Arc<dyn Cache>,
    notifications: Arc<dyn NotificationStore>,
) -> Result<Job, ScheduleError> {
    Job::new("clean-up", "0 30 * * * *", JobKind::Cluster, CleanUp { sessions, cache, notifications })
}

#[async_trait]
impl Task for CleanUp {
    /// Each is cleaned up also when another could not be.
    async fn run(&self, now: Instant) -> PortResult<()> {
        let sessions = self.sessions.remove_expired(now).await;
        let codes = self.cache.remove_expired_codes(now).await;
        let notifications = self.notifications.remove_older(now - NOTIFICATIONS_KEPT).await;
        let (sessions, codes, notifications) = (sessions?, codes?, notifications?);
        tracing::debug!(sessions, codes, notifications, "what ran out was removed");
        Ok(())
    }
}
