//! 6. Nothing from outside stops anything.

use std::time::Duration;

use futures_util::SinkExt as _;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::kit::TestApp;
use crate::{Chat, Transport};

/// Near to packets, and far from them.
fn packets() -> impl Strategy<Value = String> {
    let event = prop::sample::select(vec![
        "login",
        "sendMessage",
        "send",
        "join",
        "leave",
        "history",
        "typing",
        "report",
        "hide",
        "delete",
        "message",
        "",
    ]);
    let arg = prop::sample::select(vec![
        "null",
        "{}",
        "[]",
        "\"x\"",
        "{\"room\":\"plaza\"}",
        "{\"room\":\"plaza\",\"text\":\"x\"}",
        "1e999",
        "-1",
        "{\"room\":\"plaza\",\"on\":true}",
        "{\"messageId\":\"a0a0a0a0a0a0a0a0a0a0a0a0\"}",
        "{\"_placeholder\":true,\"num\":0}",
        "{\"room\":\"plaza\",\"before\":18446744073709551615}",
        "\"\\ud800\"",
        "[[[[[[[[[[]]]]]]]]]]",
    ]);
    let number = prop::option::of(any::<u64>());
    let near = (event, arg, number).prop_map(|(event, arg, number)| {
        let number = number.map(|number| number.to_string()).unwrap_or_default();
        format!("42{number}[\"{event}\",{arg}]")
    });
    prop_oneof![
        8 => near,
        1 => "[0-9]{1,4}[-/a-z,]{0,4}[\\[{\"]?.{0,40}",
        1 => ".{0,60}",
        1 => "4[0-9]{0,3}-?/?[a-z]{0,3},?\\PC{0,20}",
    ]
}

#[tokio::test]
async fn whatever_is_sent_everybody_else_talks_on() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut mina = Chat::in_room(&mina, "plaza").await;
    let mut guest = Chat::guest(&app).await;
    let mut runner = TestRunner::deterministic();
    let packets = packets();
    for round in 0..60 {
        let transport = if round % 3 == 0 { Transport::Polling } else { Transport::WebSocket };
        let mut vandal = Chat::new(app.host(), json!({}), transport);
        vandal.connect().await.unwrap();
        for _ in 0..20 {
            vandal.send_raw(&packets.new_tree(&mut runner).unwrap().current());
        }
        if round % 2 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        vandal.cut().await;
        if round % 10 == 0 {
            let text = format!("{round}");
            assert_eq!(mina.ask("send", json!({"room": "plaza", "text": text})).await["ok"], true);
            while guest.message().await["chat"] != text {}
        }
    }
    assert_eq!(guest.ask("sendMessage", json!("끝")).await["ok"], true);
}

#[tokio::test]
async fn attachments_that_nobody_wants_are_not_kept() {
    let app = TestApp::start().await;
    let mut guest = Chat::guest(&app).await;
    let event = r#"452-0["sendMessage",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    let mut sender = Chat::new(app.host(), json!({}), Transport::Polling);
    sender.connect().await.unwrap();
    sender.send_raw(event);
    sender.send_raw("bAQID");
    sender.send_raw("bAQID");
    assert_eq!(sender.answer(0).await["code"], "bad_request");
    sender.send_raw(event);
    sender.send_raw(&format!("b{}", "AAAA".repeat(30_000)));
    assert!(sender.is_closed_within(Duration::from_secs(5)).await);
    assert_eq!(guest.ask("sendMessage", json!("끝")).await["ok"], true);
}

#[tokio::test]
async fn bytes_that_are_no_protocol_at_all_harm_nobody() {
    let app = TestApp::start().await;
    let mut guest = Chat::guest(&app).await;
    for round in 0_u8..40 {
        let mut stream = TcpStream::connect(app.host()).await.unwrap();
        if round % 2 == 0 {
            let bytes: Vec<u8> =
                (0..2000_u32).map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[1] ^ round).collect();
            let _ = stream.write_all(&bytes).await;
            continue;
        }
        let url = format!("ws://{}/community/chat/?EIO=4&transport=websocket", app.host());
        let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        let _ = socket.send(Frame::text("40")).await;
        let _ = socket.send(Frame::binary(vec![round; 100])).await;
        let _ = socket.send(Frame::text("451-[\"send\",{\"_placeholder\":true,\"num\":0}]")).await;
        let _ = socket.get_mut().write_all(&[0xff; 64]).await;
    }
    assert_eq!(guest.ask("sendMessage", json!("끝")).await["ok"], true);
}
