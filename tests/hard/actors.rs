//! What the actors promise: their books, their bounds, and how soon they notice.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::Value;

use crate::kit::{Connection, Person, Server, form, form_type, request, send};

async fn handled(server: &Server, name: &str) -> i64 {
    let actor: Value = server.actor(name).await;
    let number = |key: &str| actor[key].as_i64().unwrap();
    assert_eq!(number("sent"), number("handled") + number("dropped") + number("waiting"), "{actor}");
    number("handled")
}

#[tokio::test]
async fn the_books_of_the_actors_agree_with_the_requests() {
    let server = Server::start();
    let person = server.person();
    let refresh = format!("Refreshtoken: {}\r\n", person.refresh);
    for (actor, method, path, headers) in [
        ("Feed", "GET", "/feeds", ""),
        ("Accounts", "POST", "/token", &refresh),
        ("UserSession", "GET", "/myInfo", &person.header()),
    ] {
        let before = handled(&server, actor).await;
        join_all((0..4).map(async |_| {
            let mut connection = Connection::open(server.address).await;
            for _ in 0..25 {
                connection.send(request(method, path, headers, b"")).await;
                assert!(connection.answer(path).await.status < 300);
            }
        }))
        .await;
        assert_eq!(handled(&server, actor).await - before, 100, "{actor}");
    }
}

#[tokio::test]
async fn a_flood_of_one_person_is_answered_busy_and_nobody_hangs() {
    let server = Server::start();
    let people = server.people(2);
    let [flood, other] = &people[..] else { unreachable!() };
    let diary = b"{\"content\":\"x\"}";
    let json = format!("{}Content-Type: application/json\r\n", flood.header());
    // Nobody may write meanwhile: every command of the flood waits in its lane.
    let mut connections = Vec::new();
    let held = server.hold_writes();
    for _ in 0..300 {
        let mut connection = Connection::open(server.address).await;
        connection.send(request("PATCH", "/diary/edit/1", &json, diary)).await;
        connections.push(connection);
    }
    let began = Instant::now();
    let answer = send(server.address, "GET", "/feeds", "", b"").await;
    assert_eq!(answer.status, 200, "others are served");
    let answer = send(server.address, "GET", "/myInfo", &other.header(), b"").await;
    assert_eq!(answer.status, 200, "others are served");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let (mut busy, mut done) = (0, 0);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    drop(held);
    for connection in &mut connections {
        let answer = connection.answer_within(Duration::from_secs(10), "the flood").await;
        match answer.status {
            404 => done += 1,
            503 => {
                // "busy" for want of a place, or "unavailable" for a database that is locked for longer than a moment.
                busy += usize::from(answer.code() == "busy");
                assert!(answer.header("retry-after").is_some(), "{answer:?}");
            }
            _ => panic!("{answer:?}"),
        }
    }
    assert!(busy > 0 && done > 0, "{busy} were refused and {done} done");
    assert_eq!(send(server.address, "GET", "/myInfo", &flood.header(), b"").await.status, 200);
    server.assert_discreet(people.iter().flat_map(Person::secrets));
}

/// Contract §0.1: the client would show fireworks over a lost diary.
#[tokio::test]
async fn a_diary_waits_behind_a_flood_of_its_author() {
    let server = Server::start();
    let person = server.person();
    let json = format!("{}Content-Type: application/json\r\n", person.header());
    let held = server.hold_writes();
    let mut flood = Vec::new();
    for _ in 0..100 {
        let mut connection = Connection::open(server.address).await;
        connection.send(request("PATCH", "/diary/edit/1", &json, b"{}")).await;
        flood.push(connection);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let headers = format!("{}Content-Type: {}\r\n", person.header(), form_type());
    let mut diary = Connection::open(server.address).await;
    let body = form(&[("name=\"content\"", b"x")]);
    diary.send(request("POST", "/diary/posting", &headers, &body)).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    drop(held);
    assert_eq!(diary.answer_within(Duration::from_secs(10), "the diary").await.status, 201);
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_is_refused_within_a_second() {
    let server = Server::start();
    let person = server.person();
    assert_eq!(send(server.address, "GET", "/myInfo", &person.header(), b"").await.status, 200);
    server.execute(&format!("DELETE FROM sessions WHERE id = '{}'", person.session));
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let answer = send(server.address, "GET", "/myInfo", &person.header(), b"").await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "session_ended"));
}
