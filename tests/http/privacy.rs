//! A private diary, to everybody but its author, is as if it did not exist (D-B19, D-B20).

use serde_json::json;

use crate::kit::TestApp;

#[tokio::test]
async fn a_private_diary_is_nowhere_to_be_seen_or_touched() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes_privately("<p>비밀</p>").await;
    let comment = mina.comments(diary, "나만 보는 댓글").await;
    let reply = mina.replies(diary, comment, "나만 보는 답글").await;

    let no_such = 999_999;
    for diary in [diary, no_such] {
        let refused = (400, "diary_not_found");
        assert_eq!(jun.get(&format!("/diary/detail/{diary}")).await.refusal(), refused);
        assert_eq!(app.visitor().get(&format!("/diary/detail/{diary}")).await.refusal(), refused);
        for reader in [&*jun, &app.visitor()] {
            let comments = reader.get(&format!("/diary/detail/comment/{diary}")).await.expect(200);
            assert!(comments.list().is_empty());
        }
        assert!(jun.get(&format!("/diary/detail/secondaryComment/{diary}")).await.list().is_empty());

        let text = json!({"content": "안녕"});
        let refused = (400, "diary_not_visible");
        assert_eq!(jun.post_null(&format!("/feeds/{diary}/like")).await.refusal(), refused);
        let path = format!("/diary/detail/comment/{diary}");
        assert_eq!(jun.post(&path, text.clone()).await.refusal(), refused);
        let path = format!("/diary/detail/secondaryComment/{diary}/{comment}");
        assert_eq!(jun.post(&path, text.clone()).await.refusal(), (404, "comment_not_found"));
        let path = format!("/diary/edit/{diary}");
        assert_eq!(jun.patch(&path, json!({"isPublic": true})).await.refusal(), (404, "diary_not_yours"));
        let path = format!("/diary/delete/{diary}");
        assert_eq!(jun.delete(&path).await.refusal(), (404, "diary_not_yours"));
    }
    assert!(jun.get("/feeds").await.list().is_empty());

    let detail = mina.get(&format!("/diary/detail/{diary}")).await.expect(200);
    assert_eq!((&detail.data()["likeCount"], &detail.data()["viewCount"]), (&0.into(), &0.into()));
    assert_eq!(mina.get(&format!("/diary/detail/comment/{diary}")).await.list().len(), 1);
    let replies = mina.get(&format!("/diary/detail/secondaryComment/{diary}")).await;
    assert_eq!(replies.list()[0]["secondaryCommentId"], reply);
}

#[tokio::test]
async fn a_diary_made_private_takes_its_comments_along() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let comment = jun.comments(diary, "좋아요").await;
    mina.patch(&format!("/diary/edit/{diary}"), json!({})).await.expect(201);
    let comments = jun.get(&format!("/diary/detail/comment/{diary}")).await;
    assert!(comments.list().is_empty());
    // The author of the comment may still take it away.
    jun.delete(&format!("/diary/detail/comment/{comment}")).await.expect(201);
}
