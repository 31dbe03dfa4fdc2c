//! Everything that must end a connection at once, on both transports: one table.

use std::time::{Duration, Instant};

use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::lab::{AT_ONCE, Polling, WebSocket};

/// What one client says, in order; the last of it is too much.
type Row = &'static [Said];

#[derive(Debug, Clone, Copy)]
enum Said {
    Text(&'static str),
    /// A frame on a WebSocket, base64 in a payload.
    Binary(&'static [u8]),
}

use Said::{Binary, Text};

/// Below Socket.IO: no packet, or none that a client may send.
const TO_ENGINE_IO: &[Row] = &[
    &[Text("abc")],
    &[Text("")],
    &[Text("7")],
    &[Text("안녕")],
    // Only servers ping.
    &[Text("2")],
    &[Text("2probe")],
    &[Text("4hello"), Text("x")],
];

/// Before any namespace is joined.
const BEFORE_CONNECT: &[Row] = &[
    &[Text(r#"42["message"]"#)],
    &[Text("41")],
    &[Text("430[]")],
    &[Text("44{}")],
    &[Text("40null")],
    &[Text("40[]")],
    &[Text("40\"x\"")],
    &[Text("40{")],
    &[Text("40{}x")],
    &[Text("40/custom,[1]")],
    &[Text("4abc")],
    &[Text("4")],
    &[Binary(&[1])],
    // Asked for, not let in yet.
    &[Text("40/later"), Text(r#"42/later,["message"]"#)],
    &[Text("40/later"), Text("40/later")],
];

/// In the main namespace, and in no other.
const AFTER_CONNECT: &[Row] = &[
    &[Text("4")],
    &[Text("47")],
    &[Text("49[]")],
    &[Text("4-")],
    &[Text("4abc")],
    // A second CONNECT, and what only servers say.
    &[Text("40")],
    &[Text("40{}")],
    &[Text("44")],
    &[Text(r#"44{"message":"x"}"#)],
    // DISCONNECT has no payload, and needs a namespace to leave.
    &[Text("41{}")],
    &[Text("41[]")],
    &[Text("41/custom")],
    &[Text("41"), Text("41")],
    &[Text("41"), Text(r#"42["message"]"#)],
    // The payload of an event is an array that begins with a name.
    &[Text("42")],
    &[Text("42{}")],
    &[Text("42[]")],
    &[Text("42[null]")],
    &[Text("42[true]")],
    &[Text("42[{}]")],
    &[Text("42[[]]")],
    &[Text(r#"42"message""#)],
    &[Text(r#"42["message""#)],
    &[Text(r#"42["message"]x"#)],
    &[Text(r#"42["message",]"#)],
    &[Text(r#"42["connect"]"#)],
    &[Text(r#"42["connect_error"]"#)],
    &[Text(r#"42["disconnect"]"#)],
    &[Text(r#"42["disconnecting"]"#)],
    &[Text(r#"42["newListener"]"#)],
    &[Text(r#"42["removeListener"]"#)],
    &[Text(r#"42["\u0063onnect"]"#)],
    &[Text(r#"42abc["message-with-ack"]"#)],
    &[Text(r#"42-1["message-with-ack"]"#)],
    &[Text(r#"4218446744073709551616["message-with-ack"]"#)],
    // A namespace that was not joined, or does not exist.
    &[Text(r#"42/custom,["message"]"#)],
    &[Text(r#"42/unknown,["message"]"#)],
    &[Text("43/custom,1[]")],
    // The payload of an answer is an array.
    &[Text("43")],
    &[Text("431")],
    &[Text("431{}")],
    &[Text("431[")],
    &[Text("461-0{}"), Binary(&[1])],
    // Attachments: how many, which, and nothing in between.
    &[Text(r#"45["message"]"#)],
    &[Text(r#"45-["message"]"#)],
    &[Text(r#"451["message"]"#)],
    &[Text(r#"45x-["message"]"#)],
    &[Text(r#"45-1-["message"]"#)],
    &[Text(r#"4511-["message"]"#)],
    &[Text(r#"4518446744073709551616-["message"]"#)],
    &[Text("451-{}"), Binary(&[1])],
    &[Binary(&[1])],
    &[Text(r#"451-["message",{"_placeholder":true,"num":0}]"#), Text(r#"42["message"]"#)],
    &[Text(r#"451-["message",{"_placeholder":true,"num":0}]"#), Text("41")],
    &[Text(r#"451-["message",{"_placeholder":true,"num":1}]"#), Binary(&[1])],
    &[Text(r#"451-["message",{"_placeholder":true,"num":-1}]"#), Binary(&[1])],
    &[Text(r#"451-["message",{"_placeholder":true,"num":0.5}]"#), Binary(&[1])],
    &[Text(r#"451-["message",{"_placeholder":true,"num":"0"}]"#), Binary(&[1])],
    &[Text(r#"451-["message",{"_placeholder":true}]"#), Binary(&[1])],
    &[Text(r#"450-["message",{"_placeholder":true,"num":0}]"#)],
    &[Text(r#"451-["message"]"#), Binary(&[1]), Binary(&[2])],
];

/// Mount, what is said and accepted before, and the rows.
const TABLE: [(&str, Option<&'static str>, &[Row]); 3] = [
    ("/engine.io", None, TO_ENGINE_IO),
    ("/socket.io", None, BEFORE_CONNECT),
    ("/socket.io", Some("40"), AFTER_CONNECT),
];

#[tokio::test]
async fn bad_input_closes_a_websocket_at_once() {
    for (mount, before, rows) in TABLE {
        for row in rows {
            let mut took = Vec::new();
            while !took.iter().any(|time| *time < AT_ONCE) {
                assert!(took.len() < ATTEMPTS, "{row:?} took {took:?}");
                took.push(websocket_takes(mount, before, row).await);
            }
        }
    }
}

#[tokio::test]
async fn bad_input_ends_a_polling_session_at_once() {
    for (mount, before, rows) in TABLE {
        for row in rows {
            let mut took = Vec::new();
            while !took.iter().any(|time| *time < AT_ONCE) {
                assert!(took.len() < ATTEMPTS, "{row:?} took {took:?}");
                took.push(polling_takes(mount, before, row).await);
            }
        }
    }
}

/// What is slow each time is slow by itself, and not because the machine was busy for a moment.
const ATTEMPTS: usize = 3;

/// Until the connection has ended; other ends of it, such as a heartbeat that was missed, take longer.
async fn websocket_takes(mount: &str, before: Option<&str>, row: Row) -> Duration {
    let mut socket = WebSocket::open(mount).await;
    if let Some(before) = before {
        socket.send(before).await;
        assert!(socket.packet().await.starts_with(before));
    }
    let start = Instant::now();
    for said in row {
        let frame = match said {
            Text(text) => Frame::text(*text),
            Binary(data) => Frame::binary(*data),
        };
        // It may be closed before the last of them.
        let _ = socket.0.send(frame).await;
    }
    socket.drained().await;
    start.elapsed()
}

/// Until a waiting poll has brought the end; afterwards the session must be unknown.
async fn polling_takes(mount: &str, before: Option<&'static str>, row: Row) -> Duration {
    let session = Polling::open(mount).await;
    if let Some(before) = before {
        session.post(before).await;
        session.get().await;
    }
    let poll = session.waiting_get().await;
    let start = Instant::now();
    session.post(payload(row)).await;
    let (_, mut body) = poll.await.unwrap();
    // The answer to packets before the bad one may have taken this poll away.
    while !body.ends_with('1') {
        let (status, next) = session.get().await;
        body = if status == 400 { "1".to_owned() } else { next };
    }
    let took = start.elapsed();
    assert_eq!(session.get().await.0, 400, "{row:?} left it alive");
    took
}

fn payload(row: Row) -> String {
    let mut payload = String::new();
    for (index, said) in row.iter().enumerate() {
        match said {
            Text(text) if index == 0 => payload.push_str(text),
            Text(text) => nine_cloud::realtime::engine::push_text(&mut payload, text),
            Binary(data) => nine_cloud::realtime::engine::push_binary(&mut payload, data),
        }
    }
    payload
}
