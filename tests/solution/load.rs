//! Whether asking for solutions slows anybody else down.

use std::time::{Duration, Instant};

use reqwest::Method;

use crate::kit::{Person, TestApp};
use crate::provider::{self, Manner};

const PEOPLE: usize = 200;
const READS: usize = 300;

/// Reads one after another; answers the sorted times.
async fn read(reader: &Person) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..READS {
        let answer = reader.send(Method::GET, "/feeds", None).await;
        assert_eq!(answer.status, 200);
        times.push(answer.took);
    }
    times.sort_unstable();
    times
}

fn show(what: &str, times: &[Duration]) {
    let at = |part: usize| times[(times.len() - 1) * part / 100];
    println!(
        "{what:<42} p50 {:>9.1?}  p95 {:>9.1?}  p99 {:>9.1?}  max {:>9.1?}",
        at(50),
        at(95),
        at(99),
        at(100)
    );
}

#[ignore = "a measurement: cargo test --test solution -- --ignored --nocapture"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_do_not_slow_the_feed() {
    for manner in [Manner::Slow(500), Manner::Hang] {
        let (base, seen) = provider::start(manner).await;
        let app = TestApp::start_patient(&base, Duration::from_secs(9));
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            people.push(app.person(&format!("person{n}"), "오늘은 산책을 했다", true).await);
        }
        let reader = app.person("reader", "오늘은 산책을 했다", false).await;
        read(&reader).await;
        show("GET /feeds alone", &read(&reader).await);

        let begun = Instant::now();
        let mut asking = tokio::task::JoinSet::new();
        for person in people {
            asking.spawn(async move { person.solve().await });
        }
        let during = read(&reader).await;
        let still_asking = begun.elapsed();
        let answers = asking.join_all().await;
        show("GET /feeds beside 200 solutions", &during);
        println!("  (the reads took {still_asking:.1?}, the solutions {:.1?})", begun.elapsed());
        answers.iter().for_each(super::kit::Answer::assert_valid);
        let mut times: Vec<_> = answers.iter().map(|answer| answer.took).collect();
        times.sort_unstable();
        show(&format!("POST solution, {manner:?}"), &times);
        let by_model = answers.iter().filter(|answer| answer.source() == "model").count();
        let most = seen.most_at_once.load(std::sync::atomic::Ordering::Relaxed);
        println!("  {by_model} of {PEOPLE} by the model, at most {most} at once\n");
        assert!(*times.last().unwrap() < Duration::from_secs(12));
    }
}
