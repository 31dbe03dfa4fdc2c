//! `GET /community/rooms/{room}/messages`

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::kit::{Answer, Chat, Person, TestApp, diary};

const PLAZA: &str = "/community/rooms/plaza/messages";

fn said(answer: &Answer) -> Vec<&str> {
    answer.list().iter().map(|message| message["chat"].as_str().unwrap()).collect()
}

async fn says(chat: &mut Chat, room: &str, texts: &[&str]) {
    for text in texts {
        chat.does("send", json!({"room": room, "text": text})).await;
    }
}

async fn feels_sunny(person: &Person<'_>) {
    person.post_diary(diary("<p>맑음</p>").with("weather", "3").with("EmotionStatus", "5")).await.expect(201);
}

#[tokio::test]
async fn a_page_is_what_the_socket_calls_history() {
    let app = TestApp::start().await;
    let mut guest = app.chat().await;
    says(&mut guest, "plaza", &["하나", "<b>둘</b>", "셋"]).await;
    let page = app.visitor().get(PLAZA).await.expect(200);
    assert_eq!(said(&page), ["셋", "<b>둘</b>", "하나"]);
    assert_eq!(page.json["next"], Value::Null);
    let history = guest.does("history", json!({"room": "plaza"})).await;
    assert_eq!(page.data(), &history["messages"], "key by key");
}

#[tokio::test]
async fn pages_follow_their_mark() {
    let app = TestApp::start().await;
    let mut guest = app.chat().await;
    says(&mut guest, "plaza", &["1", "2", "3", "4", "5"]).await;
    let mut path = format!("{PLAZA}?limit=2");
    let mut all = Vec::new();
    loop {
        let page = app.visitor().get(&path).await.expect(200);
        all.extend(said(&page).into_iter().map(ToOwned::to_owned));
        let Some(next) = page.json["next"].as_u64() else { break };
        path = format!("{PLAZA}?limit=2&before={next}");
    }
    assert_eq!(all, ["5", "4", "3", "2", "1"]);
    for query in ["limit=0", "limit=101", "limit=x", "before=0", "before=-1", "before=x"] {
        let refusal = app.visitor().get(&format!("{PLAZA}?{query}")).await;
        assert_eq!(refusal.refusal(), (400, "invalid_field"), "{query}");
        assert_eq!(refusal.json["field"], query.split('=').next().unwrap());
    }
}

#[tokio::test]
async fn a_cloud_is_for_those_who_feel_like_it() {
    const SUNNY: &str = "/community/rooms/sun-happy/messages";
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    feels_sunny(&mina).await;
    let mut chat = mina.chat().await;
    chat.does("join", json!({"room": "sun-happy"})).await;
    says(&mut chat, "sun-happy", &["하늘이 높아요"]).await;
    assert_eq!(said(&mina.get(SUNNY).await.expect(200)), ["하늘이 높아요"]);
    insta::assert_snapshot!(jun.get(SUNNY).await, @r#"
    403 {
      "code": "not_your_cloud",
      "message": "그날 이 구름의 일기를 쓴 사람만 볼 수 있습니다."
    }
    "#);
    assert_eq!(app.visitor().get(SUNNY).await.refusal(), (403, "not_your_cloud"));
    insta::assert_snapshot!(mina.get("/community/rooms/snow-sad/messages").await, @r#"
    404 {
      "code": "no_such_room",
      "message": "존재하지 않는 채팅방입니다."
    }
    "#);

    // The next day it is read by whoever was in it, and the day after that by nobody.
    app.wait(TimeDelta::hours(12));
    let (mina, jun) = (app.sign_in(&mina.email).await, app.sign_in(&jun.email).await);
    feels_sunny(&jun).await;
    let yesterday = "/community/rooms/sun-happy@2026-11-22/messages";
    assert_eq!(said(&mina.get(yesterday).await.expect(200)), ["하늘이 높아요"]);
    assert_eq!(jun.get(yesterday).await.refusal(), (403, "not_your_cloud"));
    assert!(jun.get(SUNNY).await.expect(200).list().is_empty(), "a bare name means today");
    app.wait(TimeDelta::hours(24));
    let mina = app.sign_in(&mina.email).await;
    assert_eq!(mina.get(yesterday).await.refusal(), (404, "no_such_room"));
}

#[tokio::test]
async fn what_was_taken_back_and_who_is_hidden_is_left_out() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let (mut hers, mut his) = (mina.chat().await, jun.chat().await);
    for chat in [&mut hers, &mut his] {
        chat.does("join", json!({"room": "plaza"})).await;
    }
    says(&mut his, "plaza", &["시끄러운 말"]).await;
    let spoken = hers.hears("message").await;
    says(&mut hers, "plaza", &["조용한 말"]).await;
    let taken_back = hers.does("send", json!({"room": "plaza", "text": "실수"})).await;
    hers.does("delete", json!({"messageId": taken_back["id"]})).await;
    assert_eq!(said(&mina.get(PLAZA).await), ["조용한 말", "시끄러운 말"]);
    hers.does("hide", json!({"room": "plaza", "alias": spoken["user"]["name"]})).await;
    assert_eq!(said(&mina.get(PLAZA).await), ["조용한 말"]);
    assert_eq!(said(&jun.get(PLAZA).await), ["조용한 말", "시끄러운 말"]);
    let page = mina.get(&format!("{PLAZA}?limit=2")).await;
    assert_eq!(
        (said(&page), &page.json["next"]),
        (vec!["조용한 말"], &1.into()),
        "a short page is not the last"
    );
}
