//! Clients that begin something and do not go on.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::flat::{alone, newcomer_waits, stays_flat};
use crate::lab::address;

const CLIENTS: usize = 2_000;

/// The server puts up with half a head for 5 s and with the rest for less. What is still open after this is forgotten, not
/// late, however busy the machine.
const PATIENCE: Duration = Duration::from_mins(1);

const POLLING: &[u8] = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n";
const WEB_SOCKET: &[u8] =
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
    Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

#[derive(Debug, Clone, Copy)]
enum Half {
    /// Of the head of a request.
    Head(&'static str),
    /// Of a POST to a session of its own, after these headers.
    Body(&'static str),
    /// An open WebSocket, and then only this.
    Frames(&'static [u8]),
}

const HALVES: [Half; 9] = [
    Half::Head(""),
    Half::Head("G"),
    Half::Head("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n"),
    Half::Head("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgr"),
    Half::Body("Content-Length: 1000\r\n\r\n42["),
    Half::Body("Transfer-Encoding: chunked\r\n\r\n3e8\r\n42["),
    Half::Frames(b""),
    // Of a frame, and of a message in fragments.
    Half::Frames(b"\x81\xfe\x03\xe8\0\0\0\x0042["),
    Half::Frames(b"\x01\x83\0\0\0\x0042["),
];

async fn begin(half: Half) -> (Half, TcpStream) {
    let mut stream = TcpStream::connect(address()).await.unwrap();
    match half {
        Half::Head(head) => stream.write_all(head.as_bytes()).await.unwrap(),
        Half::Body(rest) => {
            stream.write_all(POLLING).await.unwrap();
            let mut answer = Vec::new();
            while !answer.ends_with(b"}") {
                assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "{}", answer.escape_ascii());
            }
            let answer = String::from_utf8(answer).unwrap();
            let sid = answer.split('"').nth(3).unwrap();
            let post = "POST /socket.io/?EIO=4&transport=polling&sid=";
            stream.write_all(format!("{post}{sid} HTTP/1.1\r\nHost: x\r\n{rest}").as_bytes()).await.unwrap();
        }
        Half::Frames(frames) => stream.write_all(&[WEB_SOCKET, frames].concat()).await.unwrap(),
    }
    (half, stream)
}

#[tokio::test]
async fn two_thousand_half_handshakes_keep_nobody_out_and_are_all_let_go() {
    let _turn = alone().await;
    nine_cloud::open_files::raise_limit(10_000).unwrap();
    stays_flat(|_| round()).await;
}

async fn round() {
    let before = newcomer_waits().await;
    let begun = HALVES.into_iter().cycle().take(CLIENTS).map(begin);
    let begun: Vec<_> = stream::iter(begun).buffer_unordered(50).collect().await;
    let meanwhile = newcomer_waits().await;
    assert!(
        meanwhile < before * 20 + Duration::from_secs(1),
        "a newcomer waits {meanwhile:?}, {before:?} before"
    );
    join_all(begun.into_iter().map(let_go)).await;
}

async fn let_go((half, mut stream): (Half, TcpStream)) {
    let mut answer = Vec::new();
    let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(end.is_ok(), "{half:?} is still open after {}", answer.escape_ascii());
}
