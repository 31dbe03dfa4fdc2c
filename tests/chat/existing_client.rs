//! The page that is out there: `login`, `sendMessage`, `message`, and nothing else (contract §3).

use serde_json::{Value, json};

use crate::kit::TestApp;
use crate::{Chat, Heard, Transport};

const NAME: &str = "행복한 구름. 7f9c24e5-8b3a-4d7e-9f10-2c6b5a4d3e21";

/// In the plaza under this name.
async fn logged_in(app: &TestApp, name: &str) -> Chat {
    let mut chat = Chat::guest(app).await;
    let answer = chat.ask("login", json!(name)).await;
    assert_eq!(answer["ok"], true, "{answer}");
    chat.drain();
    chat
}

fn is_oid(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.len() == 24 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[tokio::test]
async fn a_login_is_told_to_everybody_and_then_answered() {
    let app = TestApp::start().await;
    let (mut other, mut chat) = (Chat::guest(&app).await, Chat::guest(&app).await);
    let number = chat.post("login", &json!(NAME));
    for chat in [&mut chat, &mut other] {
        let Heard::Event(name, joined) = chat.next().await else { panic!("the answer came first") };
        assert_eq!(name, "message");
        assert_eq!(joined["chat"], "행복한 구름 has joined the chat room");
        assert_eq!(joined["user"], json!({"id": null, "name": "system"}));
        assert!(is_oid(&joined["_id"]), "{joined}");
    }
    let Heard::Ack(answered, answer) = chat.next().await else { panic!("not answered") };
    assert_eq!((answered, &answer["ok"]), (number, &json!(true)));
    let data = &answer["data"];
    assert!(is_oid(&data["_id"]), "{answer}");
    assert_eq!((&data["name"], &data["online"], &data["__v"]), (&json!(NAME), &json!(true), &json!(0)));
    assert!(
        data["token"].is_string() && data["token"] != chat.sid.as_str(),
        "the id of a socket is no token (F8)"
    );
}

#[tokio::test]
async fn a_message_goes_to_everybody_and_then_its_sender_is_told() {
    let app = TestApp::start().await;
    let (mut chat, mut other) = (logged_in(&app, NAME).await, Chat::guest(&app).await);
    let number = chat.post("sendMessage", &json!("<b>안녕하세요</b> & 반가워요"));
    let Heard::Event(name, message) = chat.next().await else { panic!("the answer came first") };
    assert_eq!(name, "message");
    assert_eq!(message["chat"], "<b>안녕하세요</b> & 반가워요", "kept as typed");
    assert_eq!(message["user"]["name"], NAME);
    assert_eq!(message["__v"], 0);
    assert!(is_oid(&message["_id"]) && is_oid(&message["user"]["id"]), "{message}");
    assert_eq!(chat.next().await, Heard::Ack(number, json!({"ok": true})));
    assert_eq!(other.message().await, message);
}

#[tokio::test]
async fn whoever_leaves_is_missed_in_words() {
    let app = TestApp::start().await;
    let (chat, mut other) = (logged_in(&app, NAME).await, Chat::guest(&app).await);
    drop(chat);
    let left = other.notice().await;
    assert_eq!(left["chat"], "행복한 구름 has left the chat room");
    assert!(is_oid(&left["_id"]), "{left}");
}

#[tokio::test]
async fn it_all_works_by_polling_and_through_an_upgrade() {
    let app = TestApp::start().await;
    for transport in [Transport::Polling, Transport::Upgrading] {
        let mut chat = Chat::new(app.host(), json!({}), transport);
        chat.connect().await.unwrap();
        // What was emitted before the connection stood comes in one go with it.
        let numbers = [chat.post("login", &json!(NAME)), chat.post("sendMessage", &json!("하나"))];
        for number in numbers {
            assert_eq!(chat.answer(number).await["ok"], true);
        }
        for number in 0..50 {
            assert_eq!(chat.ask("sendMessage", json!(number.to_string())).await, json!({"ok": true}));
        }
        assert_eq!(chat.message().await["chat"], "하나");
        for number in 0..50 {
            assert_eq!(chat.message().await["chat"], number.to_string());
        }
        chat.cut().await;
    }
}

#[tokio::test]
async fn a_taken_name_is_given_in_a_changed_form_and_its_owner_keeps_it() {
    let app = TestApp::start().await;
    let (mut first, mut second) = (logged_in(&app, NAME).await, Chat::guest(&app).await);
    let data = second.ask("login", json!(NAME)).await["data"].clone();
    let changed = data["name"].as_str().unwrap();
    assert_ne!(changed, NAME);
    second.ask("sendMessage", json!("나")).await;
    assert_eq!(second.message().await["user"]["name"], changed, "the changed name is used everywhere");
    assert_eq!(first.ask("sendMessage", json!("저도")).await, json!({"ok": true}));
    first.message().await;
    assert_eq!(first.message().await["user"]["name"], NAME);
}

#[tokio::test]
async fn nobody_speaks_as_the_system() {
    let app = TestApp::start().await;
    for name in ["system", " System ", "SYSTEM. 1234", "system."] {
        let mut chat = Chat::guest(&app).await;
        let answer = chat.ask("login", json!(name)).await;
        assert_eq!(answer["ok"], true, "{name}");
        let given = answer["data"]["name"].as_str().unwrap();
        let shown = given.split('.').next().unwrap().trim().to_lowercase();
        assert!(shown != "system", "{name} became {given}");
    }
}

#[tokio::test]
async fn a_name_that_is_no_text_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let mut chat = logged_in(&app, NAME).await;
    let long = "가".repeat(101);
    for name in [
        json!({"$ne": null}),
        json!(null),
        json!(7),
        json!(["a"]),
        json!(true),
        json!(""),
        json!("   "),
        json!(long),
    ] {
        let answer = chat.ask("login", name.clone()).await;
        assert_eq!(answer["ok"], false, "{name}");
        assert!(answer["error"].is_string(), "{answer}");
    }
    chat.ask("sendMessage", json!("나")).await;
    assert_eq!(chat.message().await["user"]["name"], NAME);
}

