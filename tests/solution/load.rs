//! Whether asking for solutions slows anybody else down.

use std::time::Duration;

use reqwest::Method;
use tokio::task::JoinSet;

use crate::kit::{Answer, Person, TestApp};
use crate::provider::{self, Manner};

const PEOPLE: usize = 200;

/// Each with a server of its own, because a hanging model opens the breaker for those who come after.
const ALTERNATIONS: usize = 6;

/// Of every route, in turns with the others.
const REQUESTS: usize = 400;

/// What 200 people do at once while somebody else uses the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// Ask for a solution.
    Solutions,
    /// As many requests of another kind: likes, which write a row too, but need no model.
    Likes,
}

const ALL: [Beside; 3] = [Beside::Nothing, Beside::Solutions, Beside::Likes];

/// Other routes, one request after another; the sorted times.
async fn use_the_service(reader: &Person) -> Vec<Duration> {
    let detail = format!("/diary/detail/{}", reader.diary);
    let like = format!("/feeds/{}/like", reader.diary);
    let routes = [
        (Method::GET, "/feeds"),
        (Method::GET, "/feeds/mydiaries"),
        (Method::GET, detail.as_str()),
        (Method::GET, "/diary/calendar/2026/11"),
        (Method::POST, like.as_str()),
    ];
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        for (method, path) in &routes {
            let answer = reader.send(method.clone(), path, None).await;
            assert!(
                (200..300).contains(&answer.status),
                "{path}: {} after {:.1?}: {}",
                answer.status,
                answer.took,
                answer.json
            );
            times.push(answer.took);
        }
    }
    times.sort_unstable();
    times
}

/// The times of other routes beside what `people` do, and the answers that these got.
async fn beside(what: Beside, people: &[Person], reader: &Person) -> (Vec<Duration>, Vec<Answer>) {
    let mut asking = JoinSet::new();
    for person in people.iter().filter(|_| what != Beside::Nothing).cloned() {
        asking.spawn(async move {
            match what {
                Beside::Solutions => person.solve().await,
                _ => person.send(Method::POST, &format!("/feeds/{}/like", person.diary), None).await,
            }
        });
    }
    let times = use_the_service(reader).await;
    (times, asking.join_all().await)
}

fn percentile(sorted: &[Duration], part: usize) -> f64 {
    sorted[(sorted.len() - 1) * part / 100].as_secs_f64() * 1_000.0
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[ignore = "a measurement: cargo test --release --test solution -- --ignored --nocapture"]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_do_not_slow_other_routes() {
    for manner in [Manner::Slow(500), Manner::Hang] {
        let mut ratios = [(); 4].map(|()| Vec::new());
        let mut slowest = Duration::ZERO;
        for alternation in 0..ALTERNATIONS {
            let (base, _seen) = provider::start(manner).await;
            let app = TestApp::start_patient(&base, Duration::from_secs(9));
            let mut people = Vec::new();
            for n in 0..PEOPLE {
                people.push(app.person(&format!("person{n}"), "오늘은 산책을 했다", true).await);
            }
            let reader = app.person("reader", "오늘은 산책을 했다", false).await;
            use_the_service(&reader).await;
            let mut measured = ALL.map(|_| (0.0, 0.0));
            // Each is first, second and third in turn.
            for turn in 0..ALL.len() {
                let at = (alternation + turn) % ALL.len();
                let (times, answers) = beside(ALL[at], &people, &reader).await;
                measured[at] = (percentile(&times, 50), percentile(&times, 99));
                if ALL[at] == Beside::Solutions {
                    answers.iter().for_each(Answer::assert_valid);
                    slowest = slowest.max(answers.iter().map(|answer| answer.took).max().unwrap());
                }
                println!(
                    "{manner:?} {alternation} beside {:<9} p50 {:.2} ms p99 {:.2} ms",
                    format!("{:?}", ALL[at]),
                    measured[at].0,
                    measured[at].1
                );
            }
            let [alone, solutions, likes] = measured;
            for (ratio, (beside, alone)) in ratios.iter_mut().zip([
                (solutions.0, alone.0),
                (solutions.1, alone.1),
                (likes.0, alone.0),
                (likes.1, alone.1),
            ]) {
                ratio.push(beside / alone);
            }
        }
        let [p50, p99, p50_control, p99_control] = ratios.map(median);
        println!("{manner:?}: other routes beside 200 solutions, to alone: p50 {p50:.2}, p99 {p99:.2}");
        println!("{manner:?}: beside 200 likes, to alone: p50 {p50_control:.2}, p99 {p99_control:.2}");
        println!("{manner:?}: the slowest solution took {slowest:.1?}\n");
        assert!(slowest < Duration::from_secs(12));
        // A machine that others use too; what a queue behind the model would cost is many times this.
        assert!(p50 < 1.5 * p50_control.max(1.0), "the usual request is slower");
    }
}
