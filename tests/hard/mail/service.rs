//! The whole way: a sign-up, the durable queue, a mail server.

use std::time::Duration;

use reqwest::StatusCode;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::sink::{Sink, code_in, free_port};
use crate::kit::Server;

const PASSWORD: &str = "hunter2-p@ss:w/rd";
/// The same within an address.
const ENCODED: &str = "hunter2-p%40ss%3Aw%2Frd";
const VERBOSE: (&str, &str) =
    ("RUST_LOG", "warn,nine_cloud=trace,nine_cloud_actors=trace,lettre=trace,rustls=trace");

async fn post(server: &Server, path: &str, body: Value) -> StatusCode {
    let request = server.http.post(server.url(path)).header("content-type", "application/json");
    request.body(body.to_string()).send().await.unwrap().status()
}

async fn ask_for_a_code(server: &Server, email: &str) {
    assert_eq!(post(server, "/signup", json!({"email": email})).await, 201);
}

async fn sign_up(server: &Server, email: &str, code: &str) -> StatusCode {
    let body =
        json!({"email": email, "Authenticationcode": code, "password": "password1!", "username": "미나"});
    post(server, "/complete-signup", body).await
}

/// What `/ready` misses.
async fn failing(server: &Server) -> Value {
    let bytes = server.http.get(server.url("/ready")).send().await.unwrap().bytes().await.unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    body["failing"].clone()
}

#[tokio::test]
async fn a_code_comes_by_smtp_with_and_without_tls() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    let ca = ca.to_str().unwrap();
    let auth = format!("nine@example.com:{PASSWORD}");
    for (tls, scheme, host) in
        [("none", "smtp", "127.0.0.1"), ("starttls", "smtp", "localhost"), ("implicit", "smtps", "127.0.0.1")]
    {
        let Some(sink) = Sink::start(&["--tls", tls, "--ca", ca, "--name", host, "--auth", &auth]) else {
            return;
        };
        let url = format!("{scheme}://nine%40example.com:{ENCODED}@{host}:{}", sink.port);
        let server = Server::start_with(&[
            ("RATE_LIMITS", "off"),
            ("SMTP_URL", &url),
            ("SSL_CERT_FILE", if tls == "none" { "" } else { ca }),
            VERBOSE,
        ]);
        assert_eq!(failing(&server).await, json!([]), "{tls}");
        ask_for_a_code(&server, "mina@example.com").await;
        let mail = sink.mail_to("mina@example.com").await;
        assert_eq!((&mail["from"], &mail["user"]), (&"nine@example.com".into(), &"nine@example.com".into()));
        assert_eq!(mail["tls"], tls != "none");
        assert_eq!(mail["subject"], "[NINE Cloud에서 보낸 인증코드]");
        let code = code_in(&mail);
        assert!(mail["html"].as_str().unwrap().contains(&code));
        assert_eq!(sign_up(&server, "mina@example.com", &code).await, 201);
        server.until("an empty queue", || server.count("SELECT COUNT(*) FROM outgoing_mails") == 0).await;
        server.assert_discreet([PASSWORD, ENCODED, "hunter2", "mina@example.com", &code]);
    }
}

#[tokio::test]
async fn a_mail_waits_for_its_server_across_a_crash() {
    let port = free_port();
    let url = format!("smtp://127.0.0.1:{port}");
    let server = Server::start_with(&[
        ("RATE_LIMITS", "off"),
        ("SMTP_URL", &url),
        ("MAILER_EMAIL", "nine@example.com"),
        VERBOSE,
    ]);
    assert_eq!(failing(&server).await, json!(["mail"]));
    ask_for_a_code(&server, "mina@example.com").await;
    let waiting = "SELECT COUNT(*) FROM outgoing_mails WHERE last_error LIKE 'the mail server is away%'";
    server.until("a failed try", || server.count(waiting) == 1).await;
    // What needs no mail goes on.
    let feed = server.http.get(server.url("/feeds")).send().await.unwrap();
    assert_eq!(feed.status(), 200);

    // As `kill -9` does it.
    let server = server.again();
    let Some(sink) = Sink::start(&["--port", &port.to_string()]) else { return };
    let mail = sink.mail_to("mina@example.com").await;
    assert_eq!(mail["from"], "nine@example.com");
    let code = code_in(&mail);
    assert_eq!(sign_up(&server, "mina@example.com", &code).await, 201);
    assert_eq!(failing(&server).await, json!([]));
    server.until("an empty queue", || server.count("SELECT COUNT(*) FROM outgoing_mails") == 0).await;
    assert_eq!(sink.mails().len(), 1, "once is enough");
    server.assert_discreet(["mina@example.com", &code]);
}

#[tokio::test]
async fn a_mail_is_tried_again_or_given_up_by_what_the_server_says() {
    let Some(sink) = Sink::start(&[]) else { return };
    let url = format!("smtp://127.0.0.1:{}", sink.port);
    let mut server = Server::start_with(&[
        ("RATE_LIMITS", "off"),
        ("SMTP_URL", &url),
        ("MAILER_EMAIL", "nine@example.com"),
        VERBOSE,
    ]);
    for email in ["once-451@example.com", "rcpt-550@example.com", "data-554@example.com"] {
        ask_for_a_code(&server, email).await;
    }
    server.until("the second try", || sink.has_mail_to("once-451@example.com")).await;
    server
        .until("two dead letters", || {
            server.count("SELECT COUNT(*) FROM outgoing_mails WHERE is_dead") == 2
                && server.count("SELECT COUNT(*) FROM outgoing_mails") == 2
        })
        .await;
    assert_eq!(server.count("SELECT MIN(attempts) FROM outgoing_mails"), 1, "given up at once");
    let reasons = "SELECT COUNT(*) FROM outgoing_mails WHERE last_error IN \
        ('cannot be sent: sending: the mail server answered 550 5.1.1', \
         'cannot be sent: sending: the mail server answered 554 5.7.1')";
    assert_eq!(server.count(reasons), 2);
    let log = server.log();
    assert_eq!(
        (log.matches("could not be sent").count(), log.matches("was given up").count()),
        (1, 2),
        "{log}"
    );
    let code = code_in(&sink.mails().remove(0));
    server.signal(Signal::TERM);
    let stopped = server.exit_within(Duration::from_secs(20)).await.unwrap();
    assert!(stopped.success(), "with a connection that waits for the next mail");
    server.assert_discreet(["once-451@", "rcpt-550@", "data-554@", &code]);
}

#[tokio::test]
async fn a_password_that_is_refused_loses_no_mail() {
    let Some(sink) = Sink::start(&["--auth", "nine:right"]) else { return };
    let url = format!("smtp://nine:{ENCODED}@127.0.0.1:{}", sink.port);
    let server = Server::start_with(&[
        ("RATE_LIMITS", "off"),
        ("SMTP_URL", &url),
        ("MAILER_EMAIL", "nine@example.com"),
        VERBOSE,
    ]);
    ask_for_a_code(&server, "mina@example.com").await;
    let waiting = "SELECT COUNT(*) FROM outgoing_mails WHERE attempts > 0 AND NOT is_dead";
    server.until("a failed try", || server.count(waiting) == 1).await;
    assert!(server.log().contains("signing in: the mail server answered 535 5.7.8"), "{}", server.log());
    assert!(sink.mails().is_empty());
    server.assert_discreet([PASSWORD, ENCODED, "hunter2", "mina@example.com"]);
}
