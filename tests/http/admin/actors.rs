//! `GET /admin/actors`

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::ports::AccountStore;
use serde_json::{Value, json};

use crate::kit::{Answer, TestApp, eventually};

const TOKEN: &str = "a token of the operators";

fn names(answer: &Answer, of: &str, key: &str) -> Vec<String> {
    let entries = answer.json[of].as_array().unwrap().iter();
    entries.map(|entry| entry[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_operators_token_opens_it() {
    let app = TestApp::with("ADMIN_TOKEN", TOKEN).start().await;
    let operator = app.bearing(&format!("Bearer {TOKEN}"));
    let answer = operator.get("/admin/actors").await.expect(200);
    let actors = names(&answer, "actors", "actor");
    for actor in ["Sessions", "UserSession", "Accounts", "Feed", "Mailer", "DiaryScheduler", "Metrics"] {
        assert!(actors.iter().any(|name| name == actor), "{actor} in {answer}");
    }
    assert_eq!(names(&answer, "jobs", "name"), ["purge-accounts", "clean-up", "clean-up-chat", "turn-day"]);
    assert_eq!(app.bearing("Bearer another").get("/admin/actors").await.refusal(), (401, "token_invalid"));
}

#[tokio::test]
async fn people_need_to_be_administrators() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    insta::assert_snapshot!(mina.get("/admin/actors").await, @r#"
    403 {
      "code": "not_admin",
      "message": "관리자만 볼 수 있습니다."
    }
    "#);
    assert!(app.store().set_admin(&Email::parse(&mina.email).unwrap(), true).await.unwrap());
    let granted = async || (mina.get("/admin/actors").await.status == 200).then_some(());
    eventually("the grant", granted).await;
}

#[tokio::test]
async fn it_shows_who_and_which_room_is_busy_and_agrees_with_a_count_of_our_own() {
    let app = super::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let seen = async || super::operator(&app).get("/admin/actors").await.expect(200).json;
    let of = |answer: &Value, list: &str, key: &str, wanted: Value| {
        let entries = answer[list].as_array().unwrap().iter();
        let found = entries.clone().find(|entry| entry[key] == wanted);
        found.unwrap_or_else(|| panic!("no {wanted} in {answer}")).clone()
    };
    let mut chat = mina.chat().await;
    chat.does("join", json!({"room": "plaza"})).await;
    let before = seen().await;
    for _ in 0..50 {
        mina.get("/myInfo").await.expect(200);
        chat.does("send", json!({"room": "plaza", "text": "안녕"})).await;
    }
    jun.get("/myInfo").await.expect(200);
    let after = seen().await;
    let grown = |list: &str, key: &str, wanted: Value, count: &str| {
        let number = |answer| of(answer, list, key, wanted.clone())[count].as_i64().unwrap();
        number(&after) - number(&before)
    };
    assert_eq!(grown("actors", "actor", "UserSession".into(), "handled"), 51);
    assert_eq!(grown("actors", "actor", "SocketSession".into(), "handled"), 50);
    assert_eq!(grown("busiestPeople", "userId", mina.id.into(), "sent"), 50);
    assert_eq!(grown("busiestPeople", "userId", jun.id.into(), "sent"), 1);
    // Beside the messages, the room was asked by these questions how many are in it.
    assert!((50..=52).contains(&grown("rooms", "room", "plaza".into(), "sent")), "{after}");
    let plaza = of(&after, "rooms", "room", "plaza".into());
    assert_eq!((&plaza["members"], &plaza["waiting"]), (&1.into(), &0.into()));
    let sockets = of(&after, "actors", "actor", "SocketSession".into());
    assert_eq!((&sockets["alive"], &sockets["lastFailure"]), (&1.into(), &Value::Null));
    drop(chat);
    let gone = async || {
        let sockets = of(&seen().await, "actors", "actor", "SocketSession".into());
        (sockets["alive"] == 0 && sockets["started"] == sockets["stopped"]).then_some(())
    };
    eventually("the socket has gone", gone).await;
}
