//! `SmtpTransport` against servers that take mails, and others.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use nine_cloud::adapters::mail::{SmtpServer, SmtpTransport};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::Mail;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{MailError, MailTransport};
use nine_cloud_actors::refusal::chain;
use nine_cloud_actors::testing::TestClock;

use super::sink::{Sink, free_port};

fn transport(port: u16, credentials: Option<(&str, &str)>) -> SmtpTransport {
    transport_to(SmtpServer {
        host: "127.0.0.1".to_owned(),
        port,
        is_tls: false,
        credentials: credentials.map(|(user, password)| (user.to_owned(), Secret::new(password))),
    })
}

fn transport_to(server: SmtpServer) -> SmtpTransport {
    let clock = Arc::new(TestClock::at("2026-11-22T05:00:00Z"));
    SmtpTransport::new(server, "NINE Cloud <nine@example.com>", clock).unwrap()
}

fn mail(to: &str) -> Mail {
    Mail {
        to: Email::parse(to).unwrap(),
        subject: "[NINE Cloud에서 보낸 인증코드] ".repeat(3).trim().to_owned(),
        html: format!("<p>{}</p>", "인증코드 a1b2c3 ".repeat(40)),
        text: "첫 줄\n.\n..\nFrom here\na1b2c3\n".to_owned(),
    }
}

async fn send(transport: &SmtpTransport, to: &str) -> Result<(), MailError> {
    transport.send(MailId(7), &mail(to)).await
}

/// The words of a failure that another try may cure.
#[track_caller]
fn transient(sent: Result<(), MailError>) -> String {
    match sent {
        Err(error @ (MailError::Transient(_) | MailError::Away(_))) => chain(&error),
        other => panic!("{other:?}"),
    }
}

