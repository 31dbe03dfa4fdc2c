//! What may be said to [`super::DiaryScheduler`].

use actix::Message;

use super::job::{JobReport, LastRun};

/// All jobs, in the order of the cron table.
#[derive(Debug, Message)]
#[rtype(result = "Vec<JobReport>")]
pub struct ListJobs;

/// Runs a job now, on this node, and answers when it has ended. Its due time stays as it is.
#[derive(Debug, Message)]
#[rtype(result = "RunOutcome")]
pub struct RunJob {
    /// Which.
    pub name: String,
}

/// What became of [`RunJob`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunOutcome {
    /// It was run, well or badly.
    Ran(LastRun),
    /// This node runs it already.
    AlreadyRunning,
    /// There is no such job.
    NoSuchJob,
    /// The scheduler is stopping.
    Stopping,
}

/// Starts no more jobs, and answers when those that run have ended. Said by the shutdown.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct StopJobs;
