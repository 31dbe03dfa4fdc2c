//! 7. A peer that vanished is gone from presence within pingInterval + pingTimeout + 2 s.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::Chat;
use crate::kit::TestApp;

#[tokio::test]
async fn who_answers_no_pings_is_gone_soon() {
    let app = TestApp::with("CHAT_PING_INTERVAL_MS", "600").with("CHAT_PING_TIMEOUT_MS", "400").start().await;
    let mina = app.sign_up("mina").await;
    let mut mina = Chat::in_room(&mina, "plaza").await;
    let url = format!("ws://{}/community/chat/socket.io/?EIO=4&transport=websocket", app.host());
    let stream = TcpStream::connect(app.host()).await.unwrap();
    let (mut mute, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    mute.send(Frame::text("40")).await.unwrap();
    while !matches!(mute.next().await, Some(Ok(Frame::Text(text))) if text.starts_with("40")) {}
    let began = Instant::now();
    // It reads, and never says a word again.
    let reading = tokio::spawn(async move { while let Some(Ok(_)) = mute.next().await {} });
    while mina.event("presence").await["members"] != 2 {}
    while mina.event("presence").await["members"] != 1 {}
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(600) && took < Duration::from_secs(3), "{took:?}");
    reading.await.unwrap();
    assert_eq!(mina.ask("send", json!({"room": "plaza", "text": "x"})).await["ok"], true);
}
