//! `POST /signup`

use serde_json::json;

use crate::kit::{PASSWORD, TestApp};

#[tokio::test]
async fn a_code_of_six_comes_by_mail() {
    let app = TestApp::start().await;
    let body = json!({"email": "mina@example.com", "password": PASSWORD, "username": "미나"});
    let answer = app.stranger().post("/signup", body).await;
    insta::assert_snapshot!(answer, @r#"
    201 {
      "message": "이메일 전송 완료"
    }
    "#);
    let code = crate::kit::eventually("a mail", async || app.outbox().codes("mina@example.com").pop()).await;
    assert_eq!(code.len(), 6, "{code}");
    assert!(code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()), "{code}");
    assert_eq!(app.outbox().mails_to("mina@example.com").len(), 1);
}

#[tokio::test]
async fn an_address_that_has_an_account_is_told_so_whatever_its_case() {
    let app = TestApp::start().await;
    app.sign_up("mina").await;
    let answer = app.stranger().post("/signup", json!({"email": "MINA@Example.com"})).await;
    insta::assert_snapshot!(answer, @r#"
    403 {
      "code": "email_taken",
      "message": "이미 가입된 이메일 입니다."
    }
    "#);
}

#[tokio::test]
async fn what_breaks_a_rule_is_named_before_a_mail_is_sent() {
    let app = TestApp::start().await;
    let answer = app.stranger().post("/signup", json!({"email": "mina@", "password": PASSWORD})).await;
    insta::assert_snapshot!(answer, @r#"
    400 {
      "code": "invalid_field",
      "field": "email",
      "message": "올바른 이메일 주소가 아닙니다."
    }
    "#);
    let email = "mina@example.com";
    for (body, field) in [
        (json!({}), "email"),
        (json!({"email": null}), "email"),
        (json!({"email": 7}), "email"),
        (json!({"email": " mina@example.com"}), "email"),
        (json!({"email": email, "password": "password!"}), "password"),
        (json!({"email": email, "password": ["password1!"]}), "password"),
        (json!({"email": email, "password": PASSWORD, "username": "ㅋㅋ"}), "username"),
    ] {
        let answer = app.stranger().post("/signup", body.clone()).await;
        assert_eq!(answer.refusal(), (400, "invalid_field"), "{body}");
        assert_eq!(answer.json["field"], field, "{body}");
        assert!(!answer.to_string().contains("password!"), "a password is never echoed");
    }
    assert!(app.outbox().mails_to(email).is_empty());
}

#[tokio::test]
async fn a_password_of_capitals_and_unknown_keys_pass() {
    let app = TestApp::start().await;
    let body =
        json!({"email": "mina@example.com", "password": "PASSWORD1!", "username": "mina", "confirm": true});
    app.stranger().post("/signup", body).await.expect(201);
}

#[tokio::test]
async fn mails_to_one_address_are_limited() {
    let app = TestApp::with("RATE_LIMITS", "on").with("LIMIT_MAIL_PER_EMAIL", "2/600s").start().await;
    let ask = async |email: &str| app.stranger().post("/signup", json!({ "email": email })).await;
    ask("mina@example.com").await.expect(201);
    ask("Mina@example.com").await.expect(201);
    let answer = ask("mina@EXAMPLE.com").await;
    insta::assert_snapshot!(answer, @r#"
    429 {
      "code": "too_many_requests",
      "message": "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요."
    }
    "#);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() <= 300);
    ask("jun@example.com").await.expect(201);
}