/// The words of a failure for good.
#[track_caller]
fn permanent(sent: Result<(), MailError>) -> String {
    match sent {
        Err(error @ MailError::Permanent(_)) => chain(&error),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let Some(sink) = Sink::start(&[]) else { return };
    let transport = transport(sink.port, None);
    for to in ["Mina@example.com", "민아@example.co.kr", "!#$%&'*+/=?^_`{|}~-@example.com"] {
        send(&transport, to).await.unwrap();
        let (arrived, written) = (sink.mail_to(to).await, mail(to));
        assert_eq!(arrived["from"], "nine@example.com");
        assert_eq!(arrived["to"], serde_json::json!([to]));
        assert_eq!(arrived["subject"], written.subject);
        let text = |key: &str| arrived[key].as_str().unwrap().replace("\r\n", "\n").trim_end().to_owned();
        assert_eq!((text("text"), text("html")), (written.text.trim_end().to_owned(), written.html));
        assert_eq!((&arrived["tls"], &arrived["user"]), (&false.into(), &serde_json::Value::Null));
    }
}

#[tokio::test]
async fn connections_are_used_again_while_they_live() {
    let Some(sink) = Sink::start(&["--timeout", "1"]) else { return };
    let transport = transport(sink.port, None);
    for _ in 0..10 {
        send(&transport, "mina@example.com").await.unwrap();
    }
    assert_eq!(sink.connections(), 1);
    let at_once = join_all((0..4).map(|_| send(&transport, "mina@example.com"))).await;
    assert!(at_once.iter().all(Result::is_ok), "{at_once:?}");
    assert!((2..=4).contains(&sink.connections()), "{}", sink.connections());

    // The server hangs up on all of them.
    let before = sink.connections();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    send(&transport, "mina@example.com").await.unwrap();
    assert_eq!(sink.connections(), before + 1);
    assert_eq!(sink.mails().len(), 15);
}

#[tokio::test]
async fn an_answer_of_4xx_is_tried_again_and_one_of_5xx_is_not() {
    let Some(sink) = Sink::start(&[]) else { return };
    let transport = transport(sink.port, None);
    for code in ["421", "450", "451", "452"] {
        let words = transient(send(&transport, &format!("rcpt-{code}@example.com")).await);
        assert!(words.ends_with(&format!("the mail server answered {code} 4.1.1")), "{words}");
    }
    for code in ["550", "551", "552", "553", "554"] {
        let words = permanent(send(&transport, &format!("rcpt-{code}@example.com")).await);
        assert!(words.ends_with(&format!("the mail server answered {code} 5.1.1")), "{words}");
    }
    transient(send(&transport, "data-451@example.com").await);
    let words = permanent(send(&transport, "data-554@example.com").await);
    assert_eq!(words, "cannot be sent: sending: the mail server answered 554 5.7.1", "and none of its words");
    // It wants a sign-in: that is about us.
    transient(send(&transport, "rcpt-530@example.com").await);
    transient(send(&transport, "once-451@example.com").await);
    send(&transport, "once-451@example.com").await.unwrap();
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_and_holds_no_other_mail_up() {
    let Some(sink) = Sink::start(&[]) else { return };
    let transport = transport(sink.port, None);
    let hanging = tokio::time::timeout(Duration::from_millis(500), send(&transport, "hang@example.com"));
    let (hung, sent) = futures_util::join!(hanging, send(&transport, "mina@example.com"));
    assert!(hung.is_err(), "it hangs as long as we wait: {hung:?}");
    sent.unwrap();
    send(&transport, "mina@example.com").await.unwrap();
}

#[tokio::test]
async fn who_is_not_there_or_speaks_something_else_is_tried_again() {
    let refused = transient(send(&transport(free_port(), None), "mina@example.com").await);
    assert!(refused.contains("connecting: ") && refused.contains("refused"), "{refused}");
    for (greeting, expected) in [
        // Somebody is there: each try counts.
        (
            "554 5.3.2 go away a1b2c3\r\n",
            "could not send now: connecting: the mail server answered 554 5.3.2",
        ),
        ("421 busy\r\n", "could not send now: connecting: the mail server answered 421"),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            "the mail server is away: connecting: the mail server answered something else than SMTP",
        ),
        ("", "the mail server is away: connecting: the mail server answered something else than SMTP"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut peer, _) = listener.accept().unwrap();
            peer.write_all(greeting.as_bytes()).unwrap();
            if !greeting.is_empty() {
                let _ = peer.read(&mut [0; 64]);
            }
        });
        let words = transient(send(&transport(port, None), "mina@example.com").await);
        assert_eq!(words, expected, "{greeting}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_the_operators_matter_and_not_the_mails() {
    let Some(sink) = Sink::start(&["--auth", "nine:right-p@ss"]) else { return };
    send(&transport(sink.port, Some(("nine", "right-p@ss"))), "mina@example.com").await.unwrap();
    assert_eq!(sink.mail_to("mina@example.com").await["user"], "nine");

    let words =
        transient(send(&transport(sink.port, Some(("nine", "wr0ng-hunter2"))), "jun@example.com").await);
    assert_eq!(words, "could not send now: signing in: the mail server answered 535 5.7.8");
    let words = transient(send(&transport(sink.port, None), "jun@example.com").await);
    assert!(words.contains("sending: the mail server answered 530"), "{words}");

    let Some(open) = Sink::start(&[]) else { return };
    let words = transient(send(&transport(open.port, Some(("nine", "hunter2"))), "jun@example.com").await);
    assert!(words.contains("signing in: ") && !words.contains("hunter2"), "{words}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    nine_cloud::tls::use_ring();
    for (tls, is_tls) in [("implicit", true), ("starttls", false)] {
        let Some(sink) = Sink::start(&["--tls", tls, "--ca", ca.to_str().unwrap(), "--auth", "nine:hunter2"])
        else {
            return;
        };
        let credentials = Some(("nine".to_owned(), Secret::new("hunter2")));
        let host = "127.0.0.1".to_owned();
        let transport = transport_to(SmtpServer { host, port: sink.port, is_tls, credentials });
        let words = transient(send(&transport, "mina@example.com").await);
        assert!(words.contains("connecting: ") && words.contains("certificate"), "{words}");
        assert!(transport.check().await.is_err());
        assert!(sink.mails().is_empty());
    }
}

#[tokio::test]
async fn the_check_says_whether_a_server_is_there() {
    let port = free_port();
    let transport = transport(port, Some(("nine", "never sent")));
    assert!(transport.check().await.is_err());
    let Some(sink) = Sink::start(&["--port", &port.to_string(), "--auth", "nine:other"]) else { return };
    transport.check().await.unwrap();
    transport.check().await.unwrap();
    assert_eq!(sink.connections(), 1, "it is believed for some seconds");
    drop(sink);
    transient(send(&transport, "mina@example.com").await);
    assert!(transport.check().await.is_err(), "but not after a mail has found out");
}
