//! The cron table of the service, on the Seoul wall clock.
//!
//! * [`Schedule`]: when a job is due, as a pure function.
//! * [`Job`]: name, schedule, where it is run, and its work.
//! * [`DiaryScheduler`]: looks at the clock every second and runs what is due; a failing job never stops it.
//! * [`jobs`]: the jobs themselves.

mod actor;
mod entry;
mod job;
pub mod jobs;
mod messages;
mod run;
mod schedule;
#[cfg(test)]
mod tests;

pub use actor::DiaryScheduler;
pub use job::{Job, JobKind, JobReport, LastRun, Task};
pub use messages::{ListJobs, RunJob, RunOutcome, StopJobs};
pub use run::Node;
pub use schedule::{Schedule, ScheduleError};
