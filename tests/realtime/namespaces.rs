//! CONNECT, DISCONNECT, and every way a client may leave.

use crate::lab::{AT_ONCE, CONNECT_TIMEOUT, Polling, WebSocket, left};

fn sid(connected: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(&connected[connected.find('{').unwrap()..]).unwrap();
    assert_eq!(json.as_object().unwrap().len(), 1, "recovery is off: {json}");
    json["sid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_namespace_has_an_id_of_its_own_and_none_is_the_secret() {
    let mut socket = WebSocket::connect("/socket.io/?EIO=4&transport=websocket").await;
    let open = socket.text().await;
    socket.send("40").await;
    let main = sid(&socket.text().await);
    socket.send("40/custom").await;
    let custom = socket.text().await;
    assert!(custom.starts_with("40/custom,{"));
    assert_ne!(main, sid(&custom));
    assert!(!open.contains(&main));
    socket.send("41").await;
    socket.send("40").await;
    assert_ne!(main, sid(&socket.packet().await), "rejoining gives a new id");
}

#[tokio::test]
async fn an_unknown_namespace_is_refused_and_the_connection_stays() {
    let mut socket = WebSocket::open("/socket.io").await;
    for connect in ["40/random", "40/random,", "40/random,{}"] {
        socket.send(connect).await;
        assert_eq!(socket.text().await, r#"44/random,{"message":"Invalid namespace"}"#);
    }
    socket.send("40/locked,").await;
    assert_eq!(socket.text().await, r#"44/locked,{"message":"no","data":{"code":"bad_token"}}"#);
    socket.send("40").await;
    assert!(socket.text().await.starts_with("40{"));
}

#[tokio::test]
async fn an_application_may_answer_a_connect_later() {
    let mut socket = WebSocket::open("/socket.io").await;
    socket.send("40/later").await;
    assert!(socket.text().await.starts_with("40/later,{"));
    socket.send(r#"42/later,["message"]"#).await;
    assert_eq!(socket.packet().await, r#"42/later,["message-back"]"#);
}

#[tokio::test]
async fn a_recovered_client_gets_what_it_missed_before_the_answer() {
    let mut socket = WebSocket::open("/socket.io").await;
    socket.send("40/recovered").await;
    assert_eq!(socket.text().await, r#"42/recovered,["missed"]"#);
    assert_eq!(socket.text().await, r#"40/recovered,{"sid":"same","pid":"private"}"#);
}

#[tokio::test]
async fn a_client_that_never_connects_is_closed() {
    let mut socket = WebSocket::open("/socket.io").await;
    socket.closed_within(CONNECT_TIMEOUT + AT_ONCE).await;
}

#[tokio::test]
async fn a_client_that_connects_in_time_is_left_alone() {
    let mut socket = WebSocket::joined("").await;
    tokio::time::sleep(CONNECT_TIMEOUT / 2).await;
    assert_eq!(socket.text().await, "2");
    socket.send("3").await;
    tokio::time::sleep(CONNECT_TIMEOUT / 2).await;
    socket.stays_open().await;
}

#[tokio::test]
async fn a_rule_broken_over_polling_is_told_on_the_next_get() {
    let session = Polling::open("/socket.io").await;
    session.post("40").await;
    assert!(session.get().await.1.starts_with("40{"));
    session.post("42{}").await;
    assert_eq!(session.get().await, (200, "1".to_owned()));
    assert_eq!(session.get().await.0, 400);
}

#[tokio::test]
async fn leaving_one_namespace_keeps_the_others() {
    let mut socket = WebSocket::joined("").await;
    socket.send("40/custom").await;
    socket.packet().await;
    socket.send("41/custom").await;
    socket.send(r#"42["message",1]"#).await;
    assert_eq!(socket.packet().await, r#"42["message-back",1]"#);
    socket.send("41").await;
    socket.stays_open().await;
}

#[tokio::test]
async fn the_application_learns_of_every_end() {
    let mut socket = WebSocket::joined(r#"{"tag":"says goodbye"}"#).await;
    socket.send("41").await;
    assert_eq!(left("says goodbye").await, ("/".to_owned(), "client namespace disconnect"));

    let mut socket = WebSocket::joined(r#"{"tag":"is kicked"}"#).await;
    socket.send(r#"42["kick"]"#).await;
    assert_eq!(socket.packet().await, "41");
    assert_eq!(left("is kicked").await.1, "server namespace disconnect");
    socket.stays_open().await;

    let mut socket = WebSocket::joined(r#"{"tag":"is closed"}"#).await;
    socket.send(r#"42["close"]"#).await;
    socket.closed_within(AT_ONCE).await;
    assert_eq!(left("is closed").await.1, "forced close");

    drop(WebSocket::joined(r#"{"tag":"vanishes"}"#).await);
    assert_eq!(left("vanishes").await.1, "transport close");

    let mut socket = WebSocket::joined(r#"{"tag":"leaves"}"#).await;
    socket.send("1").await;
    assert_eq!(left("leaves").await.1, "transport close");

    let mut socket = WebSocket::joined(r#"{"tag":"babbles"}"#).await;
    socket.send("42{}").await;
    assert_eq!(left("babbles").await.1, "parse error");

    let _silent = WebSocket::joined(r#"{"tag":"is silent"}"#).await;
    assert_eq!(left("is silent").await.1, "ping timeout");
}
