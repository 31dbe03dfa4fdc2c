//! `GET /feeds/mydiaries`

use chrono::TimeDelta;
use serde_json::Value;

use crate::kit::{Answer, TestApp, diary};

fn days(page: &Answer) -> Vec<&str> {
    page.list().iter().map(|diary| diary["diaryDate"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_own_list_has_true_instants_and_private_diaries() {
    // 00:30 of the 22nd in Seoul.
    let app = TestApp::at("2026-11-21T15:30:00Z").start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    mina.writes_privately("<p>비밀</p>").await;
    jun.writes("<p>준</p>").await;
    insta::assert_snapshot!(mina.get("/feeds/mydiaries?page=1&date=2026-11-21T15:30:00.000Z").await, @r#"
    200 {
      "data": [
        {
          "EmotionStatus": 3.5,
          "UserId": 1,
          "content": "<p>비밀</p>",
          "createdAt": "2026-11-21T15:30:00.000Z",
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
async fn the_month_is_that_of_seoul_also_in_its_first_nine_hours() {
    // 12:00 of the 31st of October in Seoul.
    let app = TestApp::at("2026-10-31T03:00:00Z").start().await;
    let mina = app.sign_up("mina").await;
    mina.writes("<p>시월</p>").await;
    // 00:00 and 08:59 of the 1st of November.
    app.clock.set("2026-10-31T15:00:00Z".parse().unwrap());
    let mina = app.sign_in(&mina.email).await;
    mina.writes("<p>십일월</p>").await;
    let list = async |date: &str| mina.get(&format!("/feeds/mydiaries?page=1&date={date}")).await.expect(200);
    for date in
        ["2026-10-31T15:00:00.000Z", "2026-10-31T23:59:59.999Z", "2026-11-30T14:59:59.999Z", "2026-11-01"]
    {
        assert_eq!(days(&list(date).await), ["2026-11-01"], "{date}");
    }
    for date in ["2026-10-31T14:59:59.999Z", "2026-09-30T15:00:00.000Z", "2026-10-31"] {
        assert_eq!(days(&list(date).await), ["2026-10-31"], "{date}");
    }
    assert_eq!(
        days(&mina.get("/feeds/mydiaries").await),
        ["2026-11-01", "2026-10-31"],
        "without a date: all"
    );
}

#[tokio::test]
async fn blanks_after_the_date_do_not_matter() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    mina.writes("<p>오늘</p>").await;
    let date = "2026-11-22T08:46:09.917Z%0A%20%20%20%20";
    let list = mina.get(&format!("/feeds/mydiaries?page=1&date={date}")).await.expect(200);
    assert_eq!(list.list().len(), 1);
}

#[tokio::test]
async fn ten_make_a_page() {
    let app = TestApp::at("2026-11-01T03:00:00Z").start().await;
    let mut mina = app.sign_up("mina").await;
    for _ in 0..11 {
        mina.post_diary(diary("<p>오늘</p>").without("image")).await.expect(201);
        app.wait(TimeDelta::days(1));
        mina = app.sign_in(&mina.email).await;
    }
    let page = async |n: u32| {
        mina.get(&format!("/feeds/mydiaries?page={n}&date=2026-11-12T03:00:00.000Z")).await.expect(200)
    };
    let (first, second) = (page(1).await, page(2).await);
    assert_eq!((days(&first)[0], days(&first).len(), first.json.get("next")), ("2026-11-11", 10, None));
    assert_eq!((days(&second), &second.json["next"]), (vec!["2026-11-01"], &Value::Bool(true)));
}

#[tokio::test]
async fn what_is_no_date_is_refused() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    insta::assert_snapshot!(mina.get("/feeds/mydiaries?date=yesterday").await, @r#"
    400 {
      "code": "invalid_field",
      "field": "date",
      "message": "ISO 8601 형식의 날짜여야 합니다."
    }
    "#);
    for date in ["2026-13-01", "2026-02-30T00:00:00Z", "99999-01-01", "%00", "1795323600123"] {
        let answer = mina.get(&format!("/feeds/mydiaries?date={date}")).await;
        assert_eq!(answer.refusal(), (400, "invalid_field"), "{date}");
    }
}
