//! From polling to WebSocket: nothing lost, doubled or overtaken, and only one may take over.

use std::time::Duration;

use crate::lab::{AT_ONCE, PING_INTERVAL, Polling, UPGRADE_TIMEOUT, WebSocket};

/// The echo application says `moved` when it has moved.
async fn upgraded(session: &Polling) -> WebSocket {
    let mut socket = session.probe().await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    socket.send("5").await;
    assert_eq!(socket.text().await, "4moved");
    socket
}

#[tokio::test]
async fn a_probe_frees_waiting_and_new_gets_at_once() {
    let session = Polling::open("/engine.io").await;
    let poll = session.waiting_get().await;
    let mut socket = session.probe().await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    assert_eq!(poll.await.unwrap(), (200, "6".to_owned()));
    let start = std::time::Instant::now();
    assert_eq!(session.get().await, (200, "6".to_owned()));
    assert!(start.elapsed() < Duration::from_millis(50), "at once");
    socket.send("5").await;
    socket.send("4hello").await;
    assert_eq!(socket.text().await, "4moved");
    assert_eq!(socket.text().await, "4hello");
}

#[tokio::test]
async fn what_no_get_has_taken_goes_out_on_the_websocket_first() {
    let session = Polling::open("/engine.io").await;
    let mut socket = session.probe().await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    session.post("4one\u{1e}bAQID\u{1e}4two").await;
    socket.send("5").await;
    socket.send("4three").await;
    assert_eq!(socket.text().await, "4one");
    assert_eq!(socket.binary().await, [1, 2, 3]);
    for expected in ["4two", "4moved", "4three"] {
        assert_eq!(socket.text().await, expected);
    }
}

#[tokio::test]
async fn a_get_during_the_probe_takes_what_waits() {
    let session = Polling::open("/engine.io").await;
    let mut socket = session.probe().await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    session.post("4one").await;
    assert_eq!(session.get().await, (200, "4one".to_owned()));
    socket.send("5").await;
    assert_eq!(socket.text().await, "4moved");
}

#[tokio::test]
async fn polling_is_over_after_the_upgrade() {
    let session = Polling::open("/engine.io").await;
    let mut socket = upgraded(&session).await;
    let refused = (400, r#"{"code":3,"message":"Bad request"}"#.to_owned());
    assert_eq!(session.get().await, refused);
    assert_eq!(session.post("4late").await, refused);
    session.probe().await.closed_within(AT_ONCE).await;
    socket.send("4hello").await;
    assert_eq!(socket.packet().await, "4hello");
}

#[tokio::test]
async fn a_second_websocket_during_the_upgrade_is_closed() {
    let session = Polling::open("/engine.io").await;
    let mut first = session.probe().await;
    first.send("2probe").await;
    assert_eq!(first.text().await, "3probe");
    session.probe().await.closed_within(AT_ONCE).await;
    first.send("5").await;
    assert_eq!(first.text().await, "4moved");
}

#[tokio::test]
async fn a_failed_probe_leaves_polling_alone() {
    let session = Polling::open("/engine.io").await;
    for wrong in ["4hello", "5", "2", "3probe", "abc"] {
        let mut socket = session.probe().await;
        socket.send(wrong).await;
        socket.closed_within(AT_ONCE).await;
    }
    drop(session.probe().await);
    let mut socket = session.probe().await;
    for attempt in 0..20 {
        // The dropped one is noticed in its own time.
        socket.send("2probe").await;
        if let Some(frame) = socket.next().await
            && frame.to_text().is_ok_and(|text| text == "3probe")
        {
            break;
        }
        assert!(attempt < 19, "never released");
        tokio::time::sleep(Duration::from_millis(5)).await;
        socket = session.probe().await;
    }
    socket.send_binary(&[1]).await;
    socket.closed_within(AT_ONCE).await;
    let poll = session.waiting_get().await;
    session.post("4alive").await;
    assert_eq!(poll.await.unwrap(), (200, "4alive".to_owned()));
}

#[tokio::test]
async fn a_probe_that_never_decides_is_closed_and_polling_goes_on() {
    let session = Polling::open("/engine.io").await;
    let mut socket = session.probe().await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    let closed = socket.closed_within(UPGRADE_TIMEOUT + AT_ONCE);
    let polls = async {
        tokio::time::sleep(PING_INTERVAL + Duration::from_millis(20)).await;
        assert_eq!(session.get().await.1, "2");
        session.post("3").await;
    };
    tokio::join!(closed, polls);
    session.post("4still polling").await;
    assert_eq!(session.get().await.1, "4still polling");
}

#[tokio::test]
async fn the_heartbeat_runs_across_the_upgrade() {
    let session = Polling::open("/engine.io").await;
    tokio::time::sleep(PING_INTERVAL / 2).await;
    let start = std::time::Instant::now();
    let mut socket = upgraded(&session).await;
    assert_eq!(socket.text().await, "2");
    assert!(start.elapsed() < PING_INTERVAL, "counted anew: {:?}", start.elapsed());
    socket.send("3").await;
    assert_eq!(socket.text().await, "2");
}

#[tokio::test]
async fn a_session_that_ends_takes_its_probe_with_it() {
    let session = Polling::open("/engine.io").await;
    let mut socket = session.probe().await;
    socket.send("2probe").await;
    assert_eq!(socket.text().await, "3probe");
    session.post("1").await;
    socket.closed_within(AT_ONCE).await;
}
