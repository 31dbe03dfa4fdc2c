//! The scheduler against rows in memory, on a clock that runs with tokio's paused one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::Actor;
use async_trait::async_trait;
use chrono::TimeDelta;

use super::jobs::turn_day;
use super::{DiaryScheduler, Job, JobKind, JobReport, ListJobs, Node, RunJob, RunOutcome, StopJobs, Task};
use crate::domain::seoul::Instant;
use crate::kit::{ActorStats, Mailbox};
use crate::ports::{Clock, JobRecord, JobStore, PortError, PortResult};
use crate::testing::RunningClock;

#[derive(Default)]
struct MemoryRows {
    rows: Mutex<BTreeMap<String, JobRecord>>,
    is_away: Mutex<bool>,
    asked: Mutex<usize>,
}

impl MemoryRows {
    fn rows(&self) -> PortResult<std::sync::MutexGuard<'_, BTreeMap<String, JobRecord>>> {
        *self.asked.lock().unwrap() += 1;
        if *self.is_away.lock().unwrap() {
            return Err(PortError::Unavailable("unplugged".into()));
        }
        Ok(self.rows.lock().unwrap())
    }
}

#[async_trait]
impl JobStore for MemoryRows {
    async fn register(&self, name: &str, first_due: Instant) -> PortResult<JobRecord> {
        let new = JobRecord {
            name: name.to_owned(),
            due_at: first_due,
            last_run: None,
            last_millis: None,
            last_error: None,
        };
        Ok(self.rows()?.entry(name.to_owned()).or_insert(new).clone())
    }

    async fn claim(
        &self,
        name: &str,
        due: Instant,
        next: Instant,
        node: &str,
        now: Instant,
    ) -> PortResult<bool> {
        let mut rows = self.rows()?;
        let Some(row) = rows.get_mut(name).filter(|row| row.due_at == due) else { return Ok(false) };
        row.due_at = next;
        row.last_run = Some((now, node.to_owned()));
        Ok(true)
    }

    async fn finish(&self, name: &str, millis: i64, error: Option<&str>) -> PortResult<()> {
        if let Some(row) = self.rows()?.get_mut(name) {
            row.last_millis = Some(millis);
            row.last_error = error.map(ToOwned::to_owned);
        }
        Ok(())
    }
}

/// How a run goes; the default is well.
#[derive(Clone, Copy, Default)]
enum Fate {
    #[default]
    Well,
    Fail,
    Panic,
}

/// Notes when it was run.
#[derive(Clone, Default)]
struct Recorder {
    ran_at: Arc<Mutex<Vec<String>>>,
    takes: Duration,
    fate: Fate,
}

impl Recorder {
    fn ran_at(&self) -> Vec<String> {
        self.ran_at.lock().unwrap().clone()
    }

    fn runs(&self) -> usize {
        self.ran_at.lock().unwrap().len()
    }

    fn hourly(&self, kind: JobKind) -> Job {
        Job::new("recorder", "0 0 * * * *", kind, self.clone()).unwrap()
    }
}

#[async_trait]
impl Task for Recorder {
    async fn run(&self, now: Instant) -> PortResult<()> {
        self.ran_at.lock().unwrap().push(now.format("%d %T").to_string());
        tokio::time::sleep(self.takes).await;
        match self.fate {
            Fate::Well => Ok(()),
            Fate::Fail => Err(PortError::Broken("as asked".into())),
            Fate::Panic => panic!("as asked"),
        }
    }
}

/// What several nodes share.
struct World {
    rows: Arc<MemoryRows>,
    clock: RunningClock,
}

impl World {
    fn at(text: &str) -> Self {
        tokio::time::pause();
        Self { rows: Arc::default(), clock: RunningClock::at(text) }
    }

    fn node(&self, name: &str, jobs: Vec<Job>) -> Mailbox<DiaryScheduler> {
        let node = Node {
            name: name.to_owned(),
            store: Arc::clone(&self.rows) as _,
            clock: Arc::new(self.clock.clone()),
        };
        let stats = Arc::new(ActorStats::default());
        Mailbox::of(DiaryScheduler::new(jobs, node, Arc::clone(&stats)).start(), stats)
    }
}

async fn hours(hours: u64) {
    tokio::time::sleep(Duration::from_hours(hours)).await;
}

async fn secs(secs: u64) {
    tokio::time::sleep(Duration::from_secs(secs)).await;
}

async fn report(node: &Mailbox<DiaryScheduler>) -> JobReport {
    node.ask(ListJobs, Duration::ZERO).await.unwrap().remove(0)
}

