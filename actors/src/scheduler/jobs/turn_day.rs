//! Midnight in Seoul, on every node: live sessions learn that the day has changed.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;

use crate::domain::seoul::{self, Instant};
use crate::ports::PortResult;
use crate::scheduler::{Job, JobKind, ScheduleError, Task};

/// Told the day that has begun. May be told the same day again; must not block.
pub type DayHook = Arc<dyn Fn(NaiveDate) + Send + Sync>;

struct TurnDay(Vec<DayHook>);

/// The job; the hooks are called in this order.
pub fn turn_day(hooks: Vec<DayHook>) -> Result<Job, ScheduleError> {
    Job::new("turn-day", "0 0 0 * * *", JobKind::Node, TurnDay(hooks))
}

#[async_trait]
impl Task for TurnDay {
    async fn run(&self, now: Instant) -> PortResult<()> {
        let today = seoul::date_of(now);
        for hook in &self.0 {
            hook(today);
        }
        Ok(())
    }
}
