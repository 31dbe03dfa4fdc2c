//! 4. A reader that does not keep up is cut, and nobody else notices.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::Chat;
use crate::kit::TestApp;

/// In the plaza, with the smallest receive buffer, and never reading again.
async fn stalled(app: &TestApp) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(app.host().parse().unwrap()).await.unwrap();
    let url = format!("ws://{}/community/chat/socket.io/?EIO=4&transport=websocket", app.host());
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    socket.send(Frame::text("40")).await.unwrap();
    while !matches!(socket.next().await, Some(Ok(Frame::Text(text))) if text.starts_with("40")) {}
    socket
}

/// How long each of so many messages took until their sender saw them.
async fn latencies(chat: &mut Chat, count: usize) -> Vec<Duration> {
    let text = "가".repeat(500);
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        let answer = chat.ask("send", json!({"room": "plaza", "text": text})).await;
        assert_eq!(answer["ok"], true, "{answer}");
        all.push(began.elapsed());
        chat.drain();
    }
    all.sort_unstable();
    all
}

#[tokio::test]
async fn who_stops_reading_is_cut_and_gone_and_others_do_not_wait() {
    let app = TestApp::start().await;
    let (mina, juno) = (app.sign_up("mina").await, app.sign_up("juno").await);
    let (mut mina, mut juno) = (Chat::in_room(&mina, "plaza").await, Chat::in_room(&juno, "plaza").await);
    let alone = latencies(&mut mina, 300).await;
    let mut slow = Vec::new();
    for _ in 0..5 {
        slow.push(stalled(&app).await);
    }
    let with_slow = latencies(&mut mina, 300).await;
    let p99 = |sorted: &[Duration]| sorted[sorted.len() * 99 / 100];
    // Twice, and a little for a machine that has other things to do.
    let bound = 2 * p99(&alone) + Duration::from_millis(20);
    println!("p99 {:?} alone, {:?} with slow readers", p99(&alone), p99(&with_slow));
    assert!(p99(&with_slow) <= bound, "{:?} > {bound:?}", p99(&with_slow));
    // Whatever the kernel buffers, it is full some time.
    let mut members = 7;
    for round in 0..100 {
        latencies(&mut mina, 100).await;
        for heard in juno.listen_for(Duration::from_millis(20)).await {
            if let crate::Heard::Event(name, presence) = heard
                && name == "presence"
            {
                members = presence["members"].as_u64().unwrap();
            }
        }
        if members == 2 {
            println!("cut after {} messages", 600 + round * 100);
            break;
        }
    }
    assert_eq!(members, 2, "the slow ones are gone from presence");
    for mut socket in slow {
        // What is left in the buffers, and then the end.
        let rest = tokio::time::timeout(Duration::from_secs(10), async {
            while let Some(Ok(_)) = socket.next().await {}
        });
        rest.await.expect("it was not shut down");
    }
    assert_eq!(juno.ask("send", json!({"room": "plaza", "text": "끝"})).await["ok"], true);
}

#[tokio::test]
async fn a_slow_reader_that_comes_back_gets_all_it_missed() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut mina = Chat::in_room(&mina, "plaza").await;
    let mut guest = Chat::guest(&app).await;
    guest.ask("login", json!("구름. 1")).await;
    latencies(&mut mina, 50).await;
    guest.cut().await;
    latencies(&mut mina, 250).await;
    guest.connect().await.unwrap();
    assert!(guest.recovered);
    for seq in 1..=300 {
        assert_eq!(guest.message().await["seq"], seq);
    }
}