async fn run_now(node: &Mailbox<DiaryScheduler>, name: &str) -> RunOutcome {
    node.ask(RunJob { name: name.to_owned() }, Duration::ZERO).await.unwrap()
}

#[actix::test]
async fn a_node_job_runs_within_a_second_of_each_due_time_on_every_node() {
    let world = World::at("2026-11-22T04:59:00Z");
    let (one, two) = (Recorder::default(), Recorder::default());
    let first = world.node("one", vec![one.hourly(JobKind::Node)]);
    let _second = world.node("two", vec![two.hourly(JobKind::Node)]);
    hours(2).await;
    assert_eq!((one.runs(), two.runs()), (2, 2));
    let last = report(&first).await.last_run.unwrap();
    assert!(last.late_millis.unwrap() <= 1000, "{last:?}");
    assert_eq!((last.node.as_str(), last.error), ("one", None));
}

#[actix::test]
async fn a_cluster_job_runs_on_one_node_per_due_time() {
    let world = World::at("2026-11-22T04:59:00Z");
    let recorder = Recorder { takes: Duration::from_secs(5), ..Recorder::default() };
    let _one = world.node("one", vec![recorder.hourly(JobKind::Cluster)]);
    let two = world.node("two", vec![recorder.hourly(JobKind::Cluster)]);
    hours(4).await;
    assert_eq!(recorder.runs(), 4);
    let due = report(&two).await.due_at.unwrap();
    assert_eq!(due, "2026-11-22T09:00:00Z".parse::<Instant>().unwrap(), "both know the next due time");
    let millis = world.rows.rows().unwrap()["recorder"].last_millis.unwrap();
    assert!((5000..6000).contains(&millis), "and the row how long it took: {millis}");
}

#[actix::test]
async fn due_times_missed_while_no_node_ran_are_caught_up_once() {
    let world = World::at("2026-11-22T04:59:00Z");
    let yesterday = world.clock.now() - TimeDelta::days(1);
    world.rows.register("recorder", yesterday).await.unwrap();
    let recorder = Recorder::default();
    let _node = world.node("one", vec![recorder.hourly(JobKind::Cluster)]);
    secs(30).await;
    assert_eq!(recorder.runs(), 1);
    hours(1).await;
    assert_eq!(recorder.runs(), 2, "then as always");
}

