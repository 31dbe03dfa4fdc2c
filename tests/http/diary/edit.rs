//! `PATCH /diary/edit/{diaryId}`

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::kit::TestApp;

#[tokio::test]
async fn an_absent_is_public_means_private_and_an_absent_text_stays() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let diary = mina.writes("<p>오늘</p>").await;
    app.wait(TimeDelta::minutes(5));
    insta::assert_snapshot!(mina.patch(&format!("/diary/edit/{diary}"), json!({})).await, @r#"
    201 {
      "data": {
        "EmotionStatus": 3.5,
        "UserId": 1,
        "content": "<p>오늘</p>",
        "createdAt": "2026-11-22T17:46:09.917Z",
        "deletedAt": null,
        "diaryDate": "2026-11-22",
        "diaryId": 1,
        "humid": "3",
        "image": "http://nine.test/uploads/[key].png",
        "isPublic": false,
        "likeCount": 0,
        "sentence": "구름 뒤에는 해가 있어요",
        "sleep": "5",
        "temperature": "4",
        "updatedAt": "2026-11-22T08:51:09.917Z",
        "viewCount": 0,
        "weather": "3"
      },
      "message": "다이어리 수정 완료"
    }
    "#);
    assert!(app.visitor().get("/feeds").await.list().is_empty());
}

#[tokio::test]
async fn a_text_alone_is_changed_sanitised_and_makes_it_private() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let diary = mina.writes("<p>오늘</p>").await;
    let path = format!("/diary/edit/{diary}");
    let body = json!({"content": "<p>고쳐 씀<script>x()</script></p>", "isPublic": true, "weather": "1"});
    let edited = mina.patch(&path, body).await.expect(201);
    assert_eq!(
        (&edited.data()["content"], &edited.data()["isPublic"], &edited.data()["weather"]),
        (&"<p>고쳐 씀</p>".into(), &true.into(), &"3".into())
    );
    let edited = mina.patch(&path, json!({"content": "<p>다시</p>"})).await.expect(201);
    assert_eq!(edited.data()["isPublic"], false);
    let edited = mina.patch(&path, json!({"content": null, "isPublic": "TRUE"})).await.expect(201);
    assert_eq!(
        (&edited.data()["content"], &edited.data()["isPublic"]),
        (&"<p>다시</p>".into(), &true.into())
    );
}

#[tokio::test]
async fn what_breaks_a_rule_changes_nothing() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let diary = mina.writes("<p>오늘</p>").await;
    let path = format!("/diary/edit/{diary}");
    for (body, field) in [
        (json!({"content": "가".repeat(201), "isPublic": true}), "content"),
        (json!({"content": 7, "isPublic": true}), "content"),
        (json!({"isPublic": 1}), "isPublic"),
        (json!({"isPublic": ""}), "isPublic"),
    ] {
        let answer = mina.patch(&path, body.clone()).await;
        assert_eq!(
            (answer.refusal(), &answer.json["field"]),
            ((400, "invalid_field"), &field.into()),
            "{body}"
        );
    }
    let read = mina.get(&format!("/diary/detail/{diary}")).await;
    assert_eq!(
        (&read.data()["content"], &read.data()["isPublic"]),
        (&"<p>오늘</p>".into(), &Value::Bool(true))
    );
}

#[tokio::test]
async fn somebody_elses_is_not_found() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let answer = jun.patch(&format!("/diary/edit/{diary}"), json!({"content": "<p>내 것</p>"})).await;
    insta::assert_snapshot!(answer, @r#"
    404 {
      "code": "diary_not_yours",
      "message": "작성된 일기가 없습니다"
    }
    "#);
    assert_eq!(jun.patch("/diary/edit/999", json!({})).await.refusal(), (404, "diary_not_yours"));
}
