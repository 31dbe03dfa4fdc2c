//! Notes from other actors reach a connection in order, also while it moves to a WebSocket.

use std::time::Duration;

use nine_cloud::realtime::engine::NotTold;

use crate::lab::{AT_ONCE, Note, Polling, WebSocket, left, mailbox};

fn said(packet: &str) -> Option<u64> {
    packet.strip_prefix(r#"42["said","#)?.strip_suffix(']')?.parse().ok()
}

#[tokio::test]
async fn notes_sent_during_an_upgrade_are_neither_lost_nor_doubled_nor_reordered() {
    for round in 0..5 {
        let tag = format!("moves {round}");
        let session = Polling::open("/socket.io").await;
        session.post(format!(r#"40{{"tag":"{tag}"}}"#)).await;
        assert!(session.get().await.1.starts_with("40{"));
        let mailbox = mailbox(&tag);
        let teller = std::thread::spawn(move || {
            for number in 0..2_000 {
                while mailbox.tell(Note::Say(number)) == Err(NotTold::Full) {
                    std::thread::yield_now();
                }
            }
        });
        let mut received = Vec::new();
        let mut socket = session.probe().await;
        socket.send("2probe").await;
        assert_eq!(socket.text().await, "3probe");
        received.extend(session.get().await.1.split('\u{1e}').filter_map(said));
        socket.send("5").await;
        let rest = async {
            while received.len() < 2_000 {
                received.extend(said(&socket.packet().await));
            }
        };
        tokio::time::timeout(Duration::from_secs(5), rest).await.expect("some were lost");
        teller.join().unwrap();
        assert_eq!(received, (0..2_000).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_connection_can_be_closed_from_outside() {
    let mut socket = WebSocket::joined(r#"{"tag":"drained"}"#).await;
    mailbox("drained").close().unwrap();
    socket.closed_within(AT_ONCE).await;
    assert_eq!(left("drained").await.1, "forced close");
    assert_eq!(mailbox("drained").tell(Note::Say(0)), Err(NotTold::Gone));
}

#[tokio::test]
async fn a_peer_that_does_not_read_can_be_cut() {
    let mut socket = WebSocket::joined(r#"{"tag":"does not read"}"#).await;
    // More than the kernel's buffers hold comes back, and is not read.
    let event = format!(r#"42["message","{}"]"#, "x".repeat(900_000));
    let writing = async {
        for _ in 0..40 {
            socket.send(&event).await;
        }
    };
    let _ = tokio::time::timeout(AT_ONCE, writing).await;
    mailbox("does not read").cut();
    assert_eq!(left("does not read").await.1, "transport close");
}
