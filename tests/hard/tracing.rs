//! One request id through all log lines of a request, and where the time of a slow one went.

use std::time::Duration;

use serde_json::Value;

use crate::kit::{Connection, Server, request};

/// The lines that belong to a request, whichever part of the server wrote them.
fn lines_of(server: &Server, id: &str) -> Vec<Value> {
    let lines = server.log();
    let lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let is_of = |line: &Value| {
        let spans = line["spans"].as_array().into_iter().flatten();
        line["request.id"] == id || spans.into_iter().any(|span| span["request.id"] == id)
    };
    lines.filter(is_of).collect()
}

/// Sends an edit of a diary that is not there, under an id of our own.
async fn edit(server: &Server, headers: &str, id: &str) -> u16 {
    let mut connection = Connection::open(server.address).await;
    let headers = format!("{headers}X-Request-Id: {id}\r\nContent-Type: application/json\r\n");
    connection.send(request("PATCH", "/diary/edit/1", &headers, b"{\"content\":\"x\"}")).await;
    connection.answer_within(Duration::from_secs(30), id).await.status
}

#[tokio::test]
async fn a_slow_request_says_where_its_time_went() {
    let server = Server::start();
    let person = server.person();
    let held = server.hold_writes();
    let headers = person.header();
    let (status, ()) = tokio::join!(edit(&server, &headers, "slow-one"), async {
        tokio::time::sleep(Duration::from_millis(1800)).await;
        drop(held);
    });
    assert!([404, 503].contains(&status), "{status}");
    assert_eq!(edit(&server, &headers, "quick-one").await, 404);

    let slow = |id: &str| lines_of(&server, id).into_iter().find(|line| line["message"] == "slow request");
    server.until("its line", || slow("slow-one").is_some()).await;
    let line = slow("slow-one").unwrap();
    let number = |key: &str| line[key].as_f64().unwrap();
    assert_eq!((&line["level"], &line["http.route"]), (&"WARN".into(), &"/diary/edit/{diaryId}".into()));
    assert!(number("duration_ms") >= 1000.0, "{line}");
    assert!(number("backend_ms") >= 1000.0, "the database was held: {line}");
    assert!(number("handling_ms") < 500.0 && number("elsewhere_ms") < 500.0, "{line}");
    let parts = ["mailbox_ms", "handling_ms", "backend_ms", "elsewhere_ms"].map(number);
    assert!((parts.iter().sum::<f64>() - number("duration_ms")).abs() < 50.0, "{line}");
    let steps = line["steps"].as_str().unwrap();
    assert!(steps.contains("port sql") && steps.contains("UserSession EditDiary"), "{line}");
    assert!(slow("quick-one").is_none(), "only slow ones say so");
}

#[tokio::test]
async fn every_line_of_a_request_has_its_id_and_with_debug_logs_its_spans() {
    let server = Server::start_with(&[("RATE_LIMITS", "off"), ("RUST_LOG", "debug")]);
    let person = server.person();
    // What the actor finds missing is logged by a port's answer deep inside: the table is gone.
    server.execute("ALTER TABLE diary_entries RENAME TO diaries_away");
    assert_eq!(edit(&server, &person.header(), "broken-one").await, 500);

    let failed =
        || lines_of(&server, "broken-one").into_iter().find(|line| line["message"] == "backend failed");
    server.until("the cause", || failed().is_some()).await;
    let line = failed().unwrap();
    let spans: Vec<&str> =
        line["spans"].as_array().unwrap().iter().map(|span| span["name"].as_str().unwrap()).collect();
    assert_eq!(spans, ["request", "actor"], "{line}");
    assert_eq!(line["spans"][1]["message"], "EditDiary", "{line}");
    let answered = lines_of(&server, "broken-one").into_iter().any(|line| line["message"] == "request");
    assert!(answered, "{:?}", lines_of(&server, "broken-one"));

    // And the actor remembers it for the administrators.
    let actor = server.actor("UserSession").await;
    assert!(actor["failures"].as_u64().unwrap() >= 1, "{actor}");
    assert!(actor["lastFailure"]["what"].as_str().unwrap().contains("diary_entries"), "{actor}");
    server.assert_discreet(person.secrets());
}
