//! `POST /signin`

use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::AccountStore;
use serde_json::json;

use crate::kit::{PASSWORD, TestApp};

#[tokio::test]
async fn the_tokens_come_in_the_headers() {
    let app = TestApp::start().await;
    app.sign_up("mina").await;
    let answer = app.try_sign_in("mina@example.com", PASSWORD).await;
    insta::assert_snapshot!(answer, @r#"
    200 {
      "message": "mina님 환영합니다.",
      "profileImage": "http://nine.test/assets/default-profile.svg"
    }
    "#);
    assert!(answer.header("authorization").starts_with("Bearer eyJ"));
    assert!(answer.header("refreshtoken").starts_with("eyJ"));
    let again = app.try_sign_in("mina@example.com", PASSWORD).await;
    assert_ne!(answer.header("authorization"), again.header("authorization"), "also within a second");
    assert_ne!(answer.header("refreshtoken"), again.header("refreshtoken"));
}

#[tokio::test]
async fn the_wrong_password_and_the_unknown_address_are_told_apart() {
    let app = TestApp::start().await;
    app.sign_up("mina").await;
    insta::assert_snapshot!(app.try_sign_in("mina@example.com", "password2!").await, @r#"
    400 {
      "code": "wrong_password",
      "message": "비밀번호가 일치하지 않습니다."
    }
    "#);
    insta::assert_snapshot!(app.try_sign_in("nobody@example.com", PASSWORD).await, @r#"
    400 {
      "code": "unknown_email",
      "message": "존재하지 않는 email입니다."
    }
    "#);
    // The pattern of passwords and addresses is no matter of sign-in.
    assert_eq!(app.try_sign_in("mina@example.com", "x").await.refusal(), (400, "wrong_password"));
    assert_eq!(app.try_sign_in("nobody", PASSWORD).await.refusal(), (400, "unknown_email"));
    assert_eq!(app.try_sign_in("mina@example.com", "Password1!").await.refusal(), (400, "wrong_password"));
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let app = TestApp::start().await;
    for (body, field) in [
        (json!({"password": PASSWORD}), "email"),
        (json!({"email": "mina@example.com"}), "password"),
        (json!({"email": {"$ne": null}, "password": PASSWORD}), "email"),
        (json!({"email": "mina@example.com", "password": ""}), "password"),
    ] {
        let answer = app.stranger().post("/signin", body.clone()).await;
        assert_eq!(
            (answer.refusal(), &answer.json["field"]),
            ((400, "invalid_field"), &field.into()),
            "{body}"
        );
    }
    for body in [json!([]), json!("x"), json!(null)] {
        let answer = app.stranger().post("/signin", body.clone()).await;
        assert_eq!(answer.refusal(), (400, "malformed_body"), "{body}");
    }
}

#[tokio::test]
async fn a_hash_of_the_previous_service_opens_once_and_is_replaced() {
    // bcrypt of `password1!`
    const OLD: &str = "$2b$04$abcdefghijklmnopqrstuuRTjr3n0wuUxCI.TZhz3Znr3o.V0GGb.";
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let (store, user) = (app.store(), UserId(mina.id));
    let hash = async || store.find_credentials(user).await.unwrap().unwrap().password_hash.unwrap();
    store.replace_hash(user, hash().await, Secret::new(OLD)).await.unwrap();

    assert_eq!(app.try_sign_in(&mina.email, "password2!").await.refusal(), (400, "wrong_password"));
    assert_eq!(hash().await.reveal(), OLD, "a wrong password replaces nothing");
    app.sign_in(&mina.email).await;
    assert!(hash().await.reveal().starts_with("$argon2id$"));
    app.sign_in(&mina.email).await;
}

#[tokio::test]
async fn a_password_of_capitals_opens() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let body = json!({"password": PASSWORD, "newPassword": "PASSWORD1!"});
    mina.patch("/myInfo/edit-pw", body).await.expect(201);
    app.sign_in_with(&mina.email, "PASSWORD1!").await;
}

#[tokio::test]
async fn guessing_is_limited_per_address() {
    let app = TestApp::with("RATE_LIMITS", "on").with("LIMIT_SIGN_IN_PER_EMAIL", "3/300s").start().await;
    app.sign_up("mina").await;
    for _ in 0..2 {
        assert_eq!(
            app.try_sign_in("MINA@example.com", "password2!").await.refusal(),
            (400, "wrong_password")
        );
    }
    assert_eq!(app.try_sign_in("mina@example.com", PASSWORD).await.refusal(), (429, "too_many_requests"));
    assert_eq!(app.try_sign_in("jun@example.com", PASSWORD).await.refusal(), (400, "unknown_email"));
}
