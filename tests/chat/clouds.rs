//! The nine rooms of a day: whose they are, and that nobody is known across them.

use std::collections::HashSet;

use serde_json::json;

use crate::Chat;
use crate::kit::{TestApp, diary};
use crate::people::{code, people, say, writes, writes_rain_sad};

#[tokio::test]
async fn a_diary_opens_its_cloud_and_no_other() {
    let app = TestApp::start().await;
    let clouds = [
        ("1", "1.6", "rain-sad"),
        ("1", "1.7", "rain-soso"),
        ("1", "3.4", "rain-happy"),
        ("2", "1", "cloud-sad"),
        ("2", "3.3", "cloud-soso"),
        ("2", "5", "cloud-happy"),
        ("3", "1.2", "sun-sad"),
        ("3", "2", "sun-soso"),
        ("3", "4", "sun-happy"),
    ];
    for (number, (weather, emotion, mine)) in clouds.into_iter().enumerate() {
        let person = app.sign_up(&format!("person{number}")).await;
        writes(&person, weather, emotion).await;
        let mut chat = Chat::person(&person).await;
        for (_, _, room) in clouds {
            let joined = chat.ask("join", json!({"room": room})).await;
            if room == mine {
                assert_eq!(joined["room"], mine, "{joined}");
            } else {
                assert_eq!(code(&joined), "not_your_cloud", "{mine} {room}");
            }
        }
        assert_eq!(
            code(&chat.ask("history", json!({"room": clouds[(number + 1) % 9].2})).await),
            "not_your_cloud"
        );
    }
}

#[tokio::test]
async fn without_a_diary_or_an_account_no_cloud_opens() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    for chat in [&mut Chat::person(&mina).await, &mut Chat::guest(&app).await] {
        assert_eq!(code(&chat.ask("join", json!({"room": "rain-sad"})).await), "not_your_cloud");
        assert_eq!(code(&chat.ask("history", json!({"room": "rain-sad"})).await), "not_your_cloud");
        assert_eq!(code(&chat.ask("send", json!({"room": "rain-sad", "text": "x"})).await), "not_in_room");
    }
}

#[tokio::test]
async fn a_private_diary_counts_and_a_deleted_one_does_not() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let form = diary("<p>혼자</p>").with("weather", "1").with("EmotionStatus", "1").with("isPublic", "false");
    let id = mina.post_diary(form).await.expect(201).data()["diaryId"].as_i64().unwrap();
    let mut chat = Chat::in_room(&mina, "rain-sad").await;
    say(&mut chat, "rain-sad", "비").await;
    let other = app.sign_up("juno").await;
    writes_rain_sad(&other).await;
    let mut other = Chat::in_room(&other, "rain-sad").await;
    let before: u16 = mina.delete(&format!("/diary/delete/{id}")).await.status;
    assert!(before < 300, "{before}");
    let closed = chat.event("room:closed").await;
    assert_eq!(closed, json!({"room": "rain-sad", "reason": "not-your-cloud"}));
    assert_eq!(code(&chat.ask("send", json!({"room": "rain-sad", "text": "x"})).await), "not_in_room");
    assert_eq!(code(&chat.ask("join", json!({"room": "rain-sad"})).await), "not_your_cloud");
    // What one has read one may read again.
    assert_eq!(chat.ask("history", json!({"room": "rain-sad"})).await["ok"], true);
    chat.cut_and_return().await;
    assert_eq!(code(&chat.ask("send", json!({"room": "rain-sad", "text": "x"})).await), "not_in_room");
    say(&mut other, "rain-sad", "둘").await;
}

#[tokio::test]
async fn names_are_unique_in_a_room_and_tell_nothing_across_rooms() {
    let app = TestApp::start().await;
    let names: Vec<String> = (0..12).map(|number| format!("person{number}")).collect();
    let people = people(&app, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (mut aliases, mut ids) = (HashSet::new(), HashSet::new());
    for person in &people {
        writes_rain_sad(person).await;
        let mut chat = Chat::person(person).await;
        let mut mine = HashSet::new();
        for room in ["plaza", "rain-sad"] {
            let you = chat.ask("join", json!({"room": room})).await["you"].clone();
            let again = Chat::person(person).await.ask("join", json!({"room": room})).await["you"].clone();
            assert_eq!(you, again, "the same person on the same day");
            assert!(aliases.insert((room, you["alias"].to_string())), "{you} twice in {room}");
            assert!(ids.insert(you["id"].to_string()), "{you}");
            mine.insert(you["id"].to_string());
        }
        assert_eq!(mine.len(), 2);
    }
    app.wait(chrono::TimeDelta::days(1));
    for person in &people[..3] {
        let person = app.sign_in(&person.email).await;
        let you = Chat::person(&person).await.ask("join", json!({"room": "plaza"})).await["you"].clone();
        assert!(ids.insert(you["id"].to_string()), "the id of yesterday");
    }
}

#[tokio::test]
async fn no_account_shows_through() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = Chat::person(&mina).await;
    let joined = chat.ask("join", json!({"room": "plaza"})).await.to_string();
    say(&mut chat, "plaza", "안녕").await;
    let message = chat.message().await.to_string();
    for text in [joined, message] {
        assert!(!text.contains("mina") && !text.contains('@'), "{text}");
    }
}
