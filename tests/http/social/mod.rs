//! `POST /kakao/callback`, `/google/callback`, `/naver/callback`, against providers over real HTTP.

mod accounts;
mod misbehaving;
mod people;
mod provider;
mod races;

use std::collections::HashMap;

use serde_json::json;

use crate::kit::TestApp;
use people::{CALLBACKS, Callback, google, kakao, naver, sign_in};
use provider::Providers;

#[tokio::test]
async fn a_provider_that_is_not_set_up_is_refused() {
    let app = TestApp::start().await;
    let answer = app.stranger().post("/kakao/callback", json!({"code": "x"})).await;
    insta::assert_snapshot!(answer, @r#"
    503 {
      "code": "provider_unavailable",
      "message": "이 서버에서는 해당 소셜 로그인을 사용할 수 없습니다."
    }
    "#);
    for path in ["/kakao/callback", "/google/callback", "/naver/callback"] {
        for body in [json!({"code": null}), json!({"code": "x", "state": "99999"})] {
            assert_eq!(
                app.stranger().post(path, body).await.refusal(),
                (503, "provider_unavailable"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn somebody_new_gets_an_account_and_later_comes_back_to_it() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    for (Callback { path, user_type, .. }, person) in
        CALLBACKS.into_iter().zip([kakao(1), google(1), naver(1)])
    {
        providers.know("code", person);
        let first = sign_in(&app, path, "code").await;
        assert_eq!((first.status, first.message()), (200, "회원가입이 완료되었습니다."), "{path}");
        assert!(first.header("authorization").starts_with("Bearer eyJ"), "{path}");
        assert!(first.header("refreshtoken").starts_with("eyJ"), "{path}");
        assert_eq!(first.json.as_object().unwrap().len(), 1, "{first}");

        let again = sign_in(&app, path, "code").await;
        assert_eq!((again.status, again.message()), (200, "미나Kim님 환영합니다."), "{path}");
        let (mut one, two) = (app.signed_in(&first).await, app.signed_in(&again).await);
        assert_eq!(one.id, two.id);
        let me = one.get("/myInfo").await.expect(200);
        assert_eq!(me.data()["userType"], user_type);
        assert_eq!(me.data()["username"], "미나Kim");
        assert_eq!(me.data()["profileImg"], "https://img.example.com/mina.jpg");
        one.refresh().await;
        one.writes("<p>소셜로 왔어요</p>").await;
    }
}

#[tokio::test]
async fn each_provider_is_asked_as_it_wants() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    let code = "4/0Ab+c d&e=f";
    for (callback, person) in CALLBACKS.into_iter().zip([kakao(1), google(1), naver(1)]) {
        providers.know(code, person);
        sign_in(&app, callback.path, code).await.expect(200);
    }
    let asked = providers.questions();
    let [kakao_token, kakao_me, google_token, google_me, naver_token, naver_me] = &asked[..] else {
        panic!("{asked:?}")
    };
    let keys = |pairs: &[(&str, &str)]| -> HashMap<String, String> {
        pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    };
    let form = Some("application/x-www-form-urlencoded;charset=utf-8");
    assert!(kakao_token.head.starts_with("POST /kakao/token HTTP/1.1\r\n"));
    assert_eq!(kakao_token.header("content-type"), form);
    assert_eq!(
        kakao_token.keys(),
        keys(&[
            ("grant_type", "authorization_code"),
            ("client_id", "kakao-id"),
            ("redirect_uri", "http://localhost:3000/auth/kakao/callback"),
            ("code", code),
        ])
    );
    assert_eq!(google_token.header("content-type"), Some("application/json"));
    assert_eq!(
        google_token.keys(),
        keys(&[
            ("grant_type", "authorization_code"),
            ("client_id", "google-id"),
            ("client_secret", "google-secret"),
            ("redirect_uri", "http://localhost:3000/auth/google/callback"),
            ("code", code),
        ])
    );
    assert_eq!(naver_token.header("content-type"), form);
    assert_eq!(
        naver_token.keys(),
        keys(&[
            ("grant_type", "authorization_code"),
            ("client_id", "naver-id"),
            ("client_secret", "naver-secret"),
            ("redirect_uri", "http://localhost:3000/auth/naver/callback"),
            ("code", code),
            ("state", "99999"),
        ])
    );
    for (question, path) in [(kakao_me, "/kakao/me"), (google_me, "/google/me"), (naver_me, "/naver/me")] {
        assert!(question.head.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{}", question.head);
        assert_eq!(question.header("authorization"), Some(&*format!("Bearer token-of-{code}")));
    }
}

#[tokio::test]
async fn whoever_cancels_at_the_provider_is_not_signed_in() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    let answer = app.stranger().post("/kakao/callback", json!({"code": null})).await;
    insta::assert_snapshot!(answer, @r#"
    401 {
      "code": "provider_cancelled",
      "message": "소셜 로그인이 취소되었습니다. 다시 시도해 주세요."
    }
    "#);
    for Callback { path, .. } in CALLBACKS {
        for body in [json!({}), json!({"code": null, "state": null}), json!({"code": ""})] {
            assert_eq!(
                app.stranger().post(path, body).await.refusal(),
                (401, "provider_cancelled"),
                "{path}"
            );
        }
        for body in [json!({"code": 5}), json!({"code": ["x"]}), json!({"code": {"$ne": null}})] {
            assert_eq!(app.stranger().post(path, body).await.refusal(), (400, "invalid_field"), "{path}");
        }
    }
    assert!(providers.questions().is_empty(), "there was nothing to ask");
}

#[tokio::test]
async fn the_state_goes_to_naver_as_it_came() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    providers.know("code", naver(1));
    for (state, sent) in [
        (json!("99999"), Some("99999")),
        (json!(99999), Some("99999")),
        (json!("아무거나 &=+"), Some("아무거나 &=+")),
        (json!(null), None),
        (json!({"a": 1}), None),
    ] {
        app.stranger().post("/naver/callback", json!({"code": "code", "state": state})).await.expect(200);
        let asked = providers.questions();
        assert_eq!(asked[asked.len() - 2].keys().get("state").map(String::as_str), sent, "{state}");
    }
    app.stranger().post("/naver/callback", json!({"code": "code"})).await.expect(200);
}

#[tokio::test]
async fn the_session_is_listed_with_its_device() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    providers.know("code", kakao(1));
    let phone = app.stranger().with("user-agent", "미나의 전화".escape_default().to_string().as_str());
    let answer = phone.post("/kakao/callback", json!({"code": "code"})).await.expect(200);
    let mina = app.signed_in(&answer).await;
    let sessions = mina.get("/myInfo/sessions").await.expect(200);
    assert!(sessions.list()[0]["device"].as_str().unwrap().starts_with("\\u{bbf8}"), "{sessions}");
    let refused = mina.patch("/myInfo/edit-pw", json!({"password": "x", "newPassword": "password1!"})).await;
    assert_eq!(refused.refusal(), (400, "no_password"));
    let email = mina.email.clone();
    assert_eq!(app.try_sign_in(&email, "password1!").await.refusal(), (400, "wrong_password"));
}

#[tokio::test]
async fn callbacks_are_limited_like_sign_ins() {
    let providers = Providers::start().await;
    let app =
        providers.app().with("RATE_LIMITS", "on").with("LIMIT_SIGN_IN_PER_CLIENT", "2/300s").start().await;
    for _ in 0..2 {
        assert_eq!(sign_in(&app, "/kakao/callback", "stale").await.refusal(), (401, "provider_refused"));
    }
    assert_eq!(sign_in(&app, "/kakao/callback", "stale").await.refusal(), (429, "too_many_requests"));
    assert_eq!(providers.questions().len(), 2);
}
