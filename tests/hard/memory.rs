//! Requests leave nothing behind.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::kit::{Connection, Person, Server, bmp, form_type, picture_form, request};

const MIB: u64 = 1 << 20;

/// A round of ordinary and bad requests on one connection.
async fn round(connection: &mut Connection, person: &Person) {
    let authorized = person.header();
    let json = format!("{authorized}Content-Type: application/json\r\n");
    let form = format!("{authorized}Content-Type: {}\r\n", form_type());
    let drawing = picture_form("<p>x</p>", &bmp());
    let large = vec![b'x'; 150_000];
    for (method, path, headers, body) in [
        ("GET", "/feeds", "", &b""[..]),
        ("GET", "/myInfo", authorized.as_str(), b""),
        ("GET", "/diary/calendar/2026/11", &authorized, b""),
        ("GET", "/diary/detail/1", &authorized, b""),
        ("GET", "/diary/detail/comment/1", &authorized, b""),
        ("PATCH", "/diary/edit/1", &json, b"{"),
        ("POST", "/diary/posting", &form, &drawing),
        ("POST", "/signin", &json, &large),
        ("GET", "/nowhere", "", b""),
        ("GET", "/feeds/mydiaries", "Authorization: Bearer x.y.z\r\n", b""),
    ] {
        connection.send(request(method, path, headers, body)).await;
        assert!(connection.answer(path).await.status < 500, "{path}");
    }
}

#[tokio::test]
async fn ten_thousand_requests_leave_the_memory_flat() {
    let server = Server::start();
    let people = server.people(8);
    let rounds = async |each: usize| {
        join_all(people.iter().map(async |person| {
            let mut connection = Connection::open(server.address).await;
            for _ in 0..each {
                round(&mut connection, person).await;
            }
        }))
        .await;
    };
    rounds(25).await;
    let before = server.resident_bytes();
    rounds(100).await;
    let after = server.resident_bytes();
    assert!(after < before + 24 * MIB, "{} MiB became {} MiB", before / MIB, after / MIB);
    assert_eq!(server.actor("UserSession").await["alive"], people.len());
}

#[tokio::test]
async fn a_polling_session_does_not_hold_the_connection_of_its_handshake() {
    let server = Server::start();
    let before = server.open_files();
    for _ in 0..100 {
        let mut connection = Connection::open(server.address).await;
        connection.send(request("GET", "/community/chat/?EIO=4&transport=polling", "", b"")).await;
        assert_eq!(connection.answer("a handshake").await.status, 200);
    }
    let began = Instant::now();
    while server.open_files() > before + 50 {
        assert!(began.elapsed() < Duration::from_secs(20), "{} open, {before} before", server.open_files());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
