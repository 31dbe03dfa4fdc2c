//! `GET /notifications`

mod read;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::kit::{Answer, TestApp};

fn kinds(answer: &Answer) -> Vec<&str> {
    answer.list().iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

fn ids(answer: &Answer) -> Vec<i64> {
    answer.list().iter().map(|one| one["notificationId"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn an_author_is_told_of_likes_comments_and_replies() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    jun.post_null(&format!("/feeds/{diary}/like")).await.expect(201);
    app.wait(TimeDelta::minutes(1));
    let long = "구름".repeat(30);
    let comment = jun.comments(diary, &long).await;
    app.wait(TimeDelta::minutes(1));
    jun.replies(diary, comment, "하나 더").await;
    insta::assert_snapshot!(mina.get("/notifications").await, @r#"
    200 {
      "cursor": null,
      "data": [
        {
          "DiaryId": 1,
          "actor": {
            "profileImg": "http://nine.test/assets/default-profile.svg",
            "userId": 2,
            "username": "jun"
          },
          "commentId": 1,
          "createdAt": "2026-11-22T08:48:09.917Z",
          "kind": "reply",
          "notificationId": 3,
          "preview": "하나 더",
          "readAt": null,
          "secondaryCommentId": 1
        },
        {
          "DiaryId": 1,
          "actor": {
            "profileImg": "http://nine.test/assets/default-profile.svg",
            "userId": 2,
            "username": "jun"
          },
          "commentId": 1,
          "createdAt": "2026-11-22T08:47:09.917Z",
          "kind": "comment",
          "notificationId": 2,
          "preview": "구름구름구름구름구름구름구름구름구름구름구름구름구름구름구름구름구름구름구름구름",
          "readAt": null
        },
        {
          "DiaryId": 1,
          "actor": {
            "profileImg": "http://nine.test/assets/default-profile.svg",
            "userId": 2,
            "username": "jun"
          },
          "createdAt": "2026-11-22T08:46:09.917Z",
          "kind": "like",
          "notificationId": 1,
          "readAt": null
        }
      ],
      "unread": 3
    }
    "#);
    assert_eq!(
        jun.get("/notifications").await.expect(200).json,
        json!({"data": [], "unread": 0, "cursor": null})
    );
}

#[tokio::test]
async fn the_author_of_a_comment_is_told_of_replies_to_it() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let comment = jun.comments(diary, "좋아요").await;
    let reply = mina.replies(diary, comment, "고마워요").await;
    let told = jun.get("/notifications").await.expect(200);
    let [one] = told.list() else { panic!("one notification: {told}") };
    assert_eq!((&one["kind"], &one["preview"]), (&"reply".into(), &"고마워요".into()));
    assert_eq!((&one["commentId"], &one["secondaryCommentId"]), (&comment.into(), &reply.into()));
    assert_eq!((&one["actor"]["userId"], &one["DiaryId"]), (&mina.id.into(), &diary.into()));
    assert_eq!(kinds(&mina.get("/notifications").await), ["comment"], "not of her own reply");
}

#[tokio::test]
async fn what_is_taken_back_is_told_no_more() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let like = format!("/feeds/{diary}/like");
    for status in [201, 200, 201] {
        jun.post_null(&like).await.expect(status);
    }
    let comment = jun.comments(diary, "좋아요").await;
    let reply = jun.replies(diary, comment, "정말로").await;
    let kept = jun.comments(diary, "고쳐 쓸 댓글").await;
    jun.patch(&format!("/diary/detail/comment/{kept}"), json!({"content": "고쳐 쓴 댓글"})).await.expect(201);
    assert_eq!(kinds(&mina.get("/notifications").await), ["comment", "reply", "comment", "like"]);
    jun.delete(&format!("/diary/detail/secondaryComment/{reply}")).await.expect(201);
    assert_eq!(kinds(&mina.get("/notifications").await), ["comment", "comment", "like"]);
    jun.delete(&format!("/diary/detail/comment/{comment}")).await.expect(201);
    jun.post_null(&like).await.expect(200);
    let left = mina.get("/notifications").await;
    assert_eq!((kinds(&left), &left.list()[0]["preview"]), (vec!["comment"], &"고쳐 쓴 댓글".into()));
    assert_eq!(left.json["unread"], 1);
    mina.delete(&format!("/diary/delete/{diary}")).await.expect(201);
    assert!(mina.get("/notifications").await.list().is_empty());
}

#[tokio::test]
async fn below_a_diary_made_private_nothing_is_quoted_and_others_are_told_nothing() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let comment = jun.comments(diary, "좋아요").await;
    mina.replies(diary, comment, "고마워요").await;
    mina.patch(&format!("/diary/edit/{diary}"), json!({})).await.expect(201);
    mina.replies(diary, comment, "비밀이에요").await;
    let told = mina.get("/notifications").await;
    assert_eq!((kinds(&told), told.list()[0].get("preview")), (vec!["comment"], None));
    let told = jun.get("/notifications").await;
    assert_eq!((told.list().len(), &told.json["unread"]), (0, &0.into()));

    mina.patch(&format!("/diary/edit/{diary}"), json!({"isPublic": true})).await.expect(201);
    assert_eq!(mina.get("/notifications").await.list()[0]["preview"], "좋아요");
    let told = jun.get("/notifications").await;
    assert_eq!((told.list().len(), &told.list()[0]["preview"]), (1, &"고마워요".into()));
}

#[tokio::test]
async fn pages_follow_the_cursor() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    for n in 0..21 {
        jun.post(&format!("/diary/detail/comment/{diary}"), json!({"content": format!("{n}")}))
            .await
            .expect(201);
    }
    let first = mina.get("/notifications").await.expect(200);
    let cursor = first.json["cursor"].as_i64().unwrap();
    assert_eq!((first.list().len(), ids(&first)[19], &first.json["unread"]), (20, cursor, &21.into()));
    let second = mina.get(&format!("/notifications?cursor={cursor}&limit=1")).await.expect(200);
    assert_eq!((second.list().len(), &second.json["cursor"]), (1, &Value::Null));
    assert_eq!(second.list()[0]["preview"], "0");
    let all = mina.get("/notifications?limit=100&cursor=").await.expect(200);
    assert_eq!([ids(&first), ids(&second)].concat(), ids(&all));
    for query in ["cursor=0", "cursor=x", "cursor=1.5", "limit=0", "limit=101", "limit=-1", "limit=x"] {
        let refusal = mina.get(&format!("/notifications?{query}")).await;
        assert_eq!(refusal.refusal(), (400, "invalid_field"), "{query}");
        assert_eq!(refusal.json["field"], query.split('=').next().unwrap());
    }
}

