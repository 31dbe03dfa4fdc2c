//! What the scheduler runs, and what it says about it.

use std::sync::Arc;

use async_trait::async_trait;

use super::schedule::{Schedule, ScheduleError};
use crate::domain::seoul::Instant;
use crate::ports::PortResult;

/// Where a due job is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// On one node, which wins the due time in the job's row. A due time that was missed because no node ran is caught
    /// up once.
    Cluster,
    /// On every node, at its own clock; a due time before the start of the node is not caught up.
    Node,
}

/// The work of a job. It may be run again at any time, also by an administrator, and must find then what is left to do.
#[async_trait]
pub trait Task: Send + Sync {
    /// Does it, as of `now`. Whatever it answers, the job is due again at its next time.
    async fn run(&self, now: Instant) -> PortResult<()>;
}

/// A row of the cron table. Clones share the work.
#[derive(Clone)]
pub struct Job {
    /// Unique; the key of a cluster job's row.
    pub name: &'static str,
    /// When.
    pub schedule: Schedule,
    /// Where.
    pub kind: JobKind,
    /// What.
    pub task: Arc<dyn Task>,
}

impl Job {
    /// A job on a cron text of six or seven fields, seconds first, in Seoul.
    pub fn new(
        name: &'static str,
        cron: &str,
        kind: JobKind,
        task: impl Task + 'static,
    ) -> Result<Self, ScheduleError> {
        Ok(Self { name, schedule: cron.parse()?, kind, task: Arc::new(task) })
    }
}

/// What an administrator sees of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobReport {
    /// Its name.
    pub name: &'static str,
    /// Its cron text, in Seoul.
    pub cron: String,
    /// Where it is run.
    pub kind: JobKind,
    /// When it is due next; `None` as long as the row of a cluster job could not be read.
    pub due_at: Option<Instant>,
    /// Whether this node runs it now.
    pub is_running: bool,
    /// The last run that this node knows of.
    pub last_run: Option<LastRun>,
    /// Runs on this node since it started.
    pub runs: u64,
    /// Those of them that failed.
    pub failures: u64,
}

/// How a job's last run went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// When it began.
    pub started_at: Instant,
    /// On which node.
    pub node: String,
    /// How long after its due time, in milliseconds; `None` for a run that was asked for or is another node's.
    pub late_millis: Option<i64>,
    /// How long it took, in milliseconds; `None` while it runs, or when its node died over it.
    pub millis: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
}
