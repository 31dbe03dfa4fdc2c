//! Methods, versions and headers out of the ordinary.

use std::time::Duration;

use nine_cloud::http::ROUTES;

use crate::kit::{Connection, ORIGIN, Server, request, send, send_all};

#[tokio::test]
async fn a_preflight_is_204_anywhere() {
    let server = Server::start();
    for path in ROUTES.iter().map(|(_, path)| *path).chain(["/nowhere", "*", "//feeds//"]) {
        let headers =
            "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n";
        let answer = send(server.address, "OPTIONS", path, headers, b"").await;
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN), "{path}");
        assert!(answer.header("access-control-allow-headers").unwrap().contains("refreshtoken"), "{path}");
        assert!(answer.header("access-control-max-age").is_some(), "{path}");
    }
}

#[tokio::test]
async fn a_head_request_is_a_get_without_the_body() {
    let server = Server::start();
    for (_, path) in ROUTES.iter().filter(|(method, path)| *method == "get" && !path.contains('{')) {
        let mut connection = Connection::open(server.address).await;
        connection.send(request("GET", path, "", b"")).await;
        let got = connection.answer(path).await;
        connection.send(request("HEAD", path, "", b"")).await;
        let head = connection.head_answer(path).await;
        assert_eq!(head.status, got.status, "{path}");
        assert_eq!(head.header("content-type"), got.header("content-type"), "{path}");
        assert!(head.header("content-length").is_some(), "{path}");
        connection.send(request("GET", "/health", "", b"")).await;
        assert_eq!(connection.answer("the next on the same connection").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn methods_that_a_route_does_not_know_are_404_in_json() {
    let server = Server::start();
    for (_, path) in ROUTES {
        for method in ["BREW", "PUT", "TRACE", "PROPFIND", "get"] {
            let answer = send(server.address, method, path, "", b"").await;
            answer.assert_refused(&format!("{method} {path}"));
        }
    }
    let connect = format!("CONNECT example.com:80 HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n\r\n");
    send_all(server.address, connect.as_bytes(), "CONNECT").await.assert_refused("CONNECT");
}

#[tokio::test]
async fn old_and_odd_ways_of_asking_are_understood() {
    let server = Server::start();
    for (what, head) in [
        ("HTTP/1.0", "GET /feeds HTTP/1.0\r\n\r\n"),
        ("an absolute address", "GET http://localhost//feeds/ HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("bare line feeds", "GET /feeds HTTP/1.1\nHost: x\n\n"),
        ("blanks around a value", "GET /feeds HTTP/1.1\r\nHost:   x  \r\n\r\n"),
    ] {
        assert_eq!(send_all(server.address, head.as_bytes(), what).await.status, 200, "{what}");
    }
    let expecting = "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    let mut connection = Connection::open(server.address).await;
    connection.send(expecting).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    connection.send("{}").await;
    assert_eq!(connection.answer("after 100 Continue").await.status, 400);
    let chunked = "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    connection.send(format!("{chunked}1\r\n{{\r\n1;ext=1\r\n}}\r\n0\r\nTrailer: x\r\n\r\n")).await;
    assert_eq!(connection.answer("a chunked body").await.code(), "invalid_field");
}

#[tokio::test]
async fn heads_that_cannot_be_parsed_are_4xx() {
    let server = Server::start();
    let long_header = format!("GET /feeds HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "a".repeat(300_000));
    let many_headers = format!("GET /feeds HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-Many: 1\r\n".repeat(500));
    let long_query = format!("GET /feeds?page={} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000));
    for (what, head) in [
        ("a long header", long_header.as_str()),
        ("many headers", &many_headers),
        ("a long query", &long_query),
        (
            "two lengths",
            "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        ),
        ("a negative length", "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        (
            "a length and chunks",
            "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n"),
        ("no sense", "\0\0\0\0\r\n\r\n"),
    ] {
        let answer = send_all(server.address, head.as_bytes(), what).await;
        assert!((400..500).contains(&answer.status), "{what}: {answer:?}");
    }
    assert_eq!(send(server.address, "GET", "/health", "", b"").await.status, 200);
}
