//! The rows by which nodes agree on who runs a scheduled job.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::seoul::Instant;

/// A job as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// Its name.
    pub name: String,
    /// When it is due next.
    pub due_at: Instant,
    /// When it last started, and on which node.
    pub last_run: Option<(Instant, String)>,
    /// How long it took, in milliseconds.
    pub last_millis: Option<i64>,
    /// Why it last failed.
    pub last_error: Option<String>,
}

/// The rows of `cluster` jobs.
#[async_trait]
pub trait JobStore: Send + Sync {
    /// Makes sure the row is there, due first at `first_due`; an existing row stays. Answers the row.
    async fn register(&self, name: &str, first_due: Instant) -> PortResult<JobRecord>;

    /// Compare-and-set of the due time: `true` for exactly one node per due time.
    async fn claim(
        &self,
        name: &str,
        due: Instant,
        next: Instant,
        node: &str,
        now: Instant,
    ) -> PortResult<bool>;

    /// Notes how the run ended.
    async fn finish(&self, name: &str, millis: i64, error: Option<&str>) -> PortResult<()>;
}
