//! A colour that ends without a rollout, while the other one stands by.

use std::time::Duration;

use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use super::ONE_AT_A_TIME;
use super::rollouts::Load;
use super::stage::{DRAIN_SECS, Stage};

/// Requests that nginx had sent to a node when its process was gone. It tries those elsewhere that may be tried twice, so
/// what is left are posts of one moment.
const IN_THE_MOMENT: usize = 10;

async fn two_colours() -> Option<Stage> {
    let stage = Stage::set().await?;
    for release in ["one", "two"] {
        stage.build(release);
    }
    assert!(stage.rollout(&["deploy", "one"]).await.succeeded);
    stage.start_beside("two").await;
    Some(stage)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminated_node_hands_all_over_and_ends_in_time() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(stage) = two_colours().await else { return };
    let load = Load::start(&stage).await;
    let live = stage.live();
    let began = Instant::now();
    stage.signal(&live, Signal::TERM);
    while stage.runs(&live) {
        assert!(began.elapsed() < Duration::from_secs(DRAIN_SECS + 5), "it does not end");
        sleep(Duration::from_millis(50)).await;
    }
    sleep(Duration::from_secs(2)).await;
    let lost =
        load.end_with_failures(&stage, |line| line.starts_with("POST ") && line.contains(": 502 by ")).await;
    assert!(lost <= IN_THE_MOMENT, "{lost} posts were not answered");
    assert!(stage.log_of(&live).contains("\"message\":\"stopped\""), "it stopped in order");
    println!("SIGTERM without a rollout: {lost} posts met the closing socket");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_node_loses_nothing_that_was_acknowledged() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(stage) = two_colours().await else { return };
    let load = Load::start(&stage).await;
    sleep(Duration::from_secs(3)).await;
    stage.signal(&stage.live(), Signal::KILL);
    sleep(Duration::from_secs(6)).await;
    let lost = load.end_with_failures(&stage, |line| line.contains(": 502 by ")).await;
    assert!(lost <= IN_THE_MOMENT, "{lost} requests were not answered");
    println!("SIGKILL: {lost} requests were in the hands of the killed process");
}
