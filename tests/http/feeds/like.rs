//! `POST /feeds/{diaryId}/like`

use futures_util::future::join_all;

use crate::kit::TestApp;

#[tokio::test]
async fn a_like_is_given_and_taken_back() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let path = format!("/feeds/{diary}/like");
    insta::assert_snapshot!(jun.post_null(&path).await, @r#"
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
        "isPublic": true,
        "likeCount": 1,
        "sentence": "구름 뒤에는 해가 있어요",
        "sleep": "5",
        "temperature": "4",
        "updatedAt": "2026-11-22T08:46:09.917Z",
        "viewCount": 0,
        "weather": "3"
      },
      "message": "좋아요가 추가되었습니다"
    }
    "#);
    assert_eq!(mina.post_null(&path).await.expect(201).data()["likeCount"], 2, "one's own counts as well");
    let back = jun.post_null(&path).await.expect(200);
    assert_eq!((back.message(), &back.data()["likeCount"]), ("좋아요가 취소되었습니다", &1.into()));
    jun.post_nothing(&path).await.expect(201);
}

#[tokio::test]
async fn sixty_four_toggles_at_once_leave_count_and_likes_agreeing() {
    let app = TestApp::start().await;
    let (mina, jun, sora) = (app.sign_up("mina").await, app.sign_up("jun").await, app.sign_up("sora").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let path = format!("/feeds/{diary}/like");
    let togglers = (0..64).map(|n| match n {
        0..21 => &mina,
        21..41 => &jun,
        _ => &sora,
    });
    for answer in join_all(togglers.map(|person| person.post_null(&path))).await {
        assert!(matches!(answer.status, 200 | 201), "{answer}");
    }
    let mut likes = 0;
    for person in [&mina, &jun, &sora] {
        let detail = person.get(&format!("/diary/detail/{diary}")).await;
        likes += i64::from(!detail.json["like"].is_null());
    }
    let counted = mina.get(&format!("/diary/detail/{diary}")).await.data()["likeCount"].as_i64();
    assert_eq!((counted, likes), (Some(2), 2), "21 of Mina's, 20 of Jun's, 23 of Sora's");
}

#[tokio::test]
async fn what_is_no_diary_is_refused() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    insta::assert_snapshot!(mina.post_null("/feeds/999/like").await, @r#"
    400 {
      "code": "diary_not_visible",
      "message": "해당하는 일기가 없습니다"
    }
    "#);
    assert_eq!(mina.post_null("/feeds/x/like").await.refusal(), (400, "invalid_field"));
}
