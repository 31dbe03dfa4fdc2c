//! Long polling: payloads, one GET and one POST at a time, limits, and how it ends.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::lab::{AT_ONCE, MAX_PAYLOAD, Polling, address, url};

const GONE: (u16, &str) = (400, r#"{"code":1,"message":"Session ID unknown"}"#);

async fn assert_gone(session: &Polling) {
    let (status, body) = session.get().await;
    assert_eq!((status, body.as_str()), GONE);
}

#[tokio::test]
async fn payloads_come_back_as_they_were() {
    let session = Polling::open("/engine.io").await;
    for payload in ["4hello", "4test1\u{1e}4test2\u{1e}4test3", "4안녕\u{1e}bAQIDBA=="] {
        assert_eq!(session.post(payload).await, (200, "ok".to_owned()));
        assert_eq!(session.get().await, (200, payload.to_owned()));
    }
}

#[tokio::test]
async fn a_waiting_get_is_answered_as_soon_as_there_is_something() {
    let session = Polling::open("/engine.io").await;
    let poll = session.waiting_get().await;
    session.post("4now").await;
    assert_eq!(poll.await.unwrap(), (200, "4now".to_owned()));
}

#[tokio::test]
async fn post_answers_have_their_headers() {
    let session = Polling::open("/engine.io").await;
    let answer = session.http.post(&session.url).body("4a").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["content-length"], "2");
}

#[tokio::test]
async fn a_second_get_ends_the_session() {
    let session = Polling::open("/engine.io").await;
    let first = session.waiting_get().await;
    assert_eq!(session.get().await.0, 400);
    assert_eq!(first.await.unwrap(), (200, "1".to_owned()));
    assert_gone(&session).await;
}

#[tokio::test]
async fn a_second_post_ends_the_session() {
    let session = Polling::open("/engine.io").await;
    let path = session.url.strip_prefix(&url("")).unwrap();
    let mut first = TcpStream::connect(address()).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n4abc");
    first.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(session.post("4b").await.0, 400);
    assert_gone(&session).await;
    first.write_all(b"defghi").await.unwrap();
    let mut answer = [0; 12];
    first.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 400");
}

#[tokio::test]
async fn an_aborted_get_ends_the_session() {
    let session = Polling::open("/engine.io").await;
    session.waiting_get().await.abort();
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_gone(&session).await;
}

#[tokio::test]
async fn a_post_cut_short_ends_the_session() {
    let session = Polling::open("/engine.io").await;
    let path = session.url.strip_prefix(&url("")).unwrap();
    let mut post = TcpStream::connect(address()).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n4abc");
    post.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    drop(post);
    tokio::time::sleep(Duration::from_millis(30)).await;
    assert_gone(&session).await;
}

#[tokio::test]
async fn a_pipelined_request_is_not_an_abort() {
    let session = Polling::open("/engine.io").await;
    let path = session.url.strip_prefix(&url("")).unwrap();
    let mut poll = TcpStream::connect(address()).await.unwrap();
    let get = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    poll.write_all(get.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    poll.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    session.post("4still here").await;
    let mut answer = vec![0; 4096];
    let length = poll.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("4still here"), "{answer}");
}

#[tokio::test]
async fn a_client_that_leaves_frees_its_get() {
    let session = Polling::open("/engine.io").await;
    let poll = session.waiting_get().await;
    assert_eq!(session.post("1").await, (200, "ok".to_owned()));
    assert_eq!(poll.await.unwrap(), (200, "6".to_owned()));
    assert_gone(&session).await;
}

#[tokio::test]
async fn an_invalid_packet_ends_the_session() {
    for bad in ["abc", "", "4a\u{1e}", "bAQID=", "2", "2probe"] {
        let session = Polling::open("/engine.io").await;
        assert_eq!(session.post(bad).await.0, 400, "{bad}");
        assert_gone(&session).await;
    }
    let session = Polling::open("/engine.io").await;
    assert_eq!(session.post(vec![b'4', 0xff]).await.0, 400, "not UTF-8");
    assert_gone(&session).await;
}

#[tokio::test]
async fn packets_before_an_invalid_one_do_not_save_a_waiting_get() {
    let session = Polling::open("/engine.io").await;
    let poll = session.waiting_get().await;
    let start = std::time::Instant::now();
    assert_eq!(session.post("7").await.0, 400);
    assert_eq!(poll.await.unwrap(), (200, "1".to_owned()));
    assert!(start.elapsed() < AT_ONCE);
}

#[tokio::test]
async fn a_body_of_the_largest_size_is_accepted_and_no_more() {
    let session = Polling::open("/engine.io").await;
    let largest = format!("4{}", "x".repeat(MAX_PAYLOAD - 1));
    assert_eq!(session.post(largest.clone()).await.0, 200);
    assert_eq!(session.get().await.1.len(), MAX_PAYLOAD);
    assert_eq!(session.post(largest + "x").await.0, 413);
    assert_eq!(session.post("4unharmed").await.0, 200);
}

#[tokio::test]
async fn a_chunked_body_has_the_same_limit() {
    let session = Polling::open("/engine.io").await;
    let chunks = (0..=10).map(|_| Ok::<_, std::io::Error>("4".repeat(MAX_PAYLOAD / 10)));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    assert_eq!(session.post(body).await.0, 413);
}

#[tokio::test]
async fn binary_bodies_are_refused() {
    let session = Polling::open("/engine.io").await;
    let request =
        session.http.post(&session.url).header("Content-Type", "application/octet-stream").body("4a");
    assert_eq!(request.send().await.unwrap().status(), 400);
    assert_gone(&session).await;
}

#[tokio::test]
async fn other_methods_are_refused() {
    let session = Polling::open("/engine.io").await;
    assert_eq!(session.http.put(&session.url).send().await.unwrap().status(), 400);
    assert_eq!(session.post("4unharmed").await.0, 200);
}

#[tokio::test]
async fn a_server_that_closes_says_so_on_the_next_get() {
    let session = Polling::open("/engine.io").await;
    assert_eq!(session.post("4last\u{1e}4close\u{1e}4ignored").await, (200, "ok".to_owned()));
    assert_eq!(session.post("4late").await.0, 400);
    assert_eq!(session.get().await, (200, "4last\u{1e}1".to_owned()));
    assert_gone(&session).await;
}

#[tokio::test]
async fn who_posts_and_never_polls_is_let_go() {
    let session = Polling::open("/engine.io").await;
    // The pongs keep it alive.
    let body = format!("3\u{1e}4{}", "x".repeat(MAX_PAYLOAD - 10));
    let mut taken = 0;
    while session.post(body.clone()).await.0 == 200 {
        taken += 1;
        assert!(taken < 20, "{taken} MB wait for a GET");
    }
    assert!(taken >= 4, "{taken}");
    assert_gone(&session).await;
}
