//! `DELETE /admin/chat/messages/{messageId}`

use chrono::TimeDelta;
use serde_json::json;

use super::{operator, start};
use crate::kit::diary;

#[tokio::test]
async fn who_is_in_the_room_is_told() {
    let app = start().await;
    let (mut guest, mut other) = (app.chat().await, app.chat().await);
    other.does("join", json!({"room": "plaza"})).await;
    let sent = guest.does("send", json!({"room": "plaza", "text": "나쁜 말"})).await;
    let path = format!("/admin/chat/messages/{}", sent["id"].as_str().unwrap());
    assert_eq!(app.sign_up("mina").await.delete(&path).await.refusal(), (403, "not_admin"));
    operator(&app).delete(&path).await.expect(200);
    let deleted = json!({"room": "plaza", "_id": sent["id"], "seq": 2});
    assert_eq!(other.hears("message:deleted").await, deleted);
    assert_eq!(guest.hears("message:deleted").await, deleted);
    assert!(app.visitor().get("/community/rooms/plaza/messages").await.list().is_empty());
    let next = guest.does("send", json!({"room": "plaza", "text": "좋은 말"})).await;
    assert_eq!(next["seq"], 3, "the room goes on behind it");

    for gone in [path.as_str(), "/admin/chat/messages/0123456789abcdef01234567", "/admin/chat/messages/x"] {
        assert_eq!(operator(&app).delete(gone).await.refusal(), (404, "message_not_found"), "{gone}");
    }
}

#[tokio::test]
async fn a_room_of_yesterday_is_cleaned_as_well() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    mina.post_diary(diary("<p>맑음</p>").with("weather", "3").with("EmotionStatus", "5")).await.expect(201);
    let mut chat = mina.chat().await;
    chat.does("join", json!({"room": "sun-happy"})).await;
    let sent = chat.does("send", json!({"room": "sun-happy", "text": "나쁜 말"})).await;
    drop(chat);
    app.wait(TimeDelta::hours(12));
    operator(&app)
        .delete(&format!("/admin/chat/messages/{}", sent["id"].as_str().unwrap()))
        .await
        .expect(200);
    let mina = app.sign_in(&mina.email).await;
    assert!(mina.get("/community/rooms/sun-happy@2026-11-22/messages").await.expect(200).list().is_empty());
}
