//! Who gets in, and for how long.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::kit::{PASSWORD, TestApp};
use crate::{Chat, NotIn, Transport};

/// Within a second (chat.md), on a machine with other things to do.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn refused(app: &TestApp, auth: Value) -> Value {
    let mut chat = Chat::new(app.host(), auth, Transport::WebSocket);
    match chat.connect().await {
        Err(NotIn::Refused(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_that_says_nothing_is_a_connect_error_with_a_code() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let refresh = mina.refresh_token();
    for token in [
        json!("Bearer x"),
        json!("x"),
        json!(""),
        json!(7),
        json!({"$ne": null}),
        json!(refresh),
        json!(["a"]),
    ] {
        let error = refused(&app, json!({"token": token})).await;
        assert_eq!(error["data"]["code"], "token_invalid", "{token}");
        assert!(!error["message"].as_str().unwrap().is_ascii());
    }
    app.wait(chrono::TimeDelta::hours(2));
    let error = refused(&app, json!({"token": mina.authorization()})).await;
    assert_eq!(error["data"]["code"], "token_expired");
}

#[tokio::test]
async fn a_token_whose_session_has_ended_does_not_let_in() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    mina.post_nothing("/logout").await;
    let error = refused(&app, json!({"token": mina.authorization()})).await;
    assert_eq!(error["data"]["code"], "session_ended");
}

#[tokio::test]
async fn whoever_shows_no_token_is_a_guest_in_the_plaza() {
    let app = TestApp::start().await;
    for auth in [
        json!({}),
        json!({"token": null}),
        json!({"pid": 7, "offset": []}),
        json!({"pid": "x", "offset": "plaza=99999"}),
    ] {
        let mut chat = Chat::new(app.host(), auth.clone(), Transport::Upgrading);
        chat.connect().await.unwrap();
        assert_eq!(chat.ask("sendMessage", json!("안녕")).await, json!({"ok": true}), "{auth}");
        assert_eq!(chat.message().await["chat"], "안녕");
    }
}

#[tokio::test]
async fn a_socket_outlives_its_access_token() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = Chat::in_room(&mina, "plaza").await;
    app.wait(chrono::TimeDelta::hours(2));
    assert_eq!(chat.ask("send", json!({"room": "plaza", "text": "아직"})).await["ok"], true);
    chat.message().await;
    chat.cut_and_return().await;
    assert!(chat.recovered, "an expired access token does not refuse a recovery while the session lives");
    assert_eq!(chat.ask("send", json!({"room": "plaza", "text": "여전히"})).await["ok"], true);
}

#[tokio::test]
async fn another_person_cannot_take_a_pid_over() {
    let app = TestApp::start().await;
    let (mina, juno) = (app.sign_up("mina").await, app.sign_up("juno").await);
    let mut hers = Chat::in_room(&mina, "plaza").await;
    hers.ask("send", json!({"room": "plaza", "text": "하나"})).await;
    hers.cut().await;
    for auth in [json!({"token": juno.authorization()}), json!({})] {
        let mut thief = Chat::new(app.host(), auth, Transport::WebSocket);
        (thief.pid, thief.offset) = (hers.pid.clone(), Some("plaza=0".to_owned()));
        thief.connect().await.unwrap();
        assert!(!thief.recovered && thief.pid != hers.pid && thief.sid != hers.sid);
    }
    hers.connect().await.unwrap();
    assert!(hers.recovered, "it is there for its person still");
}

#[tokio::test]
async fn a_pid_whose_socket_looks_alive_is_taken_over() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut old = Chat::in_room(&mina, "plaza").await;
    let mut new = Chat::new(app.host(), json!({"token": mina.authorization()}), Transport::WebSocket);
    old.ask("send", json!({"room": "plaza", "text": "하나"})).await;
    (new.pid, new.offset) = (old.pid.clone(), None);
    new.connect().await.unwrap();
    assert!(new.recovered);
    assert!(old.is_closed_within(AT_ONCE).await);
    assert_eq!(new.message().await["chat"], "하나", "without an offset: all since it came in");
    let joined = new.ask("join", json!({"room": "plaza"})).await;
    assert_eq!(joined["members"], 1);
}

#[tokio::test]
async fn the_end_of_a_session_ends_its_sockets_and_no_others_within_a_second() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let elsewhere = app.sign_in(&mina.email).await;
    let (mut here, mut there) =
        (Chat::in_room(&mina, "plaza").await, Chat::in_room(&elsewhere, "plaza").await);
    let began = Instant::now();
    assert!(mina.post_nothing("/logout").await.status < 300);
    assert!(here.is_closed_within(AT_ONCE).await, "logout");
    println!("after {:?}", began.elapsed());
    assert_eq!(here.drain().last(), Some(&crate::Heard::Event("disconnect".to_owned(), Value::Null)));
    assert_eq!(there.ask("send", json!({"room": "plaza", "text": "여기"})).await["ok"], true);
    match here.connect().await {
        Err(NotIn::Refused(error)) => assert_eq!(error["data"]["code"], "session_ended"),
        other => panic!("a pid dies with its session: {other:?}"),
    }
}

#[tokio::test]
async fn logging_out_everywhere_ends_all_sockets() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let elsewhere = app.sign_in(&mina.email).await;
    let mut chats = [Chat::in_room(&mina, "plaza").await, Chat::in_room(&elsewhere, "plaza").await];
    assert!(mina.delete("/myInfo/sessions").await.status < 300);
    for chat in &mut chats {
        assert!(chat.is_closed_within(AT_ONCE).await);
    }
}

#[tokio::test]
async fn another_password_ends_the_sockets_of_other_sessions() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let elsewhere = app.sign_in(&mina.email).await;
    let mut there = Chat::in_room(&elsewhere, "plaza").await;
    let change = json!({"password": PASSWORD, "newPassword": "password2@"});
    let answer = mina.patch("/myInfo/edit-pw", change).await;
    assert!(answer.status < 300, "{answer}");
    assert!(there.is_closed_within(AT_ONCE).await);
}

#[tokio::test]
async fn leaving_the_service_ends_all_sockets() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = Chat::in_room(&mina, "plaza").await;
    assert!(mina.delete("/signoff").await.status < 300);
    assert!(chat.is_closed_within(AT_ONCE).await);
}
