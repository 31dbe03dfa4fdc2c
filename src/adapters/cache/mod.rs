//! The cache without Redis: codes and recoveries in SQL, view marks and rate limits in this process.
//!
//! With several nodes each counts limits and views for itself; use [`redis`](super::redis) there.

mod limits;
mod marks;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use async_trait::async_trait;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{Cache, CodeTry, Limit, PortResult, Recovery, RetryAfter};

pub use limits::Quota;

use super::sql::SqlStore;
use limits::Limits;
use marks::Marks;

/// The embedded [`Cache`].
pub struct EmbeddedCache {
    store: SqlStore,
    marks: Mutex<Marks>,
    limits: Limits,
}

impl EmbeddedCache {
    /// Keeps codes and recoveries in `store`; a limit without a quota limits nothing.
    pub fn new(store: SqlStore, quota_of: impl Fn(Limit) -> Option<Quota>) -> Self {
        Self { store, marks: Mutex::default(), limits: Limits::new(quota_of) }
    }
}

#[async_trait]
impl Cache for EmbeddedCache {
    async fn put_code(&self, email: &Email, code: Secret, expires_at: Instant) -> PortResult<()> {
        self.store.put_code(email, &code, expires_at).await
    }

    async fn try_code(&self, email: &Email, code: &Secret, now: Instant) -> PortResult<CodeTry> {
        self.store.try_code(email, code, now).await
    }

    async fn remove_expired_codes(&self, now: Instant) -> PortResult<u64> {
        self.store.remove_expired_codes(now).await
    }

    async fn mark_view(
        &self,
        viewer: UserId,
        diary: DiaryId,
        now: Instant,
        ttl: Duration,
    ) -> PortResult<bool> {
        Ok(self.marks.lock().unwrap_or_else(PoisonError::into_inner).mark(viewer, diary, now, ttl))
    }

    async fn put_recoveries(&self, recoveries: Vec<Recovery>) -> PortResult<()> {
        self.store.put_recoveries(recoveries).await
    }

    async fn find_recovery(&self, pid: &str, now: Instant) -> PortResult<Option<String>> {
        Ok(self.store.find_recovery(pid, now).await?.map(|found| found.record))
    }

    async fn remove_recovery(&self, pid: &str) -> PortResult<()> {
        self.store.remove_recovery(pid).await
    }

    async fn remove_expired_recoveries(&self, now: Instant) -> PortResult<u64> {
        self.store.remove_expired_recoveries(now).await
    }

    async fn take(&self, limit: Limit, key: &str) -> PortResult<Result<(), RetryAfter>> {
        Ok(self.limits.take(limit, key))
    }
}
