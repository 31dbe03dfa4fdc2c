//! `/myInfo/sessions`

use chrono::TimeDelta;

use crate::kit::TestApp;

#[tokio::test]
async fn sessions_are_listed_latest_sign_in_first() {
    let app = TestApp::start().await;
    let phone = app.sign_up("mina").await;
    app.wait(TimeDelta::minutes(30));
    let device = app.stranger().with("user-agent", "Mozilla/5.0 (Linux; Android 15)");
    let body = serde_json::json!({"email": phone.email, "password": crate::kit::PASSWORD});
    device.post("/signin", body).await.expect(200);
    app.refreshing(phone.refresh_token()).post_nothing("/token").await.expect(201);
    app.sign_up("jun").await;
    insta::assert_snapshot!(phone.get("/myInfo/sessions").await, @r#"
    200 {
      "data": [
        {
          "createdAt": "2026-11-22T09:16:09.917Z",
          "current": false,
          "device": "Mozilla/5.0 (Linux; Android 15)",
          "expiresAt": "2026-11-29T09:16:09.917Z",
          "lastUsedAt": "2026-11-22T09:16:09.917Z",
          "sessionId": "[key]"
        },
        {
          "createdAt": "2026-11-22T08:46:09.917Z",
          "current": true,
          "device": null,
          "expiresAt": "2026-11-29T08:46:09.917Z",
          "lastUsedAt": "2026-11-22T09:16:09.917Z",
          "sessionId": "[key]"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn one_session_can_be_ended_from_another() {
    let app = TestApp::start().await;
    let phone = app.sign_up("mina").await;
    let laptop = app.sign_in(&phone.email).await;
    let sessions = laptop.get("/myInfo/sessions").await;
    let other = sessions.list().iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/myInfo/sessions/{}", other["sessionId"].as_str().unwrap());
    insta::assert_snapshot!(laptop.delete(&path).await, @r#"
    200 {
      "message": "세션이 종료되었습니다."
    }
    "#);
    assert_eq!(phone.get("/myInfo").await.refusal(), (401, "session_ended"));
    assert_eq!(laptop.get("/myInfo/sessions").await.list().len(), 1);
    insta::assert_snapshot!(laptop.delete(&path).await, @r#"
    404 {
      "code": "session_not_found",
      "message": "존재하지 않는 세션입니다."
    }
    "#);
}

#[tokio::test]
async fn somebody_elses_session_cannot_be_ended() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let sessions = mina.get("/myInfo/sessions").await;
    let id = sessions.list()[0]["sessionId"].as_str().unwrap();
    for id in [id, "x", "%00", "0123456789abcdef0123456789abcdef"] {
        assert_eq!(jun.delete(&format!("/myInfo/sessions/{id}")).await.refusal(), (404, "session_not_found"));
    }
    mina.get("/myInfo").await.expect(200);
}

#[tokio::test]
async fn all_can_be_ended_at_once() {
    let app = TestApp::start().await;
    let phone = app.sign_up("mina").await;
    let laptop = app.sign_in(&phone.email).await;
    insta::assert_snapshot!(laptop.delete("/myInfo/sessions").await, @r#"
    200 {
      "message": "모든 세션이 종료되었습니다."
    }
    "#);
    for session in [&phone, &laptop] {
        assert_eq!(session.get("/myInfo").await.refusal(), (401, "session_ended"));
    }
    app.sign_in(&phone.email).await;
}
