//! Providers that do not do what they should: 401 in JSON, soon, and nobody gets an account.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::ports::AccountStore;

use super::people::{CALLBACKS, Callback, sign_in};
use super::provider::{Manner, Providers};
use crate::kit::TestApp;

const EMAIL: &str = "mina@example.com";

/// How long the servers of these tests wait for a provider.
const PATIENCE: Duration = Duration::from_millis(500);

async fn impatient() -> (Providers, TestApp) {
    let providers = Providers::start().await;
    let app = providers.app().with_provider_patience(PATIENCE).start().await;
    (providers, app)
}

#[tokio::test]
async fn a_stale_code_is_refused() {
    let (_providers, app) = impatient().await;
    let refused = sign_in(&app, "/kakao/callback", "stale").await;
    insta::assert_snapshot!(refused, @r#"
    401 {
      "code": "provider_refused",
      "message": "소셜 로그인에 실패했습니다. 다시 시도해 주세요."
    }
    "#);
    for Callback { path, .. } in CALLBACKS {
        assert_eq!(sign_in(&app, path, "stale").await.json, refused.json, "{path}");
    }
}

#[tokio::test]
async fn whatever_a_provider_does_it_is_a_401_and_no_account() {
    let (providers, app) = impatient().await;
    let manners = [
        Manner::Hang,
        Manner::Drip,
        Manner::HangUp,
        Manner::Redirect,
        Manner::Status(500),
        Manner::Status(429),
        Manner::Status(204),
        Manner::Says("<!doctype html><html><body>502 Bad Gateway</body></html>"),
        Manner::Says(r#"{"access_token": "#),
        Manner::Says("[1]"),
        Manner::Says("null"),
        Manner::Says("{}"),
        Manner::Says(""),
        Manner::Megabyte,
    ];
    for step in ["token", "me"] {
        for manner in manners {
            providers.behave(step, manner);
            for Callback { path, person, .. } in CALLBACKS {
                providers.know("code", person(1, EMAIL, true));
                let begun = Instant::now();
                let answer = sign_in(&app, path, "code").await;
                assert_eq!(answer.refusal(), (401, "provider_failed"), "{path} {step} {manner:?}");
                assert!(begun.elapsed() < PATIENCE + Duration::from_secs(3), "{path} {step} {manner:?}");
            }
        }
        providers.behave(step, Manner::Good);
    }
    let asked = providers.questions();
    assert!(asked.iter().all(|question| !question.head.contains("/elsewhere")), "no redirect is followed");
    assert!(app.store().find_by_email(&Email::parse(EMAIL).unwrap()).await.unwrap().is_none());
    // And when it is well again, so are we.
    sign_in(&app, "/naver/callback", "code").await.expect(200);
}

#[tokio::test]
async fn errors_in_a_200_are_errors() {
    let (providers, app) = impatient().await;
    for Callback { path, person, .. } in CALLBACKS {
        providers.know("code", person(1, EMAIL, true));
        for (step, said, code) in [
            (
                "token",
                r#"{"error": "invalid_request", "error_description": "no valid data"}"#,
                "provider_refused",
            ),
            ("token", r#"{"error": "x", "access_token": "token-of-code"}"#, "provider_refused"),
            ("token", r#"{"access_token": 5}"#, "provider_failed"),
            ("token", r#"{"access_token": "a\nb"}"#, "provider_failed"),
            ("token", r#"{"access_token": "of nobody"}"#, "provider_failed"),
            ("me", r#"{"resultcode": "024", "message": "Authentication failed"}"#, "provider_failed"),
            ("me", r#"{"id": null, "email": "mina@example.com"}"#, "provider_failed"),
            ("me", r#"{"id": 1.5, "response": {"id": ""}}"#, "provider_failed"),
            (
                "me",
                r#"{"email": "mina@example.com", "response": {"email": "mina@example.com"}}"#,
                "provider_failed",
            ),
        ] {
            providers.behave(step, Manner::Says(said));
            assert_eq!(sign_in(&app, path, "code").await.refusal(), (401, code), "{path} {step} {said}");
            providers.behave(step, Manner::Good);
        }
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_a_401() {
    let app = TestApp::with("KAKAO_CLIENT_ID", "id")
        .with("KAKAO_REDIRECT_URI", "http://localhost:3000/auth/kakao/callback")
        .with("KAKAO_TOKEN_URL", "http://127.0.0.1:9/token")
        .start()
        .await;
    insta::assert_snapshot!(sign_in(&app, "/kakao/callback", "code").await, @r#"
    401 {
      "code": "provider_failed",
      "message": "소셜 로그인 서비스가 응답하지 않습니다. 잠시 후 다시 시도해 주세요."
    }
    "#);
}

#[tokio::test]
async fn a_provider_that_hangs_holds_nobody_else_up() {
    let providers = Providers::start().await;
    let app = providers.app().with_provider_patience(Duration::from_secs(4)).start().await;
    app.sign_up("mina").await;
    providers.behave("token", Manner::Hang);
    let begun = Instant::now();
    let hanging = async {
        let answers = join_all((0..150).map(|_| sign_in(&app, "/kakao/callback", "code"))).await;
        let times = |refusal| answers.iter().filter(|answer| answer.refusal() == refusal).count();
        // One provider is asked about so many at once; the rest is told at once to come back.
        let (failed, busy) = (times((401, "provider_failed")), times((503, "busy")));
        assert!(
            failed >= 128 && busy > 0 && failed + busy == 150,
            "{failed} failed, {busy} were told to wait"
        );
    };
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.sign_in("mina@example.com").await;
        app.visitor().get("/feeds").await.expect(200);
        begun.elapsed()
    };
    let ((), took) = futures_util::join!(hanging, others);
    assert!(took < Duration::from_secs(4), "{took:?}");
}
