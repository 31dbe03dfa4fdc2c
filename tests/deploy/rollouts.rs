//! One release after another, good ones and broken ones.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::people::{Person, settle};
use super::stage::Stage;
use super::talkers::{Seen, Talkers};
use super::visitors::{Log, Visitors};
use super::workers::OldWorkers;
use super::{ONE_AT_A_TIME, number, variable};

/// About so many in all, while nobody is away.
const MESSAGES_PER_SEC: usize = 10;

/// The load, from its start to its judgement.
pub(crate) struct Load {
    talkers: Talkers,
    visitors: Visitors,
}

impl Load {
    pub(crate) async fn start(stage: &Stage) -> Self {
        let (sockets, rate) = (number("DEPLOY_SOCKETS", 60), number("DEPLOY_RATE", 40));
        let people: Vec<Person> = settle(stage, i64::try_from(sockets.max(100)).unwrap()).await;
        // Each to everybody; three in four talk.
        let pause = Duration::from_millis(u64::try_from(sockets * 750 / MESSAGES_PER_SEC).unwrap());
        let talkers = Talkers::start(stage.front, &people, sockets, pause);
        talkers.all_in(sockets).await;
        let visitors = Visitors::start(stage.front, &people, u32::try_from(rate).unwrap());
        Self { talkers, visitors }
    }

    /// What everybody saw; panics on anything that somebody must not see.
    pub(crate) async fn end(self, stage: &Stage) -> (Seen, Arc<Log>) {
        let (seen, log) = self.judge(stage).await;
        let wrong = log.wrong.lock().unwrap().clone();
        assert!(wrong.is_empty(), "{} failed requests: {:#?}", wrong.len(), &wrong[..wrong.len().min(10)]);
        (seen, log)
    }

    /// The same where a process was killed; how many requests failed, all of which have to be such ones.
    pub(crate) async fn end_with_failures(self, stage: &Stage, may_be: impl Fn(&str) -> bool) -> usize {
        let (_, log) = self.judge(stage).await;
        let wrong = log.wrong.lock().unwrap();
        assert!(wrong.iter().all(|line| may_be(line)), "{:#?}", *wrong);
        wrong.len()
    }

    async fn judge(self, stage: &Stage) -> (Seen, Arc<Log>) {
        let log = self.visitors.end().await;
        let seen = self.talkers.end().await;
        let wrong = &seen.wrong[..seen.wrong.len().min(10)];
        assert!(wrong.is_empty(), "{} wrongs in the chat: {wrong:#?}", seen.wrong.len());
        check_kept(stage, &seen, &log).await;
        (seen, log)
    }
}

