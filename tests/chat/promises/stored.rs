//! 2. What was acknowledged survives `kill -9`; and what a graceful stop owes to those who are connected.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use crate::hard_kit::Server;
use crate::wire::request;
use crate::{Chat, Heard, Transport};

const HANDSHAKE: &str = "/community/chat/socket.io/?EIO=4&transport=polling";

async fn connected(server: &Server, auth: serde_json::Value) -> Chat {
    let mut chat = Chat::new(&server.address.to_string(), auth, Transport::WebSocket);
    chat.connect().await.unwrap();
    chat
}

#[tokio::test]
async fn every_acknowledged_message_survives_a_kill() {
    let mut server = Server::start();
    let people = server.people(4);
    let mut chats = Vec::new();
    for person in &people {
        let mut chat = connected(&server, json!({"token": person.access})).await;
        assert_eq!(chat.ask("join", json!({"room": "plaza"})).await["ok"], true);
        chats.push(chat);
    }
    let talk = chats.iter_mut().enumerate().map(async |(speaker, chat)| {
        let mut acked = Vec::new();
        for number in 0.. {
            let text = format!("{speaker}-{number}");
            let sent = chat.post("send", &json!({"room": "plaza", "text": text, "clientId": text}));
            let mut is_acked = None;
            while is_acked.is_none() && chat.listen().await {
                is_acked = chat.drain().into_iter().find_map(|heard| match heard {
                    Heard::Ack(n, answer) if n == sent => Some(answer["ok"] == true),
                    _ => None,
                });
            }
            match is_acked {
                Some(true) => acked.push(text),
                Some(false) => {}
                None => break,
            }
        }
        acked
    });
    let talk = futures_util::future::join_all(talk);
    let kill = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        server.signal(Signal::KILL);
    };
    let (acked, ()) = tokio::join!(talk, kill);
    let acked: Vec<String> = acked.into_iter().flatten().collect();
    assert!(acked.len() > 50, "too few to be a proof: {}", acked.len());
    assert!(server.exit_within(Duration::from_secs(5)).await.is_some());
    let server = server.again();
    let mut history = Vec::new();
    let mut before = json!(null);
    let mut reader = connected(&server, json!({})).await;
    loop {
        let page = reader.ask("history", json!({"room": "plaza", "before": before, "limit": 100})).await;
        let Some(last) = page["messages"].as_array().unwrap().last() else { break };
        before = last["seq"].clone();
        history.extend(
            page["messages"].as_array().unwrap().iter().map(|m| m["chat"].as_str().unwrap().to_owned()),
        );
    }
    let counts = crate::client::count(history);
    for text in acked {
        assert_eq!(counts.get(&text), Some(&1), "{text}");
    }
    // And everybody comes back to where they were.
    for chat in &mut chats {
        chat.move_to(&server.address.to_string());
        chat.connect().await.unwrap();
        assert!(chat.recovered);
        assert_eq!(chat.ask("send", json!({"room": "plaza", "text": "다시"})).await["ok"], true);
    }
    server.assert_discreet(["0-0", "다시"].into_iter().filter(|text| !text.is_ascii()));
}

#[tokio::test]
async fn whoever_is_connected_at_a_stop_is_told_to_come_back_and_misses_nothing() {
    let mut server = Server::start_with(&[("RATE_LIMITS", "off"), ("DRAIN_SECS", "10")]);
    let person = server.person();
    let mut guests = Vec::new();
    for transport in [Transport::WebSocket, Transport::Polling, Transport::Upgrading] {
        let mut guest = Chat::new(&server.address.to_string(), json!({}), transport);
        guest.connect().await.unwrap();
        guest.ask("login", json!(format!("구름 {transport:?}. 1"))).await;
        guests.push(guest);
    }
    let mut speaker = connected(&server, json!({"token": person.access})).await;
    speaker.ask("join", json!({"room": "plaza"})).await;
    speaker.ask("send", json!({"room": "plaza", "text": "앞서"})).await;
    for guest in &mut guests {
        assert_eq!(guest.message().await["chat"], "앞서");
    }
    server.signal(Signal::TERM);
    for chat in guests.iter_mut().chain([&mut speaker]) {
        let told = chat.event("reconnect").await;
        assert!(told["inMs"].is_u64(), "{told}");
        assert!(chat.is_closed_within(Duration::from_secs(5)).await);
        let rest = chat.drain();
        assert!(
            !rest.iter().any(|heard| matches!(heard, Heard::Event(name, _) if name == "disconnect")),
            "{rest:?}"
        );
    }
    if let Ok((status, _)) = request(&server.address.to_string(), "GET", HANDSHAKE, None).await {
        assert_eq!(status, 503);
    }
    assert!(server.exit_within(Duration::from_secs(12)).await.unwrap().success());
    let server = server.again();
    speaker.move_to(&server.address.to_string());
    speaker.connect().await.unwrap();
    assert!(speaker.recovered);
    assert_eq!(speaker.ask("send", json!({"room": "plaza", "text": "뒤에"})).await["ok"], true);
    for guest in &mut guests {
        guest.move_to(&server.address.to_string());
        guest.connect().await.unwrap();
        assert!(guest.recovered);
        assert_eq!(guest.message().await["chat"], "뒤에");
        assert_eq!(guest.ask("sendMessage", json!("저도")).await["ok"], true);
    }
}

#[tokio::test]
async fn a_stopping_node_takes_no_new_handshakes_and_serves_those_it_has() {
    let server = Server::start_with(&[("RATE_LIMITS", "off"), ("DRAIN_SECS", "30")]);
    let mut guest = connected(&server, json!({})).await;
    server.signal(Signal::TERM);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (status, _) = request(&server.address.to_string(), "GET", HANDSHAKE, None).await.unwrap();
    assert_eq!(status, 503);
    assert_eq!(guest.ask("sendMessage", json!("아직")).await["ok"], true);
}
