//! 8. When the chat log is down, sends are refused, sockets stay, and all goes on within 5 s of its return.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::hard_kit::Server;
use crate::people::code;
use crate::{Chat, Transport};

#[tokio::test]
async fn a_log_that_is_away_refuses_and_comes_back() {
    let server = Server::start();
    let person = server.person();
    let address = server.address.to_string();
    let mut mina = Chat::new(&address, json!({"token": person.access}), Transport::WebSocket);
    mina.connect().await.unwrap();
    mina.ask("join", json!({"room": "plaza"})).await;
    let mut guest = Chat::new(&address, json!({}), Transport::Polling);
    guest.connect().await.unwrap();
    guest.ask("login", json!("구름. 1")).await;
    assert_eq!(mina.ask("send", json!({"room": "plaza", "text": "앞서"})).await["ok"], true);
    assert_eq!(guest.message().await["chat"], "앞서");

    match &server.mongo {
        Some(mongo) => mongo.line.refuse(),
        None => server.execute("ALTER TABLE chat_entries RENAME TO chat_entries_away"),
    }
    for _ in 0..3 {
        assert_eq!(
            code(&mina.ask("send", json!({"room": "plaza", "text": "지금", "clientId": "1"})).await),
            "unavailable"
        );
        assert_eq!(code(&guest.ask("sendMessage", json!("지금")).await), "unavailable");
        assert_eq!(code(&mina.ask("history", json!({"room": "plaza"})).await), "unavailable");
    }
    // Join and leave work without the log, and nobody saw what was refused.
    let mut other = Chat::new(&address, json!({}), Transport::WebSocket);
    other.connect().await.unwrap();
    assert_eq!(other.ask("login", json!("해. 2")).await["ok"], true);
    let shown = other.listen_for(Duration::from_millis(200)).await;
    assert!(!format!("{shown:?}").contains("지금"), "{shown:?}");

    match &server.mongo {
        Some(mongo) => mongo.line.restore(),
        None => server.execute("ALTER TABLE chat_entries_away RENAME TO chat_entries"),
    }
    let back = Instant::now();
    while mina.ask("send", json!({"room": "plaza", "text": "다시", "clientId": "2"})).await["ok"] != true {
        assert!(back.elapsed() < Duration::from_secs(5), "it does not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(guest.message().await["chat"], "다시", "on the same socket as before");
    assert_eq!(guest.ask("sendMessage", json!("저도")).await["ok"], true);
    assert_eq!(mina.message().await["chat"], "앞서");
    assert_eq!(mina.message().await["seq"], 2);
}

#[tokio::test]
async fn a_database_that_takes_no_writes_lets_nobody_in_for_good_and_turns_nobody_away_for_good() {
    let server = Server::start();
    let address = server.address.to_string();
    let mut guest = Chat::new(&address, json!({}), Transport::WebSocket);
    guest.connect().await.unwrap();
    guest.ask("login", json!("구름. 1")).await;
    guest.cut().await;
    server.execute("ALTER TABLE chat_bans RENAME TO chat_bans_away");
    let refused = guest.connect().await;
    assert!(
        matches!(refused, Err(crate::NotIn::Broken)),
        "after CONNECT_ERROR the client would stay away: {refused:?}"
    );
    server.execute("ALTER TABLE chat_bans_away RENAME TO chat_bans");
    guest.connect().await.unwrap();
    assert!(guest.recovered);
}
