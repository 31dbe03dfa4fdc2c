//! `GET /diary/calendar/{year}/{month}`

use chrono::TimeDelta;
use serde_json::Value;

use crate::kit::TestApp;

#[tokio::test]
async fn a_month_has_an_entry_for_each_of_its_days() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    for (month, days) in
        [("2026/11", 30), ("2026/12", 31), ("2026/2", 28), ("2028/2", 29), ("1970/1", 31), ("9999/12", 31)]
    {
        let calendar = mina.get(&format!("/diary/calendar/{month}")).await.expect(200);
        assert_eq!(calendar.list().len(), days, "{month}");
        assert!(calendar.list().iter().all(Value::is_null));
        assert_eq!(calendar.json["userProfileImg"]["userId"], mina.id);
        assert!(calendar.json["userProfileImg"]["profileImg"].is_string());
    }
}

#[tokio::test]
async fn a_diary_stands_at_its_day_in_seoul() {
    // 00:30 of the 22nd in Seoul.
    let app = TestApp::at("2026-11-21T15:30:00Z").start().await;
    let mina = app.sign_up("mina").await;
    mina.writes("<p>오늘</p>").await;
    let calendar = mina.get("/diary/calendar/2026/11").await.expect(200);
    let written: Vec<usize> =
        (1..).zip(calendar.list()).filter(|(_, entry)| !entry.is_null()).map(|(day, _)| day).collect();
    assert_eq!(written, [22]);
    assert_eq!(calendar.list()[21]["createdAt"], "2026. 11. 22.");
    let (day, owner) = (&calendar.list()[21], &calendar.json["userProfileImg"]);
    let shown =
        crate::kit::Answer { json: serde_json::json!({"day": day, "owner": owner}), ..calendar.clone() };
    insta::assert_snapshot!(shown, @r#"
    200 {
      "day": {
        "EmotionStatus": 3.5,
        "UserId": 1,
        "content": "<p>오늘</p>",
        "createdAt": "2026. 11. 22.",
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
      },
      "owner": {
        "profileImg": "http://nine.test/assets/default-profile.svg",
        "userId": 1
      }
    }
    "#);
}

#[tokio::test]
async fn the_last_day_of_a_month_is_there_until_midnight_in_seoul() {
    // 23:59 of the last of February in Seoul.
    let app = TestApp::at("2028-02-29T14:59:59.999Z").start().await;
    let mina = app.sign_up("mina").await;
    mina.writes("<p>윤일</p>").await;
    app.wait(TimeDelta::milliseconds(1));
    mina.writes("<p>삼일절</p>").await;
    let february = mina.get("/diary/calendar/2028/2").await.expect(200);
    assert_eq!(february.list()[28]["createdAt"], "2028. 2. 29.");
    let march = mina.get("/diary/calendar/2028/3").await.expect(200);
    assert_eq!(march.list()[0]["createdAt"], "2028. 3. 1.");
}

#[tokio::test]
async fn nobody_elses_diaries_are_in_it() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    mina.writes("<p>오늘</p>").await;
    assert!(jun.get("/diary/calendar/2026/11").await.list().iter().all(Value::is_null));
}

#[tokio::test]
async fn what_is_no_month_is_refused() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    for (path, field) in [
        ("2026/0", "month"),
        ("2026/13", "month"),
        ("2026/-5", "month"),
        ("2026/x", "month"),
        ("2026/99999999999999999999", "month"),
        ("24/1", "year"),
        ("10000/1", "year"),
        ("x/1", "year"),
    ] {
        let answer = mina.get(&format!("/diary/calendar/{path}")).await;
        assert_eq!(
            (answer.refusal(), &answer.json["field"]),
            ((400, "invalid_field"), &field.into()),
            "{path}"
        );
    }
}
