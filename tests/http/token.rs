//! `POST /token`

use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::kit::TestApp;

#[tokio::test]
async fn a_fresh_access_token_comes_in_the_header() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let answer = app.refreshing(mina.refresh_token()).post_nothing("/token").await;
    insta::assert_snapshot!(answer, @r#"
    201 {
      "message": "AccessToken 발급 완료"
    }
    "#);
    assert!(answer.header("authorization").starts_with("Bearer "));
    assert_eq!(answer.header("refreshtoken"), "", "it does not rotate");
    app.bearing(answer.header("authorization")).get("/myInfo").await.expect(200);
}

#[tokio::test]
async fn an_expired_access_token_is_419_until_it_is_refreshed() {
    let app = TestApp::start().await;
    let mut mina = app.sign_up("mina").await;
    app.wait(TimeDelta::seconds(3599));
    mina.get("/myInfo").await.expect(200);
    app.wait(TimeDelta::seconds(1));
    insta::assert_snapshot!(mina.get("/myInfo").await, @r#"
    419 {
      "code": "token_expired",
      "message": "AccessToken이 만료되었습니다."
    }
    "#);
    mina.refresh().await;
    mina.get("/myInfo").await.expect(200);
}

#[tokio::test]
async fn twenty_at_once_all_succeed_and_the_token_stays_good() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    app.wait(TimeDelta::hours(2));
    let client = app.refreshing(mina.refresh_token());
    let answers = join_all((0..20).map(|_| client.post_nothing("/token"))).await;
    for answer in &answers {
        assert_eq!(answer.status, 201, "{answer}");
    }
    let readers =
        answers.iter().map(|answer| app.bearing(answer.header("authorization"))).collect::<Vec<_>>();
    for answer in join_all(readers.iter().map(|reader| reader.get("/myInfo"))).await {
        answer.expect(200);
    }
    client.post_nothing("/token").await.expect(201);
}

#[tokio::test]
async fn whatever_is_wrong_with_it_is_401_and_ends_nobodys_session() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let access = mina.authorization().trim_start_matches("Bearer ");
    for token in ["null", "undefined", "", "x.y.z", access] {
        let answer = app.refreshing(token).post_nothing("/token").await;
        assert_eq!(answer.refusal(), (401, "refresh_token_invalid"), "{token}");
    }
    insta::assert_snapshot!(app.stranger().post_nothing("/token").await, @r#"
    401 {
      "code": "refresh_token_invalid",
      "message": "비정상적인 접근입니다. 다시 로그인 하세요"
    }
    "#);
    app.refreshing(mina.refresh_token()).post_nothing("/token").await.expect(201);
}

#[tokio::test]
async fn a_refresh_token_lasts_seven_days() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let client = app.refreshing(mina.refresh_token());
    app.wait(TimeDelta::days(7) - TimeDelta::seconds(1));
    client.post_nothing("/token").await.expect(201);
    app.wait(TimeDelta::seconds(1));
    assert_eq!(client.post_nothing("/token").await.refusal(), (401, "refresh_token_invalid"), "and not 419");
}

#[tokio::test]
async fn it_is_limited_per_session_and_not_per_address() {
    let app = TestApp::with("RATE_LIMITS", "on").with("LIMIT_TOKEN_PER_SESSION", "3/60s").start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    for _ in 0..3 {
        app.refreshing(mina.refresh_token()).post_nothing("/token").await.expect(201);
    }
    let answer = app.refreshing(mina.refresh_token()).post_nothing("/token").await;
    assert_eq!(answer.refusal(), (429, "too_many_requests"));
    app.refreshing(jun.refresh_token()).post_nothing("/token").await.expect(201);
}
