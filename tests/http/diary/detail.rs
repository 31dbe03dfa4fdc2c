//! `GET /diary/detail/{diaryId}`

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::Value;

use crate::kit::TestApp;

#[tokio::test]
async fn a_diary_is_shown_with_the_digits_of_seoul_and_the_viewers_like() {
    // 01:30 of the 12th in Seoul: the example of contract §5.3.
    let app = TestApp::at("2024-01-11T16:30:00Z").start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>한밤중</p>").await;
    let path = format!("/diary/detail/{diary}");
    insta::assert_snapshot!(mina.get(&path).await, @r#"
    200 {
      "data": {
        "EmotionStatus": 3.5,
        "UserId": 1,
        "content": "<p>한밤중</p>",
        "createdAt": "2024-01-12T01:30:00.000Z",
        "deletedAt": null,
        "diaryDate": "2024-01-12",
        "diaryId": 1,
        "humid": "3",
        "image": "http://nine.test/uploads/[key].png",
        "isPublic": true,
        "likeCount": 0,
        "likeExist": false,
        "sentence": "구름 뒤에는 해가 있어요",
        "sleep": "5",
        "temperature": "4",
        "updatedAt": "2024-01-11T16:30:00.000Z",
        "viewCount": 0,
        "weather": "3"
      },
      "like": null
    }
    "#);
    jun.post_null(&format!("/feeds/{diary}/like")).await.expect(201);
    let seen = jun.get(&path).await.expect(200);
    assert_eq!((&seen.data()["likeExist"], &seen.data()["likeCount"]), (&true.into(), &1.into()));
    let like = crate::kit::Answer { json: seen.json["like"].clone(), ..seen };
    insta::assert_snapshot!(like, @r#"
    200 {
      "DiaryId": 1,
      "UserId": 2,
      "createdAt": "2024-01-11T16:30:00.000Z",
      "diarylikeId": 1,
      "likeExist": true,
      "updatedAt": "2024-01-11T16:30:00.000Z"
    }
    "#);
    assert_eq!(mina.get(&path).await.json["like"], Value::Null, "somebody else's like is not hers");
}

#[tokio::test]
async fn a_visitor_may_see_a_public_one() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let diary = mina.writes("<p>오늘</p>").await;
    for visitor in [app.visitor(), app.stranger(), app.bearing("undefined")] {
        let seen = visitor.get(&format!("/diary/detail/{diary}")).await.expect(200);
        assert_eq!((&seen.json["like"], &seen.data()["likeExist"]), (&Value::Null, &false.into()));
    }
}

#[tokio::test]
async fn views_are_counted_once_in_ten_minutes_for_each_viewer_and_diary() {
    let app = TestApp::start().await;
    let (mina, jun, sora) = (app.sign_up("mina").await, app.sign_up("jun").await, app.sign_up("sora").await);
    let (hers, his) = (mina.writes("<p>미나</p>").await, jun.writes("<p>준</p>").await);
    let updated = mina.get(&format!("/diary/detail/{hers}")).await.data()["updatedAt"].clone();
    let count = async |viewer: &crate::kit::Client<'_>, diary: i64| {
        let seen = viewer.get(&format!("/diary/detail/{diary}")).await.expect(200);
        seen.data()["viewCount"].as_i64().unwrap()
    };
    assert_eq!(count(&mina, hers).await, 0, "one's own look does not count");
    assert_eq!(count(&sora, hers).await, 1);
    assert_eq!(count(&sora, his).await, 1, "another diary is another view");
    assert_eq!(count(&sora, hers).await, 1);
    assert_eq!(count(&jun, hers).await, 2, "another viewer as well");
    assert_eq!(count(&app.visitor(), hers).await, 2, "visitors are not told apart");
    app.wait(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    assert_eq!(count(&sora, hers).await, 2);
    app.wait(TimeDelta::seconds(1));
    assert_eq!(count(&sora, hers).await, 3);
    assert_eq!(mina.get(&format!("/diary/detail/{hers}")).await.data()["updatedAt"], updated);
}

#[tokio::test]
async fn what_is_no_diary_is_refused() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    insta::assert_snapshot!(mina.get("/diary/detail/1").await, @r#"
    400 {
      "code": "diary_not_found",
      "message": "존재하지 않는 일기입니다"
    }
    "#);
    insta::assert_snapshot!(mina.get("/diary/detail/x").await, @r#"
    400 {
      "code": "invalid_field",
      "field": "diaryId",
      "message": "1 이상의 정수여야 합니다."
    }
    "#);
    for id in ["0", "-1", "1.5", "9007199254740992", "9223372036854775808", "%00", "%ff"] {
        assert_eq!(mina.get(&format!("/diary/detail/{id}")).await.status, 400, "{id}");
    }
    assert_eq!(mina.get("/diary/detail/9007199254740991").await.refusal(), (400, "diary_not_found"));
}

/// D-H1: the order is decided in `comment_reads`, where it is tested; here, that both are answered soon.
#[tokio::test]
async fn a_detail_does_not_overtake_the_comments_asked_for_before_it() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let (comments, detail) = (format!("/diary/detail/comment/{diary}"), format!("/diary/detail/{diary}"));
    for _ in 0..10 {
        let began = Instant::now();
        let (comments, detail) = join(jun.get(&comments), jun.get(&detail)).await;
        assert_eq!((comments.status, detail.status), (200, 200));
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}
