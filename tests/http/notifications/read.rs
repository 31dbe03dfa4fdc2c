//! `PATCH /notifications/read`

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use crate::kit::TestApp;

#[tokio::test]
async fn they_are_marked_up_to_one_or_all() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    for _ in 0..3 {
        jun.comments(diary, "좋아요").await;
    }
    let told = mina.get("/notifications").await;
    let second = told.list()[1]["notificationId"].as_i64().unwrap();
    app.wait(TimeDelta::minutes(1));
    insta::assert_snapshot!(mina.patch("/notifications/read", json!({"upTo": second})).await, @r#"
    200 {
      "message": "알림을 읽음으로 표시했습니다.",
      "unread": 1
    }
    "#);
    let told = mina.get("/notifications").await;
    let read_at: Vec<_> = told.list().iter().map(|one| one["readAt"].as_str()).collect();
    assert_eq!(read_at, [None, Some("2026-11-22T08:47:09.917Z"), Some("2026-11-22T08:47:09.917Z")]);
    assert_eq!(told.json["unread"], 1);

    app.wait(TimeDelta::minutes(1));
    let all = mina.send(mina.request(Method::PATCH, "/notifications/read")).await.expect(200);
    assert_eq!(all.json["unread"], 0);
    let told = mina.get("/notifications").await;
    assert_eq!(told.list()[0]["readAt"], "2026-11-22T08:48:09.917Z");
    assert_eq!(told.list()[1]["readAt"], "2026-11-22T08:47:09.917Z", "read is read");
}

#[tokio::test]
async fn only_ones_own_are_marked() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    jun.comments(diary, "좋아요").await;
    let id = mina.get("/notifications").await.list()[0]["notificationId"].clone();
    assert_eq!(jun.patch("/notifications/read", json!({"upTo": id})).await.expect(200).json["unread"], 0);
    assert_eq!(mina.get("/notifications").await.json["unread"], 1);
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    for up_to in [json!(0), json!(-1), json!(1.5), json!("x"), json!(true), json!([1]), json!(1e300)] {
        let refusal = mina.patch("/notifications/read", json!({"upTo": up_to})).await;
        assert_eq!((refusal.refusal(), &refusal.json["field"]), ((400, "invalid_field"), &"upTo".into()));
    }
}
