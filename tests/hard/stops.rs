//! Start, stop, and what is in the way of either.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::kit::{Connection, ORIGIN, Server, request, send};

const SIGN_IN: &[u8] = br#"{"email":"nobody@secret.example","password":"password1!"}"#;

#[tokio::test]
async fn what_is_in_hand_is_answered_before_the_end() {
    let mut server = Server::start();
    // Each costs a password hash, two at a time: a queue that takes a while.
    let mut connections = Vec::new();
    for _ in 0..24 {
        let mut connection = Connection::open(server.address).await;
        connection.send(request("POST", "/signin", "Content-Type: application/json\r\n", SIGN_IN)).await;
        connections.push(connection);
    }
    let mut idle = Connection::open(server.address).await;
    idle.send(request("GET", "/health", "", b"")).await;
    assert_eq!(idle.answer("before the stop").await.status, 200);
    let unready = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        send(server.address, "GET", "/ready", "", b"").await
    };
    server.signal(Signal::TERM);
    let ready = unready.await;
    assert_eq!((ready.status, &ready.json()["failing"]), (503, &serde_json::json!(["draining"])));
    for mut connection in connections {
        let answer = connection.answer_within(Duration::from_secs(20), "in hand").await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    let exit = server.exit_within(Duration::from_secs(10)).await.expect("an end");
    assert_eq!(exit.code(), Some(0));
    server.assert_discreet(["nobody@secret.example", "password1!"]);
}

#[tokio::test]
async fn a_client_that_sends_nothing_more_does_not_hold_the_stop_beyond_drain_secs() {
    let mut server = Server::start_with(&[("DRAIN_SECS", "5")]);
    let mut silent = Connection::open(server.address).await;
    silent
        .send(format!("POST /signin HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{"))
        .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    server.signal(Signal::TERM);
    let exit = server.exit_within(Duration::from_secs(8)).await.expect("an end");
    assert_eq!(exit.code(), Some(0));
    assert!(began.elapsed() <= Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_second_interrupt_ends_at_once() {
    let mut server = Server::start();
    let mut silent = Connection::open(server.address).await;
    silent.send("POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.signal(Signal::INT);
    assert!(server.exit_within(Duration::from_millis(500)).await.is_none(), "the first one waits");
    server.signal(Signal::INT);
    let exit = server.exit_within(Duration::from_secs(2)).await.expect("an end at once");
    assert_ne!(exit.code(), Some(0));
}

#[tokio::test]
async fn a_start_that_cannot_be_says_why() {
    let server = Server::start();
    let free = tempfile::tempdir().unwrap();
    let (code, said) = Server::fail_to_start(&server.data(), 1);
    assert_eq!(code, Some(1));
    assert!(said.contains("in use by another server (process "), "{said}");
    let (code, said) = Server::fail_to_start(&free.path().join("data"), server.address.port());
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("cannot listen on {}: ", server.address)), "{said}");
    // Root may write anywhere but below a file.
    std::fs::write(free.path().join("file"), "").unwrap();
    let (code, said) = Server::fail_to_start(&free.path().join("file/data"), 1);
    assert_eq!(code, Some(1));
    assert!(said.contains("cannot use") && said.contains("file/data"), "{said}");
}