#[actix::test]
async fn a_due_time_far_ahead_in_the_row_is_put_right() {
    let world = World::at("2026-11-22T04:30:00Z");
    world.rows.register("recorder", "2036-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
    let recorder = Recorder::default();
    let node = world.node("one", vec![recorder.hourly(JobKind::Cluster)]);
    secs(5).await;
    assert_eq!(recorder.runs(), 1);
    assert_eq!(report(&node).await.due_at, Some("2026-11-22T05:00:00Z".parse().unwrap()));
}

#[actix::test]
async fn a_clock_that_jumps_neither_repeats_nor_multiplies_runs() {
    let world = World::at("2026-11-22T04:59:55Z");
    let recorder = Recorder::default();
    let _node = world.node("one", vec![recorder.hourly(JobKind::Node)]);
    secs(10).await;
    assert_eq!(recorder.runs(), 1);
    world.clock.hands.advance(TimeDelta::minutes(-1));
    secs(120).await;
    assert_eq!(recorder.runs(), 1, "five o'clock came twice");
    world.clock.hands.advance(TimeDelta::hours(100));
    secs(120).await;
    assert_eq!(recorder.runs(), 2, "a hundred hours went by at once");
}

#[actix::test]
async fn a_job_that_takes_longer_than_its_period_does_not_overlap_itself() {
    let world = World::at("2026-11-22T04:59:59Z");
    let recorder = Recorder { takes: Duration::from_mins(150), ..Recorder::default() };
    let node = world.node("one", vec![recorder.hourly(JobKind::Node)]);
    hours(2).await;
    assert_eq!(recorder.runs(), 1);
    assert!(report(&node).await.is_running);
    assert_eq!(run_now(&node, "recorder").await, RunOutcome::AlreadyRunning);
    hours(1).await;
    assert_eq!(recorder.runs(), 2, "the missed due times are caught up once it has ended");
}

#[actix::test]
async fn a_failing_and_a_panicking_job_are_reported_and_stop_nothing() {
    let world = World::at("2026-11-22T04:59:00Z");
    let fails = Recorder { fate: Fate::Fail, ..Recorder::default() };
    let panics = Recorder { fate: Fate::Panic, ..Recorder::default() };
    let fine = Recorder::default();
    let node = world.node(
        "one",
        vec![
            Job::new("fails", "0 0 * * * *", JobKind::Cluster, fails.clone()).unwrap(),
            Job::new("panics", "0 0 * * * *", JobKind::Node, panics.clone()).unwrap(),
            Job::new("fine", "0 0 * * * *", JobKind::Node, fine.clone()).unwrap(),
        ],
    );
    hours(3).await;
    assert_eq!((fails.runs(), panics.runs(), fine.runs()), (3, 3, 3));
    let reports = node.ask(ListJobs, Duration::ZERO).await.unwrap();
    let errors: Vec<_> =
        reports.into_iter().map(|report| report.last_run.and_then(|run| run.error)).collect();
    assert_eq!(errors, [Some("backend failed: as asked".into()), Some("the job panicked".into()), None]);
    let row = world.rows.rows().unwrap()["fails"].clone();
    assert_eq!(row.last_error.as_deref(), Some("backend failed: as asked"));
}

#[actix::test]
async fn rows_out_of_reach_are_asked_for_again_without_haste() {
    let world = World::at("2026-11-22T04:58:30Z");
    *world.rows.is_away.lock().unwrap() = true;
    let recorder = Recorder::default();
    let node = world.node("one", vec![recorder.hourly(JobKind::Cluster)]);
    secs(50).await;
    assert!((2..=6).contains(&*world.rows.asked.lock().unwrap()));
    assert_eq!(report(&node).await.due_at, None);
    *world.rows.is_away.lock().unwrap() = false;
    secs(60).await;
    assert_eq!(recorder.runs(), 1);
}

#[actix::test]
async fn an_administrator_runs_a_job_now_and_its_due_time_stays() {
    let world = World::at("2026-11-22T04:30:00Z");
    let recorder = Recorder { takes: Duration::from_secs(2), ..Recorder::default() };
    let node = world.node("one", vec![recorder.hourly(JobKind::Cluster)]);
    secs(1).await;
    let due = report(&node).await.due_at;

    let RunOutcome::Ran(run) = run_now(&node, "recorder").await else { panic!("not run") };

    assert_eq!((run.error, run.late_millis), (None, None));
    assert!(run.millis >= Some(2000));
    assert_eq!((recorder.runs(), report(&node).await.due_at), (1, due));
    assert_eq!(run_now(&node, "no such job").await, RunOutcome::NoSuchJob);
    assert!(!report(&node).await.is_running);
}

#[actix::test]
async fn a_stop_waits_for_the_running_job_and_starts_no_other() {
    let world = World::at("2026-11-22T04:59:59Z");
    let recorder = Recorder { takes: Duration::from_mins(5), ..Recorder::default() };
    let node = world.node("one", vec![recorder.hourly(JobKind::Node)]);
    secs(3).await;
    let before = tokio::time::Instant::now();

    node.ask(StopJobs, Duration::ZERO).await.unwrap();

    assert!(before.elapsed() > Duration::from_secs(290));
    assert!(!report(&node).await.is_running);
    hours(3).await;
    assert_eq!(recorder.runs(), 1);
    assert_eq!(run_now(&node, "recorder").await, RunOutcome::Stopping);
    node.ask(StopJobs, Duration::ZERO).await.unwrap();
}

#[actix::test]
async fn at_midnight_in_seoul_everyone_is_told_the_new_day() {
    let world = World::at("2026-12-31T14:59:00Z");
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let told = Arc::clone(&told);
        Arc::new(move |date| told.lock().unwrap().push(date)) as _
    };
    let _node = world.node("one", vec![turn_day(vec![hook]).unwrap()]);
    secs(59).await;
    assert!(told.lock().unwrap().is_empty());
    secs(3).await;
    assert_eq!(*told.lock().unwrap(), ["2027-01-01".parse().unwrap()]);
    world.clock.hands.advance(TimeDelta::days(1));
    secs(3).await;
    assert_eq!(told.lock().unwrap().len(), 2, "also when the machine slept through the day");
}

#[actix::test]
async fn runs_are_at_their_due_times() {
    let world = World::at("2026-11-22T04:59:00Z");
    let recorder = Recorder::default();
    let _node = world.node("one", vec![recorder.hourly(JobKind::Cluster)]);
    hours(3).await;
    for (ran, due) in recorder.ran_at().iter().zip(["22 05:00:0", "22 06:00:0", "22 07:00:0"]) {
        assert!(ran.starts_with(due), "{ran}");
    }
}
