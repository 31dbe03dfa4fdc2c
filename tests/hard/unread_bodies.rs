//! Answers that are there before the body is: they must reach a client that is still sending.

use std::time::{Duration, Instant};

use crate::kit::{Connection, ORIGIN, Server, form_type, request, send};

const LARGE: usize = 11_000_000;

fn posting(authorization: &str, length: usize) -> String {
    format!(
        "POST /diary/posting HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n{authorization}Content-Type: {}\r\nContent-Length: {length}\r\n\r\n",
        form_type()
    )
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_sends_everything_first() {
    let server = Server::start();
    let expired = format!("Authorization: {}\r\n", server.person().expired());
    let large = vec![b'x'; LARGE];
    for (method, path, headers, status) in [
        ("POST", "/diary/posting", expired.as_str(), 419),
        ("POST", "/diary/posting", "", 401),
        ("DELETE", "/signoff", "", 401),
        ("GET", "/feeds", "", 200),
        ("POST", "/nowhere", "", 404),
        ("POST", "/signin", "Content-Type: application/json\r\n", 413),
        ("OPTIONS", "/diary/posting", "", 204),
    ] {
        let answer = send(server.address, method, path, headers, &large).await;
        assert_eq!(answer.status, status, "{method} {path}");
        answer.assert_readable(path);
    }
}

/// The client's pages read nothing before they have sent all: a connection that is reset meanwhile is an answer lost,
/// and with a lost 419 the diary is lost too.
#[tokio::test]
async fn a_refusal_reaches_a_client_on_a_slow_line() {
    let server = Server::start();
    let expired = format!("Authorization: {}\r\n", server.person().expired());
    let mut connection = Connection::open(server.address).await;
    connection.send(posting(&expired, LARGE)).await;
    for _ in 0..12 {
        connection.send(vec![b'x'; LARGE / 12]).await;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let answer = connection.answer("a slow line").await;
    assert_eq!(answer.status, 419);
    answer.assert_refused("a slow line");
}

#[tokio::test]
async fn a_refusal_does_not_wait_for_the_rest_of_the_body() {
    let server = Server::start();
    let mut connection = Connection::open(server.address).await;
    connection.send(posting("", LARGE)).await;
    let began = Instant::now();
    assert_eq!(connection.answer("no body yet").await.status, 401);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_ordinary_client_reads_the_refusal_of_a_large_form() {
    let server = Server::start();
    for _ in 0..3 {
        let form =
            reqwest::multipart::Form::new().part("image", reqwest::multipart::Part::bytes(vec![0; LARGE]));
        let answer = server.http.post(server.url("/diary/posting")).multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert!(answer.text().await.unwrap().contains("token_missing"));
    }
}

#[tokio::test]
async fn a_connection_goes_on_after_a_refusal_of_what_it_has_sent_whole() {
    let server = Server::start();
    let json = "Content-Type: application/json\r\n";
    let mut connection = Connection::open(server.address).await;
    for _ in 0..3 {
        connection.send(request("POST", "/signin", json, b"[]")).await;
        assert_eq!(connection.answer("bad JSON").await.status, 400);
        connection.send(request("POST", "/signin", json, &vec![b'x'; 1_000_000])).await;
        assert_eq!(connection.answer("too much").await.status, 413);
        connection.send(request("GET", "/nowhere", "", b"")).await;
        assert_eq!(connection.answer("nowhere").await.status, 404);
    }
}
