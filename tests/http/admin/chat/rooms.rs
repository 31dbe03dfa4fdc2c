//! `POST` and `DELETE /admin/chat/rooms/{room}/closing`

use serde_json::{Value, json};

use super::super::deeds;
use super::{operator, start};

const PLAZA: &str = "/admin/chat/rooms/plaza/closing";

#[tokio::test]
async fn a_room_is_closed_and_opened_again_and_both_are_on_record() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = mina.chat().await;
    chat.does("join", json!({"room": "plaza"})).await;
    assert_eq!(mina.post_nothing(PLAZA).await.refusal(), (403, "not_admin"));
    assert_eq!(mina.delete(PLAZA).await.refusal(), (403, "not_admin"));
    let plaza = async || {
        let status = operator(&app).get("/admin/status").await.expect(200);
        let rooms = status.json["rooms"].as_array().unwrap().clone();
        assert_eq!(rooms.len(), 10, "{status}");
        rooms[0].clone()
    };
    assert_eq!(plaza().await, json!({"room": "plaza", "members": 1, "closed": false}));
    insta::assert_snapshot!(operator(&app).post_nothing(PLAZA).await, @r#"
    200 {
      "message": "채팅방을 닫았습니다."
    }
    "#);
    operator(&app).post_nothing(PLAZA).await.expect(200);
    assert_eq!(chat.hears("room:closed").await, json!({"room": "plaza", "reason": "closed"}));
    assert_eq!(plaza().await["closed"], true);
    insta::assert_snapshot!(operator(&app).delete(PLAZA).await, @r#"
    200 {
      "message": "채팅방을 다시 열었습니다."
    }
    "#);
    chat.does("join", json!({"room": "plaza"})).await;
    assert_eq!(plaza().await, json!({"room": "plaza", "members": 1, "closed": false}));
    let closed = ["token", "close_room", "room plaza", "done"];
    assert_eq!(deeds(&app).await, [["token", "reopen_room", "room plaza", "done"], closed, closed]);
}

#[tokio::test]
async fn only_a_room_that_there_is_is_closed_and_only_a_closed_one_opened() {
    let app = start().await;
    for room in ["snow-sad", "rain-sad@2026-11-22", "%20"] {
        let path = format!("/admin/chat/rooms/{room}/closing");
        assert_eq!(operator(&app).post_nothing(&path).await.refusal(), (404, "no_such_room"), "{room}");
        assert_eq!(operator(&app).delete(&path).await.refusal(), (404, "no_such_room"), "{room}");
    }
    assert_eq!(operator(&app).delete(PLAZA).await.refusal(), (404, "room_not_closed"));
    let status = operator(&app).get("/admin/status").await.expect(200);
    assert!(status.json["rooms"].as_array().unwrap().iter().all(|room| room["closed"] == Value::Bool(false)));
}
