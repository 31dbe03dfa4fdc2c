//! Whatever comes in and however it goes away, nothing stays behind and nobody else notices.

use std::time::{Duration, Instant};

use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::lab::{COUNTED, Polling, WebSocket};

/// A small generator, so that a failure repeats itself.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

const PIECES: [&str; 16] = [
    "4",
    "2",
    "0",
    "5",
    "1-",
    "/custom",
    ",",
    "[\"message\"",
    ",{\"_placeholder\":true,\"num\":0}",
    "]",
    "{}",
    "7",
    "\u{1e}",
    "b",
    "안",
    "\\",
];

#[tokio::test]
async fn noise_harms_only_its_own_connection() {
    let mut bystander = WebSocket::joined("").await;
    let mut dice = Dice(9);
    for round in 0..150 {
        let mut socket = WebSocket::joined("").await;
        for _ in 0..20 {
            let text: String = (0..dice.roll(6)).map(|_| PIECES[dice.roll(PIECES.len())]).collect();
            let frame = if dice.roll(4) == 0 {
                Frame::binary(text.into_bytes())
            } else {
                Frame::text("42".to_owned() + &text)
            };
            if socket.0.send(frame).await.is_err() {
                break;
            }
        }
        bystander.send(&format!(r#"42["message",{round}]"#)).await;
        assert_eq!(bystander.packet().await, format!(r#"42["message-back",{round}]"#));
    }
}

#[tokio::test]
async fn no_session_is_left_behind() {
    for _ in 0..5 {
        drop(WebSocket::open("/counted").await);
        WebSocket::open("/counted").await.send("4close").await;
        WebSocket::open("/counted").await.send("broken").await;
        Polling::open("/counted").await.post("1").await;
        Polling::open("/counted").await.post("4close").await;
        Polling::open("/counted").await.waiting_get().await.abort();
        let _forgotten = Polling::open("/counted").await;
        let upgraded = Polling::open("/counted").await;
        let mut socket = upgraded.probe().await;
        socket.send("2probe").await;
        assert_eq!(socket.text().await, "3probe");
        socket.send("5").await;
    }
    let counted = COUNTED.get().unwrap();
    let start = Instant::now();
    while counted.live() > 0 {
        assert!(start.elapsed() < Duration::from_secs(2), "{} left behind", counted.live());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(counted.mailboxes().is_empty());
}
