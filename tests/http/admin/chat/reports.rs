//! `GET /admin/chat/reports`

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{operator, start};
use crate::kit::Answer;

fn reasons(answer: &Answer) -> Vec<&str> {
    answer.list().iter().map(|report| report["reason"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn they_say_what_was_said_by_whom() {
    let app = start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let mut his = jun.chat().await;
    let you = his.does("join", json!({"room": "plaza"})).await["you"].clone();
    let sent = his.does("send", json!({"room": "plaza", "text": "나쁜 말"})).await;
    let mut hers = mina.chat().await;
    hers.does("join", json!({"room": "plaza"})).await;
    app.wait(TimeDelta::minutes(1));
    hers.does("report", json!({"messageId": sent["id"], "reason": "욕설이에요"})).await;
    let mut guest = app.chat().await;
    app.wait(TimeDelta::minutes(1));
    guest.does("report", json!({"messageId": sent["id"], "reason": "저도요"})).await;

    let reports = operator(&app).get("/admin/chat/reports").await.expect(200);
    assert_eq!(reasons(&reports), ["저도요", "욕설이에요"]);
    assert_eq!(reports.json["next"], Value::Null);
    let expected = json!({
        "messageId": sent["id"],
        "room": "plaza",
        "chat": "나쁜 말",
        "alias": you["alias"],
        "authorId": you["id"],
        "userId": jun.id,
        "reporterId": mina.id,
        "reason": "욕설이에요",
        "createdAt": "2026-11-22T08:47:09.917Z",
    });
    assert_eq!(reports.list()[1], expected);
    assert_eq!(reports.list()[0]["reporterId"], Value::Null);
}

#[tokio::test]
async fn pages_follow_their_mark_also_within_one_instant() {
    let app = start().await;
    let mut guest = app.chat().await;
    for n in 0..5 {
        let sent = guest.does("send", json!({"room": "plaza", "text": "말"})).await;
        guest.does("report", json!({"messageId": sent["id"], "reason": format!("{n}")})).await;
    }
    let operator = operator(&app);
    let all = operator.get("/admin/chat/reports").await;
    let mut path = "/admin/chat/reports?limit=2".to_owned();
    let mut paged = Vec::new();
    loop {
        let page = operator.get(&path).await.expect(200);
        paged.extend(page.list().to_vec());
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("/admin/chat/reports?limit=2&before={next}");
    }
    assert_eq!(paged, all.list());
    assert_eq!(paged.len(), 5);
    for query in ["limit=0", "limit=x", "before=x", "before=1.2.3"] {
        let refusal = operator.get(&format!("/admin/chat/reports?{query}")).await;
        assert_eq!(refusal.refusal(), (400, "invalid_field"), "{query}");
    }
}

#[tokio::test]
async fn only_administrators_read_them() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    assert_eq!(mina.get("/admin/chat/reports").await.refusal(), (403, "not_admin"));
    assert_eq!(app.stranger().get("/admin/chat/reports").await.refusal(), (401, "token_missing"));
}
