//! Rooms that an administrator closes.

use serde_json::{Value, json};

use crate::kit::{Person, TestApp, eventually};
use crate::people::{code, people, say, writes_rain_sad};
use crate::{Chat, Heard, Transport};

pub(crate) const TOKEN: &str = "a token of the operators";

async fn start() -> TestApp {
    TestApp::with("ADMIN_TOKEN", TOKEN).start().await
}

pub(crate) async fn close(app: &TestApp, room: &str) {
    let path = format!("/admin/chat/rooms/{room}/closing");
    app.bearing(&format!("Bearer {TOKEN}")).post_nothing(&path).await.expect(200);
}

pub(crate) async fn reopen(app: &TestApp, room: &str) {
    app.bearing(&format!("Bearer {TOKEN}"))
        .delete(&format!("/admin/chat/rooms/{room}/closing"))
        .await
        .expect(200);
}

async fn join(chat: &mut Chat, room: &str) -> Value {
    chat.ask("join", json!({"room": room})).await
}

async fn in_cloud(person: &Person<'_>) -> Chat {
    writes_rain_sad(person).await;
    Chat::in_room(person, "rain-sad").await
}

#[tokio::test]
async fn whoever_is_in_it_is_told_and_put_out_and_nobody_comes_in_until_it_is_open_again() {
    let app = start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let mut chats = [in_cloud(&people[0]).await, in_cloud(&people[1]).await];
    say(&mut chats[0], "rain-sad", "안녕").await;
    close(&app, "rain-sad").await;
    for chat in &mut chats {
        let told = chat.event("room:closed").await;
        assert_eq!(told, json!({"room": "rain-sad", "reason": "closed"}));
        assert_eq!(code(&chat.ask("send", json!({"room": "rain-sad", "text": "x"})).await), "no_such_room");
        let refused = join(chat, "rain-sad").await;
        assert_eq!(code(&refused), "no_such_room");
        assert!(refused["error"].as_str().unwrap().contains("닫혀"), "{refused}");
        assert_eq!(join(chat, "plaza").await["ok"], true, "other rooms are open");
    }
    let rooms = app.visitor().get("/community/rooms").await.expect(200);
    assert!(rooms.list().iter().any(|room| room["room"] == "rain-sad" && room["members"] == 0), "{rooms}");
    // What was said stays readable to those who were there.
    let history = chats[1].ask("history", json!({"room": "rain-sad"})).await;
    assert_eq!(history["messages"][0]["chat"], "안녕", "{history}");

    reopen(&app, "rain-sad").await;
    for chat in &mut chats {
        assert_eq!(join(chat, "rain-sad").await["recent"][0]["chat"], "안녕");
    }
    assert_eq!(say(&mut chats[0], "rain-sad", "다시").await["seq"], 2, "closing is no line of the log");
}

#[tokio::test]
async fn a_closed_room_stays_closed_over_a_restart_and_a_midnight() {
    let app = TestApp::at("2026-11-22T14:50:00Z").with("ADMIN_TOKEN", TOKEN).start().await;
    let mina = app.sign_up("mina").await;
    for room in ["rain-sad", "plaza"] {
        close(&app, room).await;
    }
    app.wait(chrono::TimeDelta::minutes(20));
    writes_rain_sad(&mina).await;
    // A process that starts later knows it by the rows alone.
    let node = app.another_node(false);
    for address in [app.host(), node.host()] {
        let mut chat = Chat::new(address, json!({"token": mina.authorization()}), Transport::WebSocket);
        chat.connect().await.unwrap();
        for room in ["rain-sad", "plaza"] {
            assert_eq!(code(&join(&mut chat, room).await), "no_such_room", "{room}");
        }
    }
}

#[tokio::test]
async fn the_existing_page_is_told_in_words_and_comes_back_by_itself() {
    let app = start().await;
    let mut chat = Chat::guest(&app).await;
    chat.ask("login", json!("구름. 7f9c")).await;
    chat.drain();
    close(&app, "plaza").await;
    let words = async |chat: &mut Chat| {
        let told = chat.notice().await;
        assert!(told["chat"].as_str().unwrap().contains("닫혀"), "{told}");
    };
    words(&mut chat).await;
    assert_eq!(code(&chat.ask("sendMessage", json!("거기 누구 있어요?")).await), "no_such_room");
    words(&mut chat).await;

    // Whoever comes meanwhile is let in, to nowhere.
    let mut other = Chat::guest(&app).await;
    assert_eq!(code(&other.ask("login", json!("해. 8a0d")).await), "no_such_room");
    words(&mut other).await;

    reopen(&app, "plaza").await;
    for chat in [&mut chat, &mut other] {
        let is_told = |heard: &Heard| *heard == Heard::Event("disconnect".to_owned(), Value::Null);
        assert!(chat.is_closed_within(std::time::Duration::from_secs(3)).await);
        assert!(!chat.drain().iter().any(is_told), "it may come back");
        chat.connect().await.unwrap();
    }
    assert_eq!(chat.ask("sendMessage", json!("돌아왔어요")).await["ok"], true);
    let heard = other.message().await;
    assert_eq!((&heard["user"]["name"], &heard["chat"]), (&json!("구름. 7f9c"), &json!("돌아왔어요")));
}

#[tokio::test]
async fn whoever_was_away_meanwhile_does_not_get_it_back() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = in_cloud(&mina).await;
    assert_eq!(join(&mut chat, "plaza").await["ok"], true);
    chat.cut().await;
    close(&app, "rain-sad").await;
    chat.connect().await.unwrap();
    assert!(chat.recovered);
    assert_eq!(chat.event("room:closed").await, json!({"room": "rain-sad", "reason": "closed"}));
    say(&mut chat, "plaza", "여기는 열려 있어요").await;
    assert_eq!(code(&chat.ask("send", json!({"room": "rain-sad", "text": "x"})).await), "no_such_room");
}

#[tokio::test]
async fn a_room_is_closed_while_everybody_talks_and_every_message_is_answered() {
    let app = start().await;
    let people = people(&app, &["mina", "juno", "hana"]).await;
    let mut chats = Vec::new();
    for person in &people {
        chats.push(Chat::in_room(person, "plaza").await);
    }
    let mut sent = Vec::new();
    for chat in &mut chats {
        let posts: Vec<_> = (0..100)
            .map(|number| chat.post("send", &json!({"room": "plaza", "text": number.to_string()})))
            .collect();
        sent.push(posts);
    }
    close(&app, "plaza").await;
    let mut stored = 0;
    for (chat, sent) in chats.iter_mut().zip(sent) {
        for number in sent {
            let answer = chat.answer(number).await;
            if answer["ok"] == true {
                stored += 1;
            } else {
                assert_eq!(code(&answer), "no_such_room");
            }
        }
    }
    let kept = app.log().tail(nine_cloud_actors::domain::chat::LogKey::Plaza).await.unwrap();
    assert!(stored <= kept, "{stored} were acknowledged and {kept} are kept");
    eventually("all are out", async || {
        let rooms = app.visitor().get("/community/rooms").await.expect(200);
        (rooms.list()[0]["members"] == 0).then_some(())
    })
    .await;
}