#[tokio::test]
async fn the_last_login_counts() {
    let app = TestApp::start().await;
    let mut chat = logged_in(&app, NAME).await;
    let first = chat.ask("login", json!("졸린 해. 1")).await["data"].clone();
    let second = chat.ask("login", json!("씩씩한 바람. 2")).await["data"].clone();
    assert_ne!(first["_id"], second["_id"], "each login has an id of its own");
    chat.ask("sendMessage", json!("나")).await;
    let message = chat.message().await;
    assert_eq!(message["user"], json!({"id": second["_id"], "name": "씩씩한 바람. 2"}));
    let mut other = Chat::guest(&app).await;
    assert_eq!(
        other.ask("login", json!("졸린 해. 1")).await["data"]["name"],
        "졸린 해. 1",
        "an old name is free again"
    );
}

#[tokio::test]
async fn whoever_speaks_before_a_login_speaks_as_a_guest_with_a_name() {
    let app = TestApp::start().await;
    let mut chat = Chat::guest(&app).await;
    assert_eq!(chat.ask("sendMessage", json!("안녕")).await, json!({"ok": true}));
    let message = chat.message().await;
    assert!(is_oid(&message["user"]["id"]), "{message}");
    assert!(!message["user"]["name"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_refused_message_is_answered_and_explained_to_its_sender_alone() {
    let app = TestApp::start().await;
    let (mut chat, mut other) = (logged_in(&app, NAME).await, Chat::guest(&app).await);
    let long = "가".repeat(501);
    for text in
        [json!(""), json!(" \n "), json!(long), json!(null), json!(7), json!({"chat": 1}), json!(["a"])]
    {
        let answer = chat.ask("sendMessage", text.clone()).await;
        assert_eq!((&answer["ok"], &answer["code"]), (&json!(false), &json!("bad_request")), "{text}");
        let notice = chat.notice().await;
        assert_eq!(notice["user"], json!({"id": null, "name": "system"}));
        assert!(is_oid(&notice["_id"]));
        assert_eq!(notice["chat"], answer["error"]);
    }
    assert_eq!(chat.ask("sendMessage", json!("가".repeat(500))).await, json!({"ok": true}));
    let heard = other.message().await;
    assert_eq!(heard["chat"].as_str().unwrap().chars().count(), 500);
    assert_eq!(other.what_else_comes().await, [] as [String; 0]);
}

#[tokio::test]
async fn nothing_needs_an_ack_function() {
    let app = TestApp::start().await;
    let mut chat = Chat::guest(&app).await;
    chat.emit("login", &json!(NAME));
    chat.emit("login", &json!(null));
    chat.emit("sendMessage", &json!("하나"));
    chat.emit("sendMessage", &json!(null));
    chat.send("2[\"sendMessage\"]");
    chat.send("2[\"login\"]");
    assert_eq!(chat.message().await["chat"], "하나");
    assert_eq!(chat.ask("sendMessage", json!("둘")).await, json!({"ok": true}));
}

#[tokio::test]
async fn no_history_is_sent_and_events_nobody_knows_are_passed_over() {
    let app = TestApp::start().await;
    logged_in(&app, NAME).await.ask("sendMessage", json!("앞서")).await;
    let mut chat = Chat::guest(&app).await;
    chat.send("2[\"nonsense\",1]");
    chat.send("29[\"disconnect_all\"]");
    chat.drain();
    let came = chat.what_else_comes().await;
    // Only that the other one has left may come.
    assert!(came.iter().all(|name| name == "message") && came.len() <= 1, "{came:?}");
}

#[tokio::test]
async fn the_handshake_says_what_the_old_one_said() {
    let app = TestApp::start().await;
    let wire = crate::wire::Wire::open(app.host(), Transport::Polling).await.unwrap();
    let told = &wire.handshake;
    assert_eq!((&told["pingInterval"], &told["pingTimeout"]), (&json!(25000), &json!(20000)));
    assert_eq!((&told["maxPayload"], &told["upgrades"]), (&json!(1_000_000), &json!(["websocket"])));
}

#[tokio::test]
async fn a_broken_connection_takes_its_name_up_again_without_a_login() {
    let app = TestApp::start().await;
    let (mut chat, mut other) = (logged_in(&app, NAME).await, logged_in(&app, "졸린 해. 1").await);
    assert_eq!(chat.ask("sendMessage", json!("하나")).await["ok"], true);
    let id = chat.message().await["user"]["id"].clone();
    chat.cut().await;
    other.ask("sendMessage", json!("둘")).await;
    chat.connect().await.unwrap();
    assert!(chat.recovered);
    assert_eq!(chat.message().await["chat"], "둘");
    chat.ask("sendMessage", json!("셋")).await;
    let message = chat.message().await;
    assert_eq!(message["user"], json!({"id": id, "name": NAME}));
    assert_eq!(chat.what_else_comes().await.iter().filter(|name| *name != "message").count(), 0);
}

#[tokio::test]
async fn a_name_is_kept_for_longer_than_its_messages() {
    let app = TestApp::start().await;
    let (mut chat, mut other) = (logged_in(&app, NAME).await, logged_in(&app, "졸린 해. 1").await);
    chat.ask("sendMessage", json!("하나")).await;
    chat.cut().await;
    // The record is written once the server knows.
    assert!(other.notice().await["chat"].as_str().unwrap().ends_with("left the chat room"));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    app.wait(chrono::TimeDelta::seconds(125));
    other.ask("sendMessage", json!("둘")).await;
    chat.drain();
    chat.connect().await.unwrap();
    assert!(!chat.recovered);
    assert_eq!(chat.ask("sendMessage", json!("셋")).await["ok"], true);
    let message = chat.message().await;
    assert_eq!(
        (&message["chat"], &message["user"]["name"]),
        (&json!("셋"), &json!(NAME)),
        "nothing is replayed"
    );
}
