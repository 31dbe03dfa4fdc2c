//! WebSocket: frames, fragments, limits, and how it ends.

use futures_util::SinkExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as RawFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::lab::{AT_ONCE, MAX_PAYLOAD, WebSocket, address};

fn fragment(opcode: Data, data: Vec<u8>, last: bool) -> Frame {
    Frame::Frame(RawFrame::message(data, OpCode::Data(opcode), last))
}

#[tokio::test]
async fn text_is_text_and_binary_is_binary() {
    let mut socket = WebSocket::open("/engine.io").await;
    socket.send("4안녕").await;
    assert_eq!(socket.text().await, "4안녕");
    socket.send_binary(&[1, 2, 3, 4]).await;
    assert_eq!(socket.binary().await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_message_of_the_largest_size_is_accepted_and_no_more() {
    let mut socket = WebSocket::open("/engine.io").await;
    let largest = format!("4{}", "x".repeat(MAX_PAYLOAD - 1));
    socket.send(&largest).await;
    assert_eq!(socket.packet().await.len(), MAX_PAYLOAD);
    socket.0.feed(Frame::text(largest + "x")).await.unwrap();
    let _ = socket.0.flush().await;
    assert_eq!(socket.closed_within(AT_ONCE).await, 1009);
}

#[tokio::test]
async fn fragments_make_one_message_with_the_same_limit() {
    let mut socket = WebSocket::open("/engine.io").await;
    let korean = "4안".as_bytes();
    socket.0.send(fragment(Data::Text, korean[..2].to_vec(), false)).await.unwrap();
    socket.0.send(Frame::Ping(Vec::new().into())).await.unwrap();
    socket.0.send(fragment(Data::Continue, korean[2..].to_vec(), true)).await.unwrap();
    assert!(matches!(socket.next().await, Some(Frame::Pong(_))));
    assert_eq!(socket.text().await, "4안");
    socket.0.send(fragment(Data::Binary, vec![b'x'; MAX_PAYLOAD / 2], false)).await.unwrap();
    socket.0.send(fragment(Data::Continue, vec![b'x'; MAX_PAYLOAD / 2], false)).await.unwrap();
    let _ = socket.0.send(fragment(Data::Continue, vec![b'x'], true)).await;
    assert_eq!(socket.closed_within(AT_ONCE).await, 1009);
}

#[tokio::test]
async fn base64_belongs_to_polling_and_a_close_packet_closes() {
    for text in ["bAQIDBA==", "1"] {
        let mut socket = WebSocket::open("/engine.io").await;
        socket.send(text).await;
        socket.closed_within(AT_ONCE).await;
    }
}

#[tokio::test]
async fn a_broken_frame_closes_at_once() {
    let handshake = "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
        Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    let not_masked = b"\x81\x01x".as_slice();
    let stray_continuation = b"\x80\x81\0\0\0\0x";
    let bad_utf8 = b"\x81\x82\0\0\0\x004\xff";
    let reserved_opcode = b"\x83\x80\0\0\0\0";
    for bad in [not_masked, stray_continuation, bad_utf8, reserved_opcode] {
        let mut stream = tokio::net::TcpStream::connect(address()).await.unwrap();
        stream.write_all(handshake.as_bytes()).await.unwrap();
        stream.write_all(bad).await.unwrap();
        let mut all = Vec::new();
        let end = tokio::time::timeout(AT_ONCE, stream.read_to_end(&mut all)).await;
        assert!(end.is_ok(), "{bad:x?} left it open");
    }
}

#[tokio::test]
async fn no_compression_is_negotiated() {
    let (_, answer) =
        tokio_tungstenite::connect_async(format!("ws://{}/engine.io/?EIO=4&transport=websocket", address()))
            .await
            .unwrap();
    assert!(!answer.headers().contains_key("sec-websocket-extensions"));
}

#[tokio::test]
async fn a_close_frame_is_answered_and_ends_it() {
    let mut socket = WebSocket::open("/engine.io").await;
    socket.0.close(None).await.unwrap();
    socket.closed_within(AT_ONCE).await;
}

#[tokio::test]
async fn small_frames_in_a_row_are_not_delayed() {
    let mut socket = WebSocket::open("/engine.io").await;
    let start = std::time::Instant::now();
    for _ in 0..20 {
        socket.send("4a").await;
        socket.send("4b").await;
        socket.packet().await;
        socket.packet().await;
    }
    assert!(start.elapsed() < AT_ONCE, "{:?}: Nagle at work", start.elapsed());
}

#[tokio::test]
async fn messages_keep_their_order() {
    let mut socket = WebSocket::open("/engine.io").await;
    for number in 0..500 {
        socket.send(&format!("4{number}")).await;
    }
    for number in 0..500 {
        assert_eq!(socket.packet().await, format!("4{number}"));
    }
}
