//! Schedulers of several nodes on one database.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use actix::Actor as _;
use async_trait::async_trait;
use chrono::TimeDelta;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::kit::{ActorStats, Mailbox};
use nine_cloud_actors::ports::PortResult;
use nine_cloud_actors::scheduler::{DiaryScheduler, Job, JobKind, ListJobs, Node, Task};
use nine_cloud_actors::testing::TestClock;

use crate::harness::{TestDatabase, on_each_backend};

on_each_backend!(of_three_nodes_one_runs_a_cluster_job_at_each_due_time);

struct Note(Arc<Mutex<Vec<Instant>>>);

#[async_trait]
impl Task for Note {
    async fn run(&self, now: Instant) -> PortResult<()> {
        self.0.lock().unwrap().push(now);
        Ok(())
    }
}

/// When each node believes the job to be due.
async fn due(nodes: &[Mailbox<DiaryScheduler>]) -> Vec<Option<Instant>> {
    let mut all = Vec::new();
    for node in nodes {
        all.push(node.ask(ListJobs, Duration::from_secs(5)).await.unwrap().remove(0).due_at);
    }
    all
}

async fn of_three_nodes_one_runs_a_cluster_job_at_each_due_time(database: &TestDatabase) {
    let (give, take) = mpsc::channel();
    let actors = std::thread::spawn(move || {
        let system = actix::System::new();
        give.send(actix::System::current()).unwrap();
        system.run().unwrap();
    });
    let system = take.recv().unwrap();
    let (clock, runs) = (TestClock::at("2026-11-22T04:59:30Z"), Arc::new(Mutex::new(Vec::new())));
    let nodes: Vec<_> = ["one", "two", "three"]
        .into_iter()
        .map(|name| {
            let node = Node {
                name: name.to_owned(),
                store: Arc::new(database.store()),
                clock: Arc::new(clock.clone()),
            };
            let job = Job::new("note", "0 * * * * *", JobKind::Cluster, Note(Arc::clone(&runs))).unwrap();
            let stats = Arc::new(ActorStats::default());
            let of_actor = Arc::clone(&stats);
            let address = DiaryScheduler::start_in_arbiter(system.arbiter(), move |_| {
                DiaryScheduler::new(vec![job], node, of_actor)
            });
            Mailbox::of(address, stats)
        })
        .collect();
    let mut expected: Instant = "2026-11-22T05:00:00Z".parse().unwrap();
    for minute in 0..=3 {
        let began = std::time::Instant::now();
        // Whoever lost has read the row again by then, and the winner has run the job.
        while due(&nodes).await != [Some(expected); 3] {
            assert!(began.elapsed() < Duration::from_secs(30), "{:?}", due(&nodes).await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(runs.lock().unwrap().len(), minute);
        clock.advance(TimeDelta::minutes(1));
        expected += TimeDelta::minutes(1);
    }
    system.stop();
    actors.join().unwrap();
}
