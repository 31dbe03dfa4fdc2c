//! `POST /complete-signup`

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;

use crate::kit::{PASSWORD, TestApp};

const EMAIL: &str = "mina@example.com";

#[tokio::test]
async fn the_code_makes_an_account() {
    let app = TestApp::start().await;
    let code = app.request_code(EMAIL).await;
    let answer = app.complete_sign_up(EMAIL, "미나", &code).await;
    insta::assert_snapshot!(answer, @r#"
    201 {
      "data": {
        "email": "mina@example.com",
        "profileImg": "http://nine.test/assets/default-profile.svg",
        "userId": 1,
        "userType": "Common",
        "username": "미나"
      },
      "message": "미나님, 회원가입이 완료되었습니다."
    }
    "#);
    assert!(answer.message().contains("회원가입이 완료"), "the client looks for it");
}

#[tokio::test]
async fn blanks_and_case_of_the_code_do_not_matter() {
    let app = TestApp::start().await;
    let code = app.request_code(EMAIL).await.to_uppercase();
    app.complete_sign_up(EMAIL, "mina", &format!(" {code}\n")).await.expect(201);
}

#[tokio::test]
async fn the_case_of_the_address_does_not_matter_and_is_kept() {
    let app = TestApp::start().await;
    let code = app.request_code("Mina@Example.com").await;
    app.complete_sign_up("mina@example.COM", "mina", &code).await.expect(201);
    let mina = app.sign_in("MINA@EXAMPLE.COM").await;
    assert_eq!(mina.get("/myInfo").await.data()["email"], "mina@example.COM");
}

#[tokio::test]
async fn a_code_lasts_180_seconds() {
    let app = TestApp::start().await;
    let code = app.request_code(EMAIL).await;
    app.wait(TimeDelta::seconds(180));
    let answer = app.complete_sign_up(EMAIL, "mina", &code).await;
    insta::assert_snapshot!(answer, @r#"
    401 {
      "code": "code_expired",
      "message": "인증코드가 만료되었습니다."
    }
    "#);
    let code = app.request_code(EMAIL).await;
    app.wait(TimeDelta::seconds(179));
    app.complete_sign_up(EMAIL, "mina", &code).await.expect(201);
}

#[tokio::test]
async fn five_wrong_tries_use_a_code_up() {
    let app = TestApp::start().await;
    let code = app.request_code(EMAIL).await;
    insta::assert_snapshot!(app.complete_sign_up(EMAIL, "mina", "------").await, @r#"
    400 {
      "code": "code_wrong",
      "message": "인증코드가 올바르지 않습니다."
    }
    "#);
    for _ in 0..4 {
        assert_eq!(app.complete_sign_up(EMAIL, "mina", "------").await.refusal(), (400, "code_wrong"));
    }
    assert_eq!(app.complete_sign_up(EMAIL, "mina", &code).await.refusal(), (401, "code_expired"));
    let code = app.request_code(EMAIL).await;
    for _ in 0..4 {
        assert_eq!(app.complete_sign_up(EMAIL, "mina", "------").await.refusal(), (400, "code_wrong"));
    }
    app.complete_sign_up(EMAIL, "mina", &code).await.expect(201);
}

#[tokio::test]
async fn a_code_works_once_and_for_its_address_only() {
    let app = TestApp::start().await;
    let (code, other) = (app.request_code(EMAIL).await, app.request_code("jun@example.com").await);
    assert_eq!(app.complete_sign_up(EMAIL, "mina", &other).await.refusal(), (400, "code_wrong"));
    app.complete_sign_up(EMAIL, "mina", &code).await.expect(201);
    assert_eq!(app.complete_sign_up(EMAIL, "mina", &code).await.refusal(), (401, "code_expired"));
    assert_eq!(
        app.complete_sign_up("nobody@example.com", "mina", &code).await.refusal(),
        (401, "code_expired")
    );
}

#[tokio::test]
async fn a_second_code_replaces_the_first() {
    let app = TestApp::start().await;
    let (first, second) = (app.request_code(EMAIL).await, app.request_code(EMAIL).await);
    assert_ne!(first, second);
    assert_eq!(app.complete_sign_up(EMAIL, "mina", &first).await.refusal(), (400, "code_wrong"));
    app.complete_sign_up(EMAIL, "mina", &second).await.expect(201);
}

#[tokio::test]
async fn an_address_taken_meanwhile_is_refused() {
    let app = TestApp::start().await;
    let code = app.request_code(EMAIL).await;
    let signed_up = join_all((0..8).map(|_| app.complete_sign_up(EMAIL, "mina", &code))).await;
    let made = signed_up.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "however many click at once");
}

#[tokio::test]
async fn what_breaks_a_rule_is_named_and_costs_no_try() {
    let app = TestApp::start().await;
    let code = app.request_code(EMAIL).await;
    for (key, value, field) in [
        ("email", json!("mina"), "email"),
        ("Authenticationcode", json!(""), "Authenticationcode"),
        ("Authenticationcode", json!(123_456), "Authenticationcode"),
        ("password", json!("password"), "password"),
        ("password", json!(null), "password"),
        ("username", json!("mina kim"), "username"),
        ("username", json!("<b>"), "username"),
    ] {
        let mut body =
            json!({"email": EMAIL, "Authenticationcode": code, "password": PASSWORD, "username": "mina"});
        body[key] = value;
        let answer = app.stranger().post("/complete-signup", body.clone()).await;
        assert_eq!(answer.refusal(), (400, "invalid_field"), "{body}");
        assert_eq!(answer.json["field"], field, "{body}");
    }
    app.complete_sign_up(EMAIL, "mina", &code).await.expect(201);
}
