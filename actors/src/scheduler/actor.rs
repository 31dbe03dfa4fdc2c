//! The actor: looks at the clock and starts what is due.

use std::sync::Arc;
use std::time::Duration;

use actix::{
    Actor, ActorFutureExt, AsyncContext, Context, Handler, MessageResult, ResponseActFuture, ResponseFuture,
    WrapFuture, fut,
};
use tokio::sync::Semaphore;

use super::entry::Entry;
use super::job::{Job, LastRun};
use super::messages::{ListJobs, RunJob, RunOutcome, StopJobs};
use super::run::{Attempt, Node};
use crate::kit::ActorStats;
use crate::metered;

/// Questions and commands that wait; above that they are refused.
const MAILBOX: usize = 32;

/// How exact due times are.
const TICK: Duration = Duration::from_secs(1);

/// Runs the cron table. One per node; cluster jobs are shared out through their rows.
pub struct DiaryScheduler {
    entries: Vec<Entry>,
    node: Node,
    /// One permit per job; a running one holds its own.
    running: Arc<Semaphore>,
    is_stopping: bool,
    stats: Arc<ActorStats>,
}

impl DiaryScheduler {
    /// A scheduler of these jobs on this node. Their names must differ.
    pub fn new(jobs: Vec<Job>, node: Node, stats: Arc<ActorStats>) -> Self {
        let now = node.clock.now();
        let running = Arc::new(Semaphore::new(jobs.len()));
        let entries = jobs.into_iter().map(|job| Entry::new(job, now)).collect();
        Self { entries, node, running, is_stopping: false, stats }
    }

    fn note_failure(&self, run: &LastRun) {
        if let Some(error) = &run.error {
            self.stats.failed(error);
        }
    }

    fn tick(&mut self, ctx: &mut Context<Self>) {
        if self.is_stopping {
            return;
        }
        let now = self.node.clock.now();
        for (index, entry) in self.entries.iter_mut().enumerate() {
            if !entry.tick(now) {
                continue;
            }
            let (node, job, due) = (self.node.clone(), Arc::clone(&entry.job), entry.due());
            let permit = Arc::clone(&self.running).try_acquire_owned();
            let attempt = async move {
                let _permit = permit;
                node.attempt(&job, due).await
            };
            ctx.spawn(fut::wrap_future::<_, Self>(attempt).map(move |attempt, scheduler, _| {
                if let Ok(Attempt::Ran { run, .. }) = &attempt {
                    scheduler.note_failure(run);
                }
                if let Some(entry) = scheduler.entries.get_mut(index) {
                    entry.settle(attempt);
                }
            }));
        }
    }
}

impl Actor for DiaryScheduler {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        self.tick(ctx);
        ctx.run_interval(TICK, Self::tick);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<ListJobs> for DiaryScheduler {
    type Result = MessageResult<ListJobs>;

    fn handle(&mut self, _: ListJobs, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.entries.iter().map(Entry::report).collect())
    }
}

impl Handler<RunJob> for DiaryScheduler {
    type Result = ResponseActFuture<Self, RunOutcome>;

    fn handle(&mut self, RunJob { name }: RunJob, _: &mut Self::Context) -> Self::Result {
        if self.is_stopping {
            return Box::pin(fut::ready(RunOutcome::Stopping));
        }
        let found = self.entries.iter_mut().enumerate().find(|(_, entry)| entry.job.name == name);
        let Some((index, entry)) = found else { return Box::pin(fut::ready(RunOutcome::NoSuchJob)) };
        if !entry.begin() {
            return Box::pin(fut::ready(RunOutcome::AlreadyRunning));
        }
        let (node, job) = (self.node.clone(), Arc::clone(&entry.job));
        let permit = Arc::clone(&self.running).try_acquire_owned();
        let run = async move {
            let _permit = permit;
            node.run(&job, node.clock.now()).await
        };
        Box::pin(run.into_actor(self).map(move |run, scheduler, _| {
            scheduler.note_failure(&run);
            if let Some(entry) = scheduler.entries.get_mut(index) {
                entry.ran(run.clone());
            }
            RunOutcome::Ran(run)
        }))
    }
}

impl Handler<StopJobs> for DiaryScheduler {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: StopJobs, _: &mut Self::Context) -> Self::Result {
        self.is_stopping = true;
        let running = Arc::clone(&self.running);
        let all = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        // The permits go back at once, so that a second stop is answered too.
        Box::pin(async move { drop(running.acquire_many(all).await) })
    }
}

metered!(DiaryScheduler: ListJobs, RunJob, StopJobs);
