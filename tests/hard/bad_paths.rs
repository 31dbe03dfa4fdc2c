//! Ids, dates and queries that mean nothing.

use nine_cloud::http::ROUTES;

use crate::kit::{Person, Server, good_body, send};

const BAD_IDS: [&str; 14] = [
    "0",
    "-1",
    "9007199254740992",
    "9223372036854775808",
    "1e3",
    "1.5",
    "0x10",
    "abc",
    "%00",
    "%FF%FE",
    "%2e%2e%2f%2e%2e%2fsecret.key",
    "1%20OR%201=1",
    "%F0%9F%8C%A7",
    "NaN",
];

#[tokio::test]
async fn an_id_that_is_none_is_refused_on_every_route() {
    let server = Server::start();
    let routes: Vec<_> = ROUTES.iter().filter(|(_, path)| path.contains('{')).collect();
    let people = server.people(routes.len());
    for ((method, path), person) in routes.iter().zip(&people) {
        for id in BAD_IDS {
            let segments: Vec<_> = path.split('/').map(|s| if s.starts_with('{') { id } else { s }).collect();
            let (kind, body) = good_body(path);
            let headers = format!("{}Content-Type: {kind}\r\n", person.header());
            let path = segments.join("/");
            let answer = send(server.address, &method.to_uppercase(), &path, &headers, &body).await;
            answer.assert_refused(&format!("{method} {path}"));
        }
    }
    server.assert_discreet(people.iter().flat_map(Person::secrets));
}

#[tokio::test]
async fn dates_out_of_range_are_refused_or_ignored() {
    let server = Server::start();
    let person = server.person();
    for month in
        ["2026/0", "2026/13", "2026/-5", "24/1", "0/1", "-1/1", "99999/1", "9223372036854775808/1", "x/y"]
    {
        let path = format!("/diary/calendar/{month}");
        let answer = send(server.address, "GET", &path, &person.header(), b"").await;
        answer.assert_refused(&path);
    }
    for query in [
        "date=2026-13",
        "date=99999-01",
        "date=-1-1",
        "date=%FF",
        "date=2026-02-30",
        "page=-1",
        "page=18446744073709551616",
        "page=4294967295",
        "lastCreatedAt=x",
        "lastCreatedAt=%00",
        "%zz&&&===",
        "page=1&page=2",
    ] {
        for path in ["/feeds", "/feeds/mydiaries"] {
            let path = format!("{path}?{query}");
            let answer = send(server.address, "GET", &path, &person.header(), b"").await;
            answer.assert_readable(&path);
        }
    }
    let path = format!("/feeds?page={}", "a".repeat(60_000));
    send(server.address, "GET", &path, "", b"").await.assert_readable("60 kB of query");
}

#[tokio::test]
async fn paths_that_lead_nowhere_are_404_in_json() {
    let server = Server::start();
    for path in [
        "/nowhere",
        "/%",
        "/%00",
        "/%FF",
        "/..",
        "/../../etc/passwd",
        "/uploads",
        "/uploads/..",
        "/uploads/..%2fnine-cloud.db",
        "/uploads/%2e%2e%2fsecret.key",
        "/feeds/1/like/more",
        "*",
        "nowhere",
    ] {
        for method in ["GET", "POST", "DELETE", "BREW"] {
            let answer = send(server.address, method, path, "", b"").await;
            answer.assert_refused(path);
            assert_eq!(answer.status, 404, "{method} {path}");
        }
    }
}
