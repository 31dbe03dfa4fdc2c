//! What this node knows of one job. Pure: time comes in, nothing is done.

use std::sync::Arc;

use super::job::{Job, JobKind, JobReport, LastRun};
use super::run::Attempt;
use crate::domain::seoul::Instant;
use crate::ports::{JobRecord, PortResult};
use crate::refusal::chain;

/// Ticks to wait before the rows are asked for again, when they could not be reached.
const REST_TICKS: u32 = 10;

/// One row of the cron table on this node.
pub(super) struct Entry {
    pub(super) job: Arc<Job>,
    /// `None`: the row of a cluster job was not read yet.
    due: Option<Instant>,
    is_busy: bool,
    resting: u32,
    is_store_away: bool,
    last_run: Option<LastRun>,
    runs: u64,
    failures: u64,
}

impl Entry {
    pub(super) fn new(job: Job, now: Instant) -> Self {
        let due = match job.kind {
            JobKind::Node => Some(job.schedule.next_due(now)),
            JobKind::Cluster => None,
        };
        Self {
            job: Arc::new(job),
            due,
            is_busy: false,
            resting: 0,
            is_store_away: false,
            last_run: None,
            runs: 0,
            failures: 0,
        }
    }

    /// Called every second. Whether an attempt is to be started; the entry is busy then until [`Self::settle`].
    pub(super) fn tick(&mut self, now: Instant) -> bool {
        self.resting = self.resting.saturating_sub(1);
        self.resting == 0 && self.due.is_none_or(|due| self.job.schedule.is_due(due, now)) && self.begin()
    }

    /// `false` when it is busy already: a job never overlaps itself on a node.
    pub(super) fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.is_busy, true)
    }

    /// For [`Self::begin`] of [`super::RunJob`]: the due time stays.
    pub(super) fn ran(&mut self, run: LastRun) {
        self.is_busy = false;
        self.note(run);
    }

    fn note(&mut self, run: LastRun) {
        self.runs += 1;
        self.failures += u64::from(run.error.is_some());
        self.last_run = Some(run);
    }

    pub(super) fn settle(&mut self, attempt: PortResult<Attempt>) {
        self.is_busy = false;
        let was_away = std::mem::replace(&mut self.is_store_away, attempt.is_err());
        match attempt {
            Ok(Attempt::Ran { run, next_due }) => {
                self.due = Some(next_due);
                self.note(run);
            }
            Ok(Attempt::Learned(record)) => self.learn(record),
            Err(error) => {
                self.resting = REST_TICKS;
                if !was_away {
                    tracing::warn!(job = self.job.name, cause = %chain(&error), "the row of a job is out of reach");
                }
            }
        }
    }

    fn learn(&mut self, record: JobRecord) {
        self.due = Some(record.due_at);
        self.last_run = record.last_run.map(|(started_at, node)| LastRun {
            started_at,
            node,
            late_millis: None,
            millis: record.last_millis,
            error: record.last_error,
        });
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    pub(super) fn report(&self) -> JobReport {
        JobReport {
            name: self.job.name,
            cron: self.job.schedule.text().to_owned(),
            kind: self.job.kind,
            due_at: self.due,
            is_running: self.is_busy,
            last_run: self.last_run.clone(),
            runs: self.runs,
            failures: self.failures,
        }
    }
}
