//! `GET /community/rooms`

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::kit::{Answer, TestApp, diary, eventually};

fn rooms(answer: &Answer) -> Vec<&str> {
    answer.list().iter().map(|room| room["room"].as_str().unwrap()).collect()
}

fn mine(answer: &Answer) -> Vec<&str> {
    let mine = answer.list().iter().filter(|room| room["mine"] == true);
    mine.map(|room| room["room"].as_str().unwrap()).collect()
}

fn members(answer: &Answer) -> Vec<&Value> {
    answer.list().iter().map(|room| &room["members"]).collect()
}

#[tokio::test]
async fn all_ten_are_listed_with_who_is_there() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let before = visitor.get("/community/rooms").await.expect(200);
    let clouds = ["rain", "cloud", "sun"]
        .map(|weather| ["sad", "soso", "happy"].map(|mood| format!("{weather}-{mood}")));
    let expected: Vec<String> =
        std::iter::once("plaza".to_owned()).chain(clouds.into_iter().flatten()).collect();
    assert_eq!(rooms(&before), expected);
    assert_eq!(before.list()[0], json!({"room": "plaza", "members": 0, "mine": false}));
    assert_eq!(members(&before), [0; 10]);

    let mina = app.sign_up("mina").await;
    mina.post_diary(diary("<p>맑음</p>").with("weather", "3").with("EmotionStatus", "5")).await.expect(201);
    let _guest = app.chat().await;
    let (mut phone, mut desk) = (mina.chat().await, mina.chat().await);
    for socket in [&mut phone, &mut desk] {
        socket.does("join", json!({"room": "sun-happy"})).await;
    }
    phone.does("join", json!({"room": "plaza"})).await;
    let there = visitor.get("/community/rooms").await;
    assert_eq!(members(&there), [2, 0, 0, 0, 0, 0, 0, 0, 0, 1], "somebody with two sockets is one");
    phone.does("leave", json!({"room": "plaza"})).await;
    assert_eq!(members(&visitor.get("/community/rooms").await)[0], 1);
}

#[tokio::test]
async fn the_people_of_all_nodes_add_up() {
    let app = TestApp::start().await;
    let node = app.another_node(true);
    let (_here, _there) = (app.chat().await, node.chat().await);
    let count = async |app: &TestApp| {
        let answer = app.visitor().get("/community/rooms").await.expect(200);
        (answer.list()[0]["members"] == 2).then_some(())
    };
    eventually("two people here", async || count(&app).await).await;
    eventually("two people there", async || count(&node).await).await;
}

#[tokio::test]
async fn with_a_token_the_cloud_of_today_is_marked() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    assert!(mine(&mina.get("/community/rooms").await).is_empty(), "nothing is written yet");
    mina.post_diary(diary("<p>비</p>").with("weather", "1").with("EmotionStatus", "1")).await.expect(201);
    assert_eq!(mine(&mina.get("/community/rooms").await), ["rain-sad"]);
    assert!(mine(&app.visitor().get("/community/rooms").await).is_empty());
    assert_eq!(app.bearing("Bearer x").get("/community/rooms").await.refusal(), (401, "token_invalid"));
    app.wait(TimeDelta::hours(7));
    assert_eq!(mina.get("/community/rooms").await.refusal(), (419, "token_expired"));
    let again = app.sign_in(&mina.email).await;
    assert!(mine(&again.get("/community/rooms").await).is_empty(), "it is another day");
}
