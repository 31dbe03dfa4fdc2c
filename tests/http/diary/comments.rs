//! `/diary/detail/comment/{id}`

use chrono::TimeDelta;
use serde_json::json;

use crate::kit::TestApp;

#[tokio::test]
async fn comments_are_listed_newest_first_with_their_authors() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let path = format!("/diary/detail/comment/{diary}");
    insta::assert_snapshot!(jun.post(&path, json!({"content": " <b>좋아요</b>\n"})).await, @r#"
    201 {
      "message": "댓글이 등록되었습니다"
    }
    "#);
    app.wait(TimeDelta::minutes(1));
    mina.post(&path, json!({"content": "고마워요"})).await.expect(201);
    insta::assert_snapshot!(jun.get(&path).await, @r#"
    200 {
      "data": [
        {
          "DiaryId": 1,
          "User": {
            "profileImg": "http://nine.test/assets/default-profile.svg",
            "username": "mina"
          },
          "UserId": 1,
          "commentId": 2,
          "content": "고마워요",
          "createdAt": "2026-11-22T08:47:09.917Z",
          "deletedAt": null,
          "isEdited": false,
          "updatedAt": "2026-11-22T08:47:09.917Z"
        },
        {
          "DiaryId": 1,
          "User": {
            "profileImg": "http://nine.test/assets/default-profile.svg",
            "username": "jun"
          },
          "UserId": 2,
          "commentId": 1,
          "content": " <b>좋아요</b>\n",
          "createdAt": "2026-11-22T08:46:09.917Z",
          "deletedAt": null,
          "isEdited": false,
          "updatedAt": "2026-11-22T08:46:09.917Z"
        }
      ]
    }
    "#);
    for visitor in [app.visitor(), app.stranger()] {
        assert_eq!(visitor.get(&path).await.expect(200).list().len(), 2);
    }
}

#[tokio::test]
async fn an_own_comment_can_be_changed_and_is_marked() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let comment = jun.comments(diary, "좋아요").await;
    let path = format!("/diary/detail/comment/{comment}");
    app.wait(TimeDelta::minutes(1));
    insta::assert_snapshot!(jun.patch(&path, json!({"content": "아주 좋아요"})).await, @r#"
    201 {
      "message": "댓글 수정 완료"
    }
    "#);
    let comments = jun.get(&format!("/diary/detail/comment/{diary}")).await;
    let changed = &comments.list()[0];
    assert_eq!((&changed["content"], &changed["isEdited"]), (&"아주 좋아요".into(), &true.into()));
    assert_ne!(changed["createdAt"], changed["updatedAt"]);

    insta::assert_snapshot!(mina.patch(&path, json!({"content": "내 것"})).await, @r#"
    401 {
      "code": "comment_not_yours",
      "message": "수정 권한이 없습니다"
    }
    "#);
    insta::assert_snapshot!(jun.patch("/diary/detail/comment/999", json!({"content": "x"})).await, @r#"
    400 {
      "code": "comment_not_found",
      "message": "존재하지 않는 댓글입니다"
    }
    "#);
}

#[tokio::test]
async fn an_own_comment_can_be_taken_away_with_its_replies() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let comment = jun.comments(diary, "좋아요").await;
    mina.replies(diary, comment, "고마워요").await;
    let path = format!("/diary/detail/comment/{comment}");
    insta::assert_snapshot!(mina.delete(&path).await, @r#"
    401 {
      "code": "comment_not_yours",
      "message": "삭제 권한이 없습니다"
    }
    "#);
    insta::assert_snapshot!(jun.delete(&path).await, @r#"
    201 {
      "message": "댓글 삭제 완료"
    }
    "#);
    insta::assert_snapshot!(jun.delete(&path).await, @r#"
    404 {
      "code": "comment_not_found",
      "message": "댓글이 존재하지 않습니다"
    }
    "#);
    assert!(jun.get(&format!("/diary/detail/comment/{diary}")).await.list().is_empty());
    assert!(jun.get(&format!("/diary/detail/secondaryComment/{diary}")).await.list().is_empty());
}

#[tokio::test]
async fn a_comment_has_1_to_200_units_and_says_something() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let diary = mina.writes("<p>오늘</p>").await;
    let path = format!("/diary/detail/comment/{diary}");
    let comment = mina.comments(diary, &"가".repeat(200)).await;
    let one = format!("/diary/detail/comment/{comment}");
    for body in [
        json!({}),
        json!({"content": null}),
        json!({"content": ""}),
        json!({"content": " \n"}),
        json!({"content": 7}),
        json!({"content": "가".repeat(201)}),
        json!({"content": "😀".repeat(101)}),
    ] {
        for answer in [mina.post(&path, body.clone()).await, mina.patch(&one, body.clone()).await] {
            assert_eq!(
                (answer.refusal(), &answer.json["field"]),
                ((400, "invalid_field"), &"content".into()),
                "{body}"
            );
        }
    }
    assert_eq!(mina.get(&path).await.list().len(), 1);
    insta::assert_snapshot!(mina.post("/diary/detail/comment/999", json!({"content": "x"})).await, @r#"
    400 {
      "code": "diary_not_visible",
      "message": "해당하는 일기가 없습니다"
    }
    "#);
}
