//! How fast people may come.

use crate::kit::{Connection, Person, Server, form, form_type, request, send};

const JSON: &str = "Content-Type: application/json\r\n";

fn assert_limited(answer: &crate::kit::Answer, longest_secs: u64) {
    answer.assert_refused("a limit");
    assert_eq!((answer.status, answer.code().as_str()), (429, "too_many_requests"));
    let retry_after: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=longest_secs).contains(&retry_after), "{retry_after} s");
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.chars().any(|letter| ('가'..='힣').contains(&letter)), "{message}");
}

#[tokio::test]
async fn guesses_and_mails_are_limited() {
    let server = Server::start_with(&[("LIMIT_SIGN_IN_PER_EMAIL", "5/300s")]);
    let guess = br#"{"email":"nobody@secret.example","password":"password1!"}"#;
    for _ in 0..5 {
        assert_eq!(send(server.address, "POST", "/signin", JSON, guess).await.status, 400);
    }
    assert_limited(&send(server.address, "POST", "/signin", JSON, guess).await, 60);
    let ask = br#"{"email":"hana@secret.example"}"#;
    for _ in 0..5 {
        assert_eq!(send(server.address, "POST", "/signup", JSON, ask).await.status, 201);
    }
    assert_limited(&send(server.address, "POST", "/signup", JSON, ask).await, 120);
    // An address that was not used up is not limited.
    let other = br#"{"email":"jun@secret.example","password":"password1!"}"#;
    assert_eq!(send(server.address, "POST", "/signin", JSON, other).await.status, 400);
    server.until("five mails", || server.mails().len() == 5).await;
    server.assert_discreet(["nobody@secret.example", "hana@secret.example", "password1!"]);
}

#[tokio::test]
async fn six_hundred_reads_a_minute_are_not_limited() {
    let server = Server::start_with(&[]);
    let person = server.person();
    let mut connection = Connection::open(server.address).await;
    for path in ["/diary/calendar/2026/11", "/diary/detail/comment/1", "/feeds/mydiaries"] {
        for _ in 0..200 {
            connection.send(request("GET", path, &person.header(), b"")).await;
            assert_eq!(connection.answer(path).await.status, 200, "{path}");
        }
    }
}

async fn post(server: &Server, person: &Person) -> crate::kit::Answer {
    let headers = format!("{}Content-Type: {}\r\n", person.header(), form_type());
    send(server.address, "POST", "/diary/posting", &headers, &form(&[("name=\"content\"", b"x")])).await
}

#[tokio::test]
async fn posting_is_never_limited() {
    let server = Server::start_with(&[("LIMIT_CALL_PER_PERSON", "3/600s")]);
    let person = server.person();
    for _ in 0..3 {
        assert_eq!(send(server.address, "GET", "/myInfo", &person.header(), b"").await.status, 200);
    }
    assert_limited(&send(server.address, "GET", "/myInfo", &person.header(), b"").await, 200);
    assert_eq!(post(&server, &person).await.status, 201);
    for _ in 0..20 {
        assert_eq!(post(&server, &person).await.status, 409);
    }
}
