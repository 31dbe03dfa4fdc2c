//! A million packets, most of them nearly right.

use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::flat::{alone, join, stays_flat};
use crate::lab::Polling;

/// Per client and round, of which there are four.
const PACKETS: usize = if cfg!(debug_assertions) { 1_250 } else { 31_250 };
const CLIENTS: u64 = 8;

/// A small generator, so that a failure repeats itself.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// What a client may say in the main namespace. They have single bytes changed, cut out and put in, three times in four.
const PACKETS_TO_SPOIL: [&str; 14] = [
    "3",
    r#"42["message","안녕",{"a":[1,2.5,null]}]"#,
    r#"42["message-with-ack"]"#,
    r#"4217["message-with-ack",{"x":"\u0041"}]"#,
    r#"42/custom,["message"]"#,
    "40/custom,",
    "40/custom,{\"token\":\"x\"}",
    "40/unknown",
    "41/custom,",
    "430[]",
    r#"431["answer"]"#,
    r#"451-["message",{"_placeholder":true,"num":0}]"#,
    r#"452-9["message-with-ack",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]"#,
    r#"42["ask"]"#,
];

/// Where a changed byte is likely to matter.
const BYTES: &[u8] = b"0123456789-/,[]{}\"\\:truenlb_\x1e\x00\xff\xed";

fn spoiled(dice: &mut Dice) -> Vec<u8> {
    let mut packet = PACKETS_TO_SPOIL[dice.roll(PACKETS_TO_SPOIL.len())].as_bytes().to_vec();
    for _ in 0..dice.roll(4) {
        let (place, byte) = (dice.roll(packet.len().max(1)), BYTES[dice.roll(BYTES.len())]);
        match dice.roll(3) {
            0 if !packet.is_empty() => packet[place] = byte,
            1 if !packet.is_empty() => drop(packet.remove(place)),
            _ => packet.insert(place, byte),
        }
    }
    packet
}

/// Says up to `count` packets on a connection of its own; gives how many it said before it was closed.
async fn over_websocket(count: usize, dice: &mut Dice) -> usize {
    let Some(mut socket) = join().await else { return 0 };
    for said in 1..=count {
        let packet = spoiled(dice);
        let frame = match String::from_utf8(packet) {
            Ok(text) if dice.roll(12) > 0 => Frame::text(text),
            Ok(text) => Frame::binary(text.into_bytes()),
            Err(error) => Frame::binary(error.into_bytes()),
        };
        if socket.send(frame).await.is_err() {
            return said;
        }
        while let Some(came) = socket.next().now_or_never() {
            if !matches!(came, Some(Ok(_))) {
                return said;
            }
        }
    }
    count
}

/// The same in one body.
async fn over_polling(count: usize, dice: &mut Dice) -> usize {
    let session = Polling::open("/socket.io").await;
    let mut body = b"40".to_vec();
    for _ in 0..count {
        body.push(0x1e);
        body.extend(spoiled(dice));
    }
    session.post(body).await;
    session.get().await;
    count
}

#[tokio::test]
async fn a_million_packets_harm_nobody_and_leave_nothing_behind() {
    let _turn = alone().await;
    stays_flat(round).await;
}

async fn round(number: u64) {
    let clients = (0..CLIENTS).map(|client| client_with(Dice(number * 1000 + client)));
    let all = tokio::time::timeout(Duration::from_mins(10), join_all(clients));
    assert!(all.await.is_ok(), "stuck");
}

async fn client_with(mut dice: Dice) {
    let mut left = PACKETS;
    while left > 0 {
        let count = left.min(1 + dice.roll(40));
        left -= match dice.roll(16) {
            0 => over_polling(count, &mut dice).await,
            _ => over_websocket(count, &mut dice).await,
        };
    }
}