#[tokio::test]
async fn whoever_is_there_is_shown_it_at_once() {
    const TOKEN: &str = "a token of the operators";
    let app = TestApp::with("ADMIN_TOKEN", TOKEN).start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>오늘</p>").await;
    let operator = app.bearing(&format!("Bearer {TOKEN}"));
    // Every message to a session is counted: a request is one, a notification pushed to it another.
    let messages = async || {
        let answer = operator.get("/admin/actors").await;
        let mut actors = answer.json["actors"].as_array().unwrap().iter();
        actors.find(|actor| actor["actor"] == "UserSession").unwrap()["sent"].as_i64().unwrap()
    };
    let before = messages().await;
    jun.post_null(&format!("/feeds/{diary}/like")).await.expect(201);
    assert_eq!(messages().await - before, 2, "Jun's like, and Mina told of it");
    mina.post_null(&format!("/feeds/{diary}/like")).await.expect(201);
    jun.post_null(&format!("/feeds/{diary}/like")).await.expect(200);
    assert_eq!(messages().await - before, 4, "nobody is told of their own, nor of one taken back");
    let comment = json!({"content": "좋아요"});
    jun.post(&format!("/diary/detail/comment/{diary}"), comment.clone()).await.expect(201);
    assert_eq!(messages().await - before, 6);
    let sora = app.sign_up("sora").await;
    let before = messages().await;
    sora.post(&format!("/diary/detail/secondaryComment/{diary}/1"), comment).await.expect(201);
    assert_eq!(messages().await - before, 3, "Mina and Jun are told of Sora's reply");
}
