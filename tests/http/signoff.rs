//! `DELETE /signoff`, `POST /cancel-signoff`, `POST /signoffInProgress`, and what the scheduler does after 15 days.

use chrono::TimeDelta;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::ports::AccountStore;
use serde_json::json;

use crate::kit::{Answer, PASSWORD, TestApp, eventually};

const EMAIL: &str = "mina@example.com";

async fn recall(app: &TestApp, email: &str) -> Answer {
    app.stranger().post("/cancel-signoff", json!({ "email": email })).await
}

async fn ask_how_long(app: &TestApp, email: &str) -> Answer {
    app.stranger().post("/signoffInProgress", json!({ "email": email })).await
}

#[tokio::test]
async fn leaving_ends_every_session() {
    let app = TestApp::start().await;
    let (phone, laptop) = (app.sign_up("mina").await, app.sign_in(EMAIL).await);
    insta::assert_snapshot!(phone.delete("/signoff").await, @r#"
    201 {
      "message": "탈퇴처리가 완료되었습니다. 15일 동안 회원정보가 보류됩니다."
    }
    "#);
    for session in [&phone, &laptop] {
        assert_eq!(session.get("/myInfo").await.refusal(), (401, "session_ended"));
        let refreshed = app.refreshing(session.refresh_token()).post_nothing("/token").await;
        assert_eq!(refreshed.refusal(), (401, "refresh_token_invalid"));
    }
}

#[tokio::test]
async fn only_the_right_password_learns_of_it_and_may_take_it_back() {
    let app = TestApp::start().await;
    app.sign_up("mina").await.delete("/signoff").await.expect(201);
    assert_eq!(app.try_sign_in(EMAIL, "password2!").await.refusal(), (400, "wrong_password"));
    insta::assert_snapshot!(recall(&app, EMAIL).await, @r#"
    401 {
      "code": "no_recall_grant",
      "message": "탈퇴 처리 중인 계정으로 먼저 로그인을 시도해 주세요."
    }
    "#);
    assert_eq!(ask_how_long(&app, EMAIL).await.refusal(), (401, "no_recall_grant"));

    insta::assert_snapshot!(app.try_sign_in(EMAIL, PASSWORD).await, @r#"
    403 {
      "code": "pending_sign_off",
      "message": "탈퇴처리중입니다. 취소하시겠습니까?"
    }
    "#);
    insta::assert_snapshot!(ask_how_long(&app, "MINA@example.com").await, @r#"
    201 {
      "message": "탈퇴까지 15일, 0시간 남았습니다."
    }
    "#);
    insta::assert_snapshot!(recall(&app, EMAIL).await, @r#"
    201 {
      "message": "탈퇴 요청이 취소되었습니다."
    }
    "#);
    app.sign_in(EMAIL).await;
    assert_eq!(recall(&app, EMAIL).await.refusal(), (401, "no_recall_grant"), "it is used up");
    assert_eq!(ask_how_long(&app, EMAIL).await.refusal(), (401, "no_recall_grant"));
}

#[tokio::test]
async fn the_time_that_is_left_is_counted_in_whole_days_and_hours() {
    let app = TestApp::start().await;
    app.sign_up("mina").await.delete("/signoff").await.expect(201);
    app.wait(TimeDelta::seconds(1));
    app.try_sign_in(EMAIL, PASSWORD).await.expect(403);
    assert_eq!(ask_how_long(&app, EMAIL).await.message(), "탈퇴까지 14일, 23시간 남았습니다.");
    app.wait(TimeDelta::days(13) + TimeDelta::hours(1));
    app.try_sign_in(EMAIL, PASSWORD).await.expect(403);
    assert_eq!(ask_how_long(&app, EMAIL).await.message(), "탈퇴까지 1일, 22시간 남았습니다.");
}

#[tokio::test]
async fn the_grant_lasts_ten_minutes() {
    let app = TestApp::start().await;
    app.sign_up("mina").await.delete("/signoff").await.expect(201);
    app.try_sign_in(EMAIL, PASSWORD).await.expect(403);
    app.wait(TimeDelta::minutes(10) - TimeDelta::seconds(1));
    ask_how_long(&app, EMAIL).await.expect(201);
    app.wait(TimeDelta::seconds(1));
    assert_eq!(recall(&app, EMAIL).await.refusal(), (401, "no_recall_grant"));
}

#[tokio::test]
async fn nobody_elses_address_is_answered_for() {
    let app = TestApp::start().await;
    app.sign_up("jun").await;
    for email in ["jun@example.com", "nobody@example.com"] {
        assert_eq!(recall(&app, email).await.refusal(), (401, "no_recall_grant"), "{email}");
        assert_eq!(ask_how_long(&app, email).await.refusal(), (401, "no_recall_grant"), "{email}");
    }
    let answer = app.stranger().post("/cancel-signoff", json!({})).await;
    assert_eq!((answer.refusal(), &answer.json["field"]), ((400, "invalid_field"), &"email".into()));
}

#[tokio::test]
async fn leaving_twice_at_once_does_not_extend_the_time() {
    let app = TestApp::start().await;
    let (phone, laptop) = (app.sign_up("mina").await, app.sign_in(EMAIL).await);
    let (one, two) = futures_util::join!(phone.delete("/signoff"), laptop.delete("/signoff"));
    assert!(one.status == 201 || two.status == 201, "{one} {two}");
    let due = async || {
        let found = app.store().find_by_email(&Email::parse(EMAIL).unwrap()).await.unwrap();
        found.unwrap().account.purge_at
    };
    let first = due().await;
    app.wait(TimeDelta::hours(1));
    app.try_sign_in(EMAIL, PASSWORD).await.expect(403);
    phone.delete("/signoff").await;
    assert_eq!(due().await, first);
}

#[tokio::test]
async fn while_somebody_leaves_their_diaries_are_hidden() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let diary = mina.writes("<p>곧 떠나요</p>").await;
    assert_eq!(jun.get("/feeds").await.list().len(), 1);
    mina.delete("/signoff").await.expect(201);
    assert_eq!(jun.get("/feeds").await.list().len(), 0);
    assert_eq!(jun.get(&format!("/diary/detail/{diary}")).await.refusal(), (400, "diary_not_found"));

    app.try_sign_in(EMAIL, PASSWORD).await.expect(403);
    recall(&app, EMAIL).await.expect(201);
    assert_eq!(jun.get("/feeds").await.list().len(), 1, "back again");
    jun.get(&format!("/diary/detail/{diary}")).await.expect(200);
}

#[tokio::test]
async fn after_fifteen_days_everything_of_theirs_is_gone() {
    let app = TestApp::start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let (hers, his) = (mina.writes("<p>미나</p>").await, jun.writes("<p>준</p>").await);
    for liker in [&mina, &jun] {
        liker.post_null(&format!("/feeds/{his}/like")).await.expect(201);
    }
    mina.comments(his, "잘 읽었어요").await;
    eventually("the drawings", async || (app.stored_files().len() == 2).then_some(())).await;
    mina.delete("/signoff").await.expect(201);

    app.wait(TimeDelta::days(15) - TimeDelta::hours(1));
    app.try_sign_in(EMAIL, PASSWORD).await.expect(403);
    // Past the full hour at which the job is due.
    app.wait(TimeDelta::hours(2));
    let is_gone = async || {
        let answer = app.try_sign_in(EMAIL, PASSWORD).await;
        (answer.refusal() == (400, "unknown_email")).then_some(())
    };
    eventually("the purge", is_gone).await;

    let jun = app.sign_in("jun@example.com").await;
    assert_eq!(jun.get(&format!("/diary/detail/{hers}")).await.refusal(), (400, "diary_not_found"));
    let detail = jun.get(&format!("/diary/detail/{his}")).await.expect(200);
    assert_eq!(detail.data()["likeCount"], 1);
    assert!(jun.get(&format!("/diary/detail/comment/{his}")).await.list().is_empty());
    eventually("the removal of her drawing", async || (app.stored_files().len() == 1).then_some(())).await;
    // The address is free again.
    app.sign_up("mina").await;
}
