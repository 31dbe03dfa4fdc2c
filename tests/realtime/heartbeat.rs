//! The server pings; silence ends the session, whatever carries it.

use std::time::{Duration, Instant};

use crate::lab::{PING_INTERVAL, PING_TIMEOUT, Polling, WebSocket};

/// A busy machine may be this late.
const SLACK: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_websocket_is_pinged_one_interval_after_the_handshake_and_after_each_pong() {
    let mut socket = WebSocket::open("/engine.io").await;
    for _ in 0..3 {
        let start = Instant::now();
        assert_eq!(socket.text().await, "2");
        let waited = start.elapsed();
        assert!(waited + SLACK > PING_INTERVAL && waited < PING_INTERVAL + SLACK, "{waited:?}");
        socket.send("3").await;
    }
}

#[tokio::test]
async fn a_websocket_that_does_not_answer_is_closed() {
    let mut socket = WebSocket::open("/engine.io").await;
    assert_eq!(socket.text().await, "2");
    let start = Instant::now();
    socket.closed_within(PING_TIMEOUT + SLACK).await;
    assert!(start.elapsed() + SLACK > PING_TIMEOUT);
}

#[tokio::test]
async fn a_poll_brings_the_ping_and_a_post_the_pong() {
    let session = Polling::open("/engine.io").await;
    for _ in 0..3 {
        assert_eq!(session.get().await, (200, "2".to_owned()));
        assert_eq!(session.post("3").await.0, 200);
    }
}

#[tokio::test]
async fn a_session_that_does_not_poll_times_out_too() {
    let session = Polling::open("/engine.io").await;
    tokio::time::sleep(PING_INTERVAL + PING_TIMEOUT).await;
    assert_eq!(session.get().await.0, 400);
}

#[tokio::test]
async fn a_poll_that_waits_through_the_time_out_is_told() {
    let session = Polling::open("/engine.io").await;
    assert_eq!(session.get().await, (200, "2".to_owned()));
    assert_eq!(session.get().await, (200, "1".to_owned()));
    assert_eq!(session.get().await.0, 400);
}