/// What was acknowledged is there, once, and where it was said to be.
async fn check_kept(stage: &Stage, seen: &Seen, log: &Log) {
    let rows = stage
        .texts("SELECT CONCAT(seq, ' ', content) AS text FROM chat_entries WHERE room = 'plaza' AND kind = 'said'")
        .await;
    let mut places: HashMap<&str, Vec<u64>> = HashMap::new();
    for row in &rows {
        let (seq, words) = row.split_once(' ').unwrap();
        places.entry(words).or_default().push(seq.parse().unwrap());
    }
    for (words, seq) in &seen.acknowledged {
        assert_eq!(places.get(words.as_str()), Some(&vec![*seq]), "{words} was acknowledged");
    }
    let doubled: Vec<_> = places.iter().filter(|(_, at)| at.len() > 1).collect();
    assert!(doubled.is_empty(), "said once, logged more often: {doubled:?}");
    let comments = stage.texts("SELECT content AS text FROM diary_comments").await;
    let kept: HashSet<_> = comments.iter().collect();
    assert_eq!(kept.len(), comments.len(), "a comment is doubled");
    for comment in log.commented.lock().unwrap().iter() {
        assert!(kept.contains(comment), "{comment} was answered with 201 and is not there");
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rollouts_in_a_row_are_not_noticed() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(stage) = Stage::set().await else { return };
    stage.build("r0");
    let first = stage.rollout(&["deploy", "r0"]).await;
    assert!(first.succeeded, "{}", first.said);
    let load = Load::start(&stage).await;
    let began = Instant::now();
    let workers = OldWorkers::watch(&stage);
    let (mut longest_drain, mut took) = (Duration::ZERO, Vec::new());
    let count = number("DEPLOY_ROLLOUTS", 3);
    for round in 1..=count {
        let release = format!("r{round}");
        stage.build(&release);
        let before = stage.live();
        let done = stage.rollout(&["deploy", &release]).await;
        assert!(done.succeeded, "round {round}: {}", done.said);
        assert_ne!(stage.live(), before, "the other colour takes requests now");
        assert!(!stage.runs(&before), "the old colour is gone");
        longest_drain = longest_drain.max(done.drained_in);
        took.push(done.took);
    }
    let secs = usize::try_from(began.elapsed().as_secs()).unwrap();
    let (seen, log) = load.end(&stage).await;
    let oldest_worker = workers.are_gone().await;
    took.sort_unstable();
    let mut answers = log.took.lock().unwrap().clone();
    answers.sort_unstable();
    let answers: Vec<_> = answers.into_iter().map(Duration::from_micros).collect();
    println!(
        "{count} rollouts, median {:.1?}: {} requests in {secs} s, 0 failed ({} sent again), p50 {:.1?}, p99 {:.1?}; {} messages, {} \
         deliveries, 0 lost, doubled or out of order; {} times somebody was cut, back after p50 {:.1?}, p99 {:.1?}, at most {:.1?}; \
         old colour gone after at most {longest_drain:.1?}, old nginx worker after at most {oldest_worker:.1?}",
        percentile(&took, 50),
        log.good.load(Ordering::Relaxed),
        log.resent.load(Ordering::Relaxed),
        percentile(&answers, 50),
        percentile(&answers, 99),
        seen.acknowledged.len(),
        seen.heard,
        seen.away.len(),
        percentile(&seen.away, 50),
        percentile(&seen.away, 99),
        percentile(&seen.away, 100),
    );
    assert!(
        seen.away.len() >= count * number("DEPLOY_SOCKETS", 60),
        "every socket was moved in every rollout"
    );
    assert!(percentile(&seen.away, 99) <= Duration::from_secs(5), "clients are back within five seconds");
    assert!(longest_drain <= Duration::from_secs(30), "the old colour is gone within half a minute");
    assert!(!oldest_worker.is_zero(), "no old worker of nginx was seen");
    assert!(oldest_worker <= Duration::from_mins(1), "so is the old worker of nginx, within a minute");
    let (good, resent) = (log.good.load(Ordering::Relaxed), log.resent.load(Ordering::Relaxed));
    assert!(resent * 100 <= good, "{resent} of {good} requests met a connection that was closed");
    // All of it under this load, and not under the little that a machine was able to bear.
    let (requests, messages) = (log.took.lock().unwrap().len(), seen.acknowledged.len());
    assert!(requests * 100 >= 95 * secs * number("DEPLOY_RATE", 40), "{requests} requests in {secs} s");
    assert!(messages * 2 >= secs * MESSAGES_PER_SEC, "{messages} messages in {secs} s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_release_is_taken_back_and_nobody_notices() {
    if variable("DEPLOY_ROLLOUTS").is_none() {
        eprintln!("skipped: broken releases are part of `make deploy-test`");
        return;
    }
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(stage) = Stage::set().await else { return };
    stage.build("good");
    assert!(stage.rollout(&["deploy", "good"]).await.succeeded);
    let load = Load::start(&stage).await;

    let refusals = [
        ("does-not-start", r#"PORT=none exec "$SERVER" "$@""#, "ended before it was ready"),
        ("never-ready", r#"SMTP_URL=smtp://127.0.0.1:1 exec "$SERVER" "$@""#, "was not ready within"),
        // Which of the canary's requests finds it gone is a matter of milliseconds.
        (
            "ends-under-the-canary",
            ENDS_UNDER_THE_CANARY,
            "ended under the canary|does not answer /feeds|lets no socket in|does not take what a socket sends",
        ),
        ("answers-wrong", ANSWERS_WRONG, "answers /feeds wrong"),
    ];
    for (release, script, reason) in refusals {
        stage.build_script(release, script);
        refuses(&stage, release, reason).await;
    }
    // Its migration finds a table that is there already.
    let newest = "SELECT MAX(version) AS text FROM __diesel_schema_migrations";
    let version = stage.texts(newest).await.remove(0);
    stage.execute(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'")).await;
    stage.build("migration-fails");
    refuses(&stage, "migration-fails", "ended before it was ready").await;
    stage.execute(&format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')")).await;

    stage.build("next");
    let done = stage.rollout(&["deploy", "next"]).await;
    assert!(done.succeeded, "a good one after all that: {}", done.said);
    let back = stage.rollout(&["rollback"]).await;
    assert!(back.succeeded && back.said.contains("going back to good"), "{}", back.said);
    load.end(&stage).await;
}

/// The release is refused for this reason, and everything is as it was.
async fn refuses(stage: &Stage, release: &str, reason: &str) {
    let (before, idle) = match &*stage.live() {
        "blue" => ("blue", "green"),
        _ => ("green", "blue"),
    };
    let done = stage.rollout(&["deploy", release]).await;
    assert!(!done.succeeded, "{release} was deployed: {}", done.said);
    let last = done.said.lines().last().unwrap_or_default();
    assert!(
        last.starts_with(&format!("rollout: {release} is not deployed: "))
            && reason.split('|').any(|reason| last.contains(reason)),
        "{}",
        done.said
    );
    assert!(!done.said.contains("putting"), "it never took requests: {}", done.said);
    assert_eq!(stage.live(), before);
    assert!(stage.runs(before) && !stage.runs(idle), "only the old colour runs");
}

/// The first request for a feed is its last. By SIGABRT: of a SIGSEGV that another process sends, Rust takes the first for an
/// overflow of a stack that is none, and goes on.
const ENDS_UNDER_THE_CANARY: &str = r#"
"$SERVER" "$@" > >(while read -r line; do case $line in *'"/feeds"'*) kill -ABRT "$(cat child)" ;; esac; done) 2>&1 &
echo $! >child
trap 'kill $(cat child)' TERM
wait $!"#;

/// Ready, of the right name, and not the service at all.
const ANSWERS_WRONG: &str = r#"
cat >wrong.conf <<EOF
pid $PWD/wrong.pid; error_log $PWD/wrong.log; daemon off;
events {}
http { access_log off; server { listen 127.0.0.1:$PORT;
  location /ready { return 200 '{"ready":true}'; }
  location /health { return 200 '{"node":"$NODE_ID","release":"$RELEASE"}'; }
  location / { return 200 '{"message":"wrong"}'; } } }
EOF
nginx -p "$PWD" -c "$PWD/wrong.conf" &
trap 'kill %1' TERM
wait %1
wait %1"#;
