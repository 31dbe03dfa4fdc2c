//! How much is too much (chat.md, promise 5).

use std::time::Duration;

use serde_json::json;

use crate::kit::TestApp;
use crate::people::code;
use crate::wire::request;
use crate::{Chat, NotIn, Transport};

const HANDSHAKE: &str = "/community/chat/socket.io/?EIO=4&transport=polling";

#[tokio::test]
async fn ten_messages_in_ten_seconds_and_then_a_hint_when_to_go_on() {
    let app = TestApp::with("RATE_LIMITS", "on").start().await;
    let (mina, juno) = (app.sign_up("mina").await, app.sign_up("juno").await);
    let mut chat = Chat::in_room(&mina, "plaza").await;
    for _ in 0..10 {
        assert_eq!(chat.ask("send", json!({"room": "plaza", "text": "x"})).await["ok"], true);
    }
    let refused = chat.ask("send", json!({"room": "plaza", "text": "x"})).await;
    assert_eq!(code(&refused), "slow_down");
    let wait = refused["retryAfterMs"].as_u64().unwrap();
    assert!((1..=10_000).contains(&wait), "{refused}");
    assert_eq!(code(&chat.ask("sendMessage", json!("x")).await), "slow_down", "one allowance for both");
    chat.notice().await;
    let mut other = Chat::in_room(&juno, "plaza").await;
    assert_eq!(other.ask("send", json!({"room": "plaza", "text": "x"})).await["ok"], true);
    tokio::time::sleep(Duration::from_millis(wait)).await;
    assert_eq!(chat.ask("send", json!({"room": "plaza", "text": "x"})).await["ok"], true);
}

#[tokio::test]
async fn five_logins_in_a_minute() {
    let app = TestApp::with("RATE_LIMITS", "on").start().await;
    let mut chat = Chat::guest(&app).await;
    for number in 0..5 {
        assert_eq!(chat.ask("login", json!(format!("구름. {number}"))).await["ok"], true);
    }
    let refused = chat.ask("login", json!("구름. 6")).await;
    assert_eq!(code(&refused), "slow_down");
    assert!(refused["retryAfterMs"].as_u64().unwrap() <= 60_000);
}

#[tokio::test]
async fn an_address_and_a_node_have_room_for_so_many_sockets() {
    for variable in ["CHAT_MAX_PER_ADDRESS", "CHAT_MAX_SOCKETS"] {
        let app = TestApp::with("RATE_LIMITS", "on").with(variable, "3").start().await;
        let mut chats = Vec::new();
        for _ in 0..3 {
            chats.push(Chat::guest(&app).await);
        }
        let (status, body) = request(app.host(), "GET", HANDSHAKE, None).await.unwrap();
        assert_eq!(status, 503, "{variable} {body}");
        for transport in [Transport::WebSocket, Transport::Polling] {
            let refused = Chat::new(app.host(), json!({}), transport).connect().await;
            assert!(matches!(refused, Err(NotIn::Broken)), "{refused:?}");
        }
        for chat in &mut chats {
            assert_eq!(chat.ask("sendMessage", json!("여전히")).await["ok"], true);
        }
        chats.pop();
        crate::kit::eventually("a free place", async || {
            Chat::new(app.host(), json!({}), Transport::WebSocket).connect().await.ok()
        })
        .await;
    }
}

#[tokio::test]
async fn a_room_takes_in_so_many_and_whoever_is_in_may_ask_again() {
    let app = TestApp::with("RATE_LIMITS", "on").with("CHAT_ROOM_CAPACITY", "2").start().await;
    let (mina, juno, hana) =
        (app.sign_up("mina").await, app.sign_up("juno").await, app.sign_up("hana").await);
    let (mut mina, mut juno) = (Chat::in_room(&mina, "plaza").await, Chat::in_room(&juno, "plaza").await);
    let mut hana = Chat::person(&hana).await;
    assert_eq!(code(&hana.ask("join", json!({"room": "plaza"})).await), "full");
    assert_eq!(mina.ask("join", json!({"room": "plaza"})).await["members"], 2);
    assert_eq!(mina.ask("send", json!({"room": "plaza", "text": "나"})).await["ok"], true);
    let refused = Chat::new(app.host(), json!({}), Transport::WebSocket).connect().await;
    assert!(matches!(&refused, Err(NotIn::Refused(error)) if error["data"]["code"] == "full"), "{refused:?}");
    juno.cut_and_return().await;
    assert!(juno.recovered);
    juno.ask("leave", json!({"room": "plaza"})).await;
    assert_eq!(hana.ask("join", json!({"room": "plaza"})).await["members"], 2);
}

#[tokio::test]
async fn without_limits_there_are_none() {
    let app = TestApp::with("CHAT_MAX_PER_ADDRESS", "1").with("CHAT_ROOM_CAPACITY", "1").start().await;
    let mut chats = [Chat::guest(&app).await, Chat::guest(&app).await];
    for number in 0..30 {
        assert_eq!(chats[1].ask("login", json!(format!("구름. {number}"))).await["ok"], true);
        assert_eq!(chats[1].ask("sendMessage", json!("x")).await["ok"], true);
    }
}
