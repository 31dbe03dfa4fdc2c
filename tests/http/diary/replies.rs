//! `/diary/detail/secondaryComment/…`

use chrono::TimeDelta;
use serde_json::json;

use crate::kit::{Person, TestApp};

/// A diary of Mina's, and a comment of Jun's below it.
async fn conversation(app: &TestApp) -> (Person<'_>, Person<'_>, i64, i64) {
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let comment = jun.comments(diary, "좋아요").await;
    (mina, jun, diary, comment)
}

#[tokio::test]
async fn replies_are_listed_newest_first_with_their_authors() {
    let app = TestApp::start().await;
    let (mina, jun, diary, comment) = conversation(&app).await;
    let path = format!("/diary/detail/secondaryComment/{diary}");
    let reply = mina.post(&format!("{path}/{comment}"), json!({"content": "고마워요"})).await;
    insta::assert_snapshot!(reply, @r#"
    201 {
      "message": "대댓글이 등록되었습니다"
    }
    "#);
    app.wait(TimeDelta::minutes(1));
    jun.replies(diary, comment, "천만에요").await;
    insta::assert_snapshot!(mina.get(&path).await, @r#"
    200 {
      "data": [
        {
          "CommentId": 1,
          "DiaryId": 1,
          "User": {
            "profileImg": "http://nine.test/assets/default-profile.svg",
            "username": "jun"
          },
          "UserId": 2,
          "content": "천만에요",
          "createdAt": "2026-11-22T08:47:09.917Z",
          "secondaryCommentId": 2,
          "updatedAt": "2026-11-22T08:47:09.917Z"
        },
        {
          "CommentId": 1,
          "DiaryId": 1,
          "User": {
            "profileImg": "http://nine.test/assets/default-profile.svg",
            "username": "mina"
          },
          "UserId": 1,
          "content": "고마워요",
          "createdAt": "2026-11-22T08:46:09.917Z",
          "secondaryCommentId": 1,
          "updatedAt": "2026-11-22T08:46:09.917Z"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn an_own_reply_can_be_changed() {
    let app = TestApp::start().await;
    let (mina, jun, diary, comment) = conversation(&app).await;
    let reply = mina.replies(diary, comment, "고마워요").await;
    let path = format!("/diary/detail/secondaryComment/{diary}/{reply}");
    insta::assert_snapshot!(mina.patch(&path, json!({"content": "정말 고마워요"})).await, @r#"
    201 {
      "message": "대댓글 수정 완료"
    }
    "#);
    let replies = mina.get(&format!("/diary/detail/secondaryComment/{diary}")).await;
    assert_eq!(replies.list()[0]["content"], "정말 고마워요");
    insta::assert_snapshot!(jun.patch(&path, json!({"content": "내 것"})).await, @r#"
    401 {
      "code": "comment_not_yours",
      "message": "수정 권한이 없습니다"
    }
    "#);
    let missing = format!("/diary/detail/secondaryComment/{diary}/999");
    insta::assert_snapshot!(mina.patch(&missing, json!({"content": "x"})).await, @r#"
    400 {
      "code": "comment_not_found",
      "message": "존재하지 않는 댓글입니다"
    }
    "#);
    assert_eq!(mina.patch(&path, json!({"content": " "})).await.refusal(), (400, "invalid_field"));
}

#[tokio::test]
async fn an_own_reply_can_be_taken_away() {
    let app = TestApp::start().await;
    let (mina, jun, diary, comment) = conversation(&app).await;
    let reply = mina.replies(diary, comment, "고마워요").await;
    let path = format!("/diary/detail/secondaryComment/{reply}");
    insta::assert_snapshot!(jun.delete(&path).await, @r#"
    401 {
      "code": "comment_not_yours",
      "message": "삭제 권한이 없습니다"
    }
    "#);
    insta::assert_snapshot!(mina.delete(&path).await, @r#"
    201 {
      "message": "대댓글 삭제 완료"
    }
    "#);
    insta::assert_snapshot!(mina.delete(&path).await, @r#"
    404 {
      "code": "comment_not_found",
      "message": "댓글이 존재하지 않습니다"
    }
    "#);
    assert!(mina.get(&format!("/diary/detail/secondaryComment/{diary}")).await.list().is_empty());
}

#[tokio::test]
async fn a_reply_needs_a_comment_of_that_very_diary() {
    let app = TestApp::start().await;
    let (mina, jun, diary, comment) = conversation(&app).await;
    let other = jun.writes("<p>준</p>").await;
    for path in [format!("{diary}/999"), format!("{other}/{comment}"), format!("999/{comment}")] {
        let path = format!("/diary/detail/secondaryComment/{path}");
        let answer = mina.post(&path, json!({"content": "x"})).await;
        assert_eq!(answer.refusal(), (404, "comment_not_found"), "{path}");
    }
}
