//! `GET /feeds`

mod like;
mod mydiaries;

use chrono::TimeDelta;
use serde_json::Value;

use crate::kit::{Answer, TestApp, diary};

fn ids(page: &Answer) -> Vec<i64> {
    page.list().iter().map(|diary| diary["diaryId"].as_i64().unwrap()).collect()
}

/// Lets `count` people write one diary each, a minute after another; answers the ids, newest first.
async fn filled(app: &TestApp, count: usize) -> Vec<i64> {
    let mut written = Vec::new();
    for n in 0..count {
        let person = app.sign_up(&format!("person{n}")).await;
        let answer = person.post_diary(diary("<p>오늘</p>").without("image")).await.expect(201);
        written.insert(0, answer.data()["diaryId"].as_i64().unwrap());
        app.wait(TimeDelta::minutes(1));
    }
    written
}

#[tokio::test]
async fn public_diaries_are_shown_with_the_digits_of_seoul() {
    // 00:30 of the 22nd in Seoul.
    let app = TestApp::at("2026-11-21T15:30:00Z").start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    mina.writes("<p>미나</p>").await;
    jun.writes_privately("<p>준</p>").await;
    insta::assert_snapshot!(app.visitor().get("/feeds?page=1").await, @r#"
    200 {
      "data": [
        {
          "EmotionStatus": 3.5,
          "UserId": 1,
          "content": "<p>미나</p>",
          "createdAt": "2026-11-22T00:30:00.000Z",
          "deletedAt": null,
          "diaryDate": "2026-11-22",
          "diaryId": 1,
          "humid": "3",
          "image": "http://nine.test/uploads/[key].png",
          "isPublic": true,
          "likeCount": 0,
          "sentence": "구름 뒤에는 해가 있어요",
          "sleep": "5",
          "temperature": "4",
          "updatedAt": "2026-11-21T15:30:00.000Z",
          "viewCount": 0,
          "weather": "3"
        }
      ],
      "next": true
    }
    "#);
}

#[tokio::test]
async fn ten_make_a_page_and_only_the_last_says_next() {
    let app = TestApp::start().await;
    let written = filled(&app, 11).await;
    let page = async |n: &str| app.visitor().get(&format!("/feeds?page={n}")).await.expect(200);
    let (first, second, third) = (page("1").await, page("2").await, page("3").await);
    assert_eq!(ids(&first), written[..10]);
    assert_eq!(first.json.get("next"), None, "the client's test is inverted");
    assert_eq!(ids(&second), written[10..]);
    assert_eq!(second.json["next"], true);
    assert!(third.list().is_empty());
    assert_eq!(third.json["next"], true);
    for n in ["", "0", "-1", "x", "1e9", "%00"] {
        assert_eq!(ids(&page(n).await), written[..10], "page={n}");
    }
    assert_eq!(ids(&app.visitor().get("/feeds").await), written[..10]);
}

#[tokio::test]
async fn exactly_ten_are_the_last_page() {
    let app = TestApp::start().await;
    filled(&app, 10).await;
    let page = app.visitor().get("/feeds?page=1").await;
    assert_eq!((page.list().len(), &page.json["next"]), (10, &Value::Bool(true)));
}

#[tokio::test]
async fn diaries_of_one_instant_have_an_order() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let (first, second) = (mina.writes("<p>미나</p>").await, jun.writes("<p>준</p>").await);
    assert_eq!(ids(&app.visitor().get("/feeds").await), [second, first]);
}

#[tokio::test]
async fn the_feed_looks_back_two_calendar_months() {
    // 00:00 of the 22nd of September in Seoul.
    let app = TestApp::at("2026-09-21T15:00:00Z").start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    app.wait(TimeDelta::milliseconds(-1));
    mina.writes("<p>21일</p>").await;
    app.wait(TimeDelta::milliseconds(1));
    let kept = jun.writes("<p>22일</p>").await;
    assert_eq!(ids(&app.visitor().get("/feeds").await).len(), 2);
    // 23:00 of the 22nd of November.
    app.clock.set("2026-11-22T14:00:00Z".parse().unwrap());
    assert_eq!(ids(&app.visitor().get("/feeds").await), [kept]);
    app.clock.set("2026-11-22T15:00:00Z".parse().unwrap());
    assert!(app.visitor().get("/feeds").await.list().is_empty());
}

#[tokio::test]
async fn what_else_is_asked_is_ignored() {
    let app = TestApp::start().await;
    let query = "?date=yesterday&lastCreatedAt=x&page=1&page=2&%ff=%ff";
    app.visitor().get(&format!("/feeds{query}")).await.expect(200);
}
