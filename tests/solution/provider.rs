//! A model at the other end of real HTTP, as good or as bad as a test wants it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the provider does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Good,
    /// Good after this many milliseconds.
    Slow(u64),
    Hang,
    Drip,
    Status(u16),
    BadJson,
    WrongSchema,
    Refusal,
    Html,
    Megabyte,
    Redirect,
    /// Does what a diary tells it to.
    Obedient,
    HangUp,
}

#[derive(Default)]
pub(crate) struct Seen {
    /// Requests to the address that is set.
    pub(crate) asked: AtomicUsize,
    /// Requests to the address that it redirects to.
    pub(crate) elsewhere: AtomicUsize,
    /// Heads and bodies.
    pub(crate) requests: Mutex<Vec<(String, Value)>>,
    at_once: AtomicUsize,
    pub(crate) most_at_once: AtomicUsize,
}

/// Serves until the test ends.
pub(crate) async fn start(manner: Manner) -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let (seen, address) = (Arc::new(Seen::default()), base.clone());
    let shared = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((peer, _)) = listener.accept().await {
            let (seen, address) = (Arc::clone(&shared), address.clone());
            tokio::spawn(async move {
                seen.most_at_once
                    .fetch_max(seen.at_once.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
                // A caller that hangs up is not of interest.
                let _ = serve(peer, manner, &address, &seen).await;
                seen.at_once.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
    (base, seen)
}

async fn serve(mut peer: TcpStream, manner: Manner, base: &str, seen: &Seen) -> std::io::Result<()> {
    let (head, body) = read(&mut peer).await?;
    let is_ours = head.starts_with("POST /v1/chat/completions ");
    if is_ours { &seen.asked } else { &seen.elsewhere }.fetch_add(1, Ordering::Relaxed);
    seen.requests.lock().unwrap().push((head, body.clone()));
    let good = json!({"title": "오늘도 수고 많았어요", "actionTips": ["따뜻한 차를 마셔 보세요.", "창밖을 잠시 바라봐요."]});
    let saying = |content: &Value| {
        json!({"id": "x", "object": "chat.completion", "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content.to_string()}}
        ]})
        .to_string()
    };
    let (status, text) = match manner {
        Manner::Hang => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            return Ok(());
        }
        Manner::HangUp => return Ok(()),
        Manner::Slow(millis) => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            (200, saying(&good))
        }
        Manner::Drip => {
            peer.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n").await?;
            loop {
                peer.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Manner::Good => (200, saying(&good)),
        Manner::Status(status) => (status, json!({"error": {"message": "no"}}).to_string()),
        Manner::BadJson => (200, "{\"choices\": [".to_owned()),
        Manner::WrongSchema => (200, saying(&json!({"title": "안녕하세요", "tips": ["하나뿐이에요."]}))),
        Manner::Refusal => {
            (200, json!({"choices": [{"message": {"content": null, "refusal": "I cannot"}}]}).to_string())
        }
        Manner::Html => (200, "<!doctype html><html><body>502 Bad Gateway</body></html>".to_owned()),
        Manner::Megabyte => {
            (200, saying(&json!({"title": "가".repeat(1 << 19), "actionTips": ["가", "나"]})))
        }
        Manner::Redirect => {
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: {base}/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            return peer.write_all(answer.as_bytes()).await;
        }
        Manner::Obedient => {
            // The diary asks for a link; this model gives it.
            let wanted =
                body["messages"][1]["content"].as_str().unwrap_or_default().contains("https://evil.example");
            let tip =
                if wanted { "https://evil.example 에 들어가 보세요." } else { "물을 마셔요." };
            (200, saying(&json!({"title": "좋은 곳을 알려 드려요", "actionTips": [tip, "창밖을 봐요."]})))
        }
    };
    let answer = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    peer.write_all(answer.as_bytes()).await
}

async fn read(peer: &mut TcpStream) -> std::io::Result<(String, Value)> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0_usize) {
                return Ok((head.to_owned(), serde_json::from_str(body).unwrap_or_default()));
            }
        }
        if peer.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}
