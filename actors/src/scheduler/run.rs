//! Running a job, after agreeing with the other nodes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;

use super::job::{Job, JobKind, LastRun};
use crate::domain::seoul::Instant;
use crate::ports::{Clock, JobRecord, JobStore, PortResult};
use crate::refusal::chain;

/// The node that runs jobs.
#[derive(Clone)]
pub struct Node {
    /// Its name, for the rows and for people.
    pub name: String,
    /// The rows of cluster jobs.
    pub store: Arc<dyn JobStore>,
    /// Its wall clock.
    pub clock: Arc<dyn Clock>,
}

/// What came of trying to run a job.
pub(super) enum Attempt {
    /// It was run.
    Ran {
        /// How.
        run: LastRun,
        /// When it is due again.
        next_due: Instant,
    },
    /// It was not: its row was only read, or says that another node took this due time.
    Learned(JobRecord),
}

impl Node {
    /// Runs a job that is due; with `due` unknown, only reads its row. An error means that nothing was run.
    pub(super) async fn attempt(&self, job: &Job, due: Option<Instant>) -> PortResult<Attempt> {
        let now = self.clock.now();
        let next_due = job.schedule.next_due(now);
        if job.kind == JobKind::Cluster {
            let is_ours = match due {
                Some(due) => self.store.claim(job.name, due, next_due, &self.name, now).await?,
                None => false,
            };
            if !is_ours {
                return self.store.register(job.name, next_due).await.map(Attempt::Learned);
            }
        }
        let late_millis = due.map(|due| (now - due).num_milliseconds().max(0));
        let run = LastRun { late_millis, ..self.run(job, now).await };
        if job.kind == JobKind::Cluster {
            let noted = self.store.finish(job.name, run.millis.unwrap_or(0), run.error.as_deref()).await;
            if let Err(error) = noted {
                tracing::warn!(job = job.name, cause = %chain(&error), "the end of a job could not be noted");
            }
        }
        Ok(Attempt::Ran { run, next_due })
    }

    /// Runs a job whether it is due or not. A panic is only its failure.
    pub(super) async fn run(&self, job: &Job, now: Instant) -> LastRun {
        let begin = tokio::time::Instant::now();
        let outcome = AssertUnwindSafe(job.task.run(now)).catch_unwind().await;
        let error = match outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(chain(&error)),
            Err(_) => Some("the job panicked".to_owned()),
        };
        let millis = i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX);
        match &error {
            None => tracing::debug!(job = job.name, duration_ms = millis, "job done"),
            Some(cause) => tracing::error!(job = job.name, duration_ms = millis, cause, "job failed"),
        }
        LastRun { started_at: now, node: self.name.clone(), late_millis: None, millis: Some(millis), error }
    }
}
