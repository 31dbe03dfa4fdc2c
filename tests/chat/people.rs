//! People in rooms.

use serde_json::{Value, json};

use crate::Chat;
use crate::kit::{Person, TestApp, diary};

/// So many people with an account.
pub(crate) async fn people<'a>(app: &'a TestApp, names: &[&str]) -> Vec<Person<'a>> {
    let mut people = Vec::new();
    for name in names {
        people.push(app.sign_up(name).await);
    }
    people
}

/// Writes a diary of the cloud `rain-sad`.
pub(crate) async fn writes_rain_sad(person: &Person<'_>) {
    writes(person, "1", "1.5").await;
}

pub(crate) async fn writes(person: &Person<'_>, weather: &str, emotion: &str) {
    let form = diary("<p>오늘</p>").with("weather", weather).with("EmotionStatus", emotion).without("image");
    person.post_diary(form).await.expect(201);
}

/// Says something in a room, and gives the answer.
pub(crate) async fn say(chat: &mut Chat, room: &str, text: &str) -> Value {
    let answer = chat.ask("send", json!({"room": room, "text": text})).await;
    assert_eq!(answer["ok"], true, "{answer}");
    answer
}

/// The code of a refusal, with its Korean words.
#[track_caller]
pub(crate) fn code(answer: &Value) -> &str {
    assert_eq!(answer["ok"], false, "{answer}");
    assert!(answer["error"].as_str().is_some_and(|text| !text.is_ascii()), "{answer}");
    answer["code"].as_str().unwrap()
}
