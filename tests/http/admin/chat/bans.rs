//! `/admin/chat/bans`

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{operator, start};
use crate::kit::TestApp;

const BANS: &str = "/admin/chat/bans";
const TOMORROW: &str = "2026-11-23T09:00:00Z";

async fn refused(app: &TestApp, auth: Value) -> Value {
    let refusal = app.try_chat(auth).await.err();
    refusal.expect("a refusal")["data"]["code"].clone()
}

#[tokio::test]
async fn a_person_gets_put_out_and_stays_out_until_then() {
    let app = start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let (mut hers, mut his) = (mina.chat().await, jun.chat().await);
    for chat in [&mut hers, &mut his] {
        chat.does("join", json!({"room": "plaza"})).await;
    }
    let ban = json!({"userId": jun.id, "until": TOMORROW, "reason": "욕설"});
    assert_eq!(mina.post(BANS, ban.clone()).await.refusal(), (403, "not_admin"));
    insta::assert_snapshot!(operator(&app).post(BANS, ban).await, @r#"
    201 {
      "message": "채팅 이용을 제한했습니다.",
      "until": "2026-11-23T09:00:00.000Z"
    }
    "#);
    assert!(his.gets_put_out().await, "and told not to come back");
    assert_eq!(refused(&app, json!({"token": jun.authorization()})).await, "banned");
    hers.does("send", json!({"room": "plaza", "text": "저는 있어요"})).await;
    jun.get("/myInfo").await.expect(200);

    let shorter = json!({"userId": jun.id, "until": "2026-11-22T09:00:00Z", "reason": "도배"});
    let answer = operator(&app).post(BANS, shorter).await.expect(201);
    assert_eq!(answer.json["until"], "2026-11-23T09:00:00.000Z", "never shortened");
    app.wait(TimeDelta::hours(25));
    app.sign_in(&jun.email).await.chat().await.does("join", json!({"room": "plaza"})).await;
}

#[tokio::test]
async fn everybody_from_an_address_gets_put_out() {
    let app = start().await;
    let (guest, mina) = (app.chat().await, app.sign_up("mina").await);
    let hers = mina.chat().await;
    let elsewhere = json!({"address": "192.0.2.1", "until": TOMORROW, "reason": "도배"});
    operator(&app).post(BANS, elsewhere).await.expect(201);
    let other = app.chat().await;
    operator(&app)
        .post(BANS, json!({"address": "127.0.0.1", "until": TOMORROW, "reason": "도배"}))
        .await
        .expect(201);
    for chat in [guest, hers, other] {
        assert!(chat.gets_put_out().await);
    }
    assert_eq!(refused(&app, json!({})).await, "banned");
    assert_eq!(refused(&app, json!({"token": mina.authorization()})).await, "banned");
    operator(&app).delete(&format!("{BANS}?address=127.0.0.1")).await.expect(200);
    app.chat().await.does("send", json!({"room": "plaza", "text": "돌아왔어요"})).await;
}

#[tokio::test]
async fn a_ban_is_lifted_once() {
    let app = start().await;
    let jun = app.sign_up("jun").await;
    let path = format!("{BANS}?userId={}", jun.id);
    operator(&app)
        .post(BANS, json!({"userId": jun.id, "until": TOMORROW, "reason": "욕설"}))
        .await
        .expect(201);
    operator(&app).delete(&path).await.expect(200);
    jun.chat().await.does("join", json!({"room": "plaza"})).await;
    insta::assert_snapshot!(operator(&app).delete(&path).await, @r#"
    404 {
      "code": "ban_not_found",
      "message": "이용 제한이 없습니다."
    }
    "#);
    assert_eq!(jun.delete(&path).await.refusal(), (403, "not_admin"));
}

#[tokio::test]
async fn whom_and_until_when_must_be_said() {
    let app = start().await;
    let good = json!({"userId": 7, "until": TOMORROW, "reason": "욕설"});
    let cases = [
        ("userId", json!(null), "userId"),
        ("userId", json!(0), "userId"),
        ("address", json!("192.0.2.1"), "userId"),
        ("until", json!(null), "until"),
        ("until", json!("내일"), "until"),
        ("until", json!("2026-11-22T08:46:09Z"), "until"),
        ("until", json!("+12026-11-22T08:46:09Z"), "until"),
        ("reason", json!(""), "reason"),
        ("reason", json!("  "), "reason"),
        ("reason", json!("가".repeat(501)), "reason"),
        ("reason", json!(7), "reason"),
    ];
    for (key, value, field) in cases {
        let mut ban = good.clone();
        ban[key] = value;
        let refusal = operator(&app).post(BANS, ban.clone()).await;
        assert_eq!(
            (refusal.refusal(), &refusal.json["field"]),
            ((400, "invalid_field"), &field.into()),
            "{ban}"
        );
    }
    let nobody = json!({"address": "nowhere", "until": TOMORROW, "reason": "도배"});
    assert_eq!(operator(&app).post(BANS, nobody).await.json["field"], "address");
    for query in ["", "?userId=x", "?address=x", "?userId=1&address=192.0.2.1"] {
        assert_eq!(
            operator(&app).delete(&format!("{BANS}{query}")).await.refusal(),
            (400, "invalid_field"),
            "{query}"
        );
    }
}
