//! Whose account a provider's word opens.

use chrono::TimeDelta;
use nine_cloud_actors::ports::AccountStore;
use serde_json::{Value, json};

use super::people::{CALLBACKS, Callback, google, kakao, naver, sign_in, taken_over};
use super::provider::Providers;
use crate::kit::{PASSWORD, TestApp};

const EMAIL: &str = "mina@example.com";

async fn providers_and_app() -> (Providers, TestApp) {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    (providers, app)
}

#[tokio::test]
async fn somebody_is_their_subject_whatever_their_address_becomes() {
    let (providers, app) = providers_and_app().await;
    for Callback { path, person, .. } in CALLBACKS {
        providers.know("then", person(1, &format!("then{path}@example.com").replace('/', "-"), true));
        providers.know("now", person(1, "moved@example.com", false));
        let then = app.signed_in(&sign_in(&app, path, "then").await.expect(200)).await;
        let now = app.signed_in(&sign_in(&app, path, "now").await.expect(200)).await;
        assert_eq!((now.id, &now.email), (then.id, &then.email), "{path}");
    }
    // The address that they moved to is still free.
    app.sign_up("moved").await;
}

#[tokio::test]
async fn the_same_number_at_two_providers_is_two_people() {
    let (providers, app) = providers_and_app().await;
    providers.know("k", kakao(7));
    providers.know("g", google(7));
    let one = app.signed_in(&sign_in(&app, "/kakao/callback", "k").await).await;
    let two = app.signed_in(&sign_in(&app, "/google/callback", "g").await).await;
    assert_ne!(one.id, two.id);
}

#[tokio::test]
async fn without_an_address_only_a_known_subject_gets_in() {
    let (providers, app) = providers_and_app().await;
    app.sign_up("first").await;
    for (Callback { path, .. }, strangers, person) in [
        (CALLBACKS[0], vec![json!({"id": 9}), json!({"id": 9, "kakao_account": {"email": null}})], kakao(9)),
        (CALLBACKS[1], vec![json!({"id": "9"}), json!({"id": "9", "email": "nonsense"})], google(9)),
        (CALLBACKS[2], vec![json!({"response": {"id": "naver-9"}})], naver(9)),
    ] {
        for stranger in &strangers {
            providers.know("stranger", stranger.clone());
            let refused = sign_in(&app, path, "stranger").await;
            assert_eq!(refused.refusal(), (401, "provider_email_missing"), "{stranger}");
        }
        providers.know("person", person);
        let known = app.signed_in(&sign_in(&app, path, "person").await.expect(200)).await;
        let again = sign_in(&app, path, "stranger").await.expect(200);
        assert_eq!(app.signed_in(&again).await.id, known.id, "{path}: the subject is known by now");
    }
}

#[tokio::test]
async fn an_account_of_the_previous_service_is_bound_to_its_first_subject() {
    let (providers, app) = providers_and_app().await;
    for Callback { path, person, kind, user_type } in CALLBACKS {
        let email = format!("old{user_type}@example.com");
        let old = taken_over(&app, kind, &email).await;
        // In capitals, and not even verified: the previous service knew no more.
        providers.know("owner", person(1, &email.to_uppercase(), false));
        let answer = sign_in(&app, path, "owner").await.expect(200);
        assert_eq!(answer.message(), "예전 이름님 환영합니다.");
        assert_eq!(app.signed_in(&answer).await.id, old.id.0);

        providers.know("other", person(2, &email, true));
        assert_eq!(sign_in(&app, path, "other").await.refusal(), (401, "provider_not_linked"), "{path}");
        sign_in(&app, path, "owner").await.expect(200);
    }
}

#[tokio::test]
async fn an_account_of_another_provider_is_never_opened() {
    let (providers, app) = providers_and_app().await;
    for old in CALLBACKS {
        let email = format!("old{}@example.com", old.user_type);
        taken_over(&app, old.kind, &email).await;
        for other in CALLBACKS.into_iter().filter(|other| other.path != old.path) {
            providers.know("other", (other.person)(1, &email, true));
            let refused = sign_in(&app, other.path, "other").await;
            assert_eq!(refused.refusal(), (401, "provider_not_linked"), "{} {}", old.path, other.path);
        }
    }
}

#[tokio::test]
async fn an_account_with_a_password_is_linked_to_a_verified_address_only() {
    let (providers, app) = providers_and_app().await;
    let mina = app.sign_up("mina").await;
    let [kakao, google, naver] = CALLBACKS;
    let unverified: [(Callback, Value); 6] = [
        (kakao, (kakao.person)(1, EMAIL, false)),
        (kakao, json!({"id": 1, "kakao_account": {"email": EMAIL}})),
        (kakao, json!({"id": 1, "kakao_account": {"email": EMAIL, "is_email_verified": true}})),
        (google, (google.person)(1, EMAIL, false)),
        (google, json!({"id": "1", "email": EMAIL})),
        (naver, (naver.person)(1, EMAIL, true)),
    ];
    for (callback, person) in unverified {
        providers.know("code", person.clone());
        let refused = sign_in(&app, callback.path, "code").await;
        assert_eq!(refused.refusal(), (401, "provider_not_linked"), "{person}");
    }
    insta::assert_snapshot!(sign_in(&app, naver.path, "code").await, @r#"
    401 {
      "code": "provider_not_linked",
      "message": "다른 방법으로 가입된 이메일입니다. 처음 가입한 방법으로 로그인해 주세요."
    }
    "#);
    for callback in [kakao, google] {
        providers.know("code", (callback.person)(1, "Mina@Example.com", true));
        let answer = sign_in(&app, callback.path, "code").await.expect(200);
        assert_eq!(answer.message(), "mina님 환영합니다.");
        let linked = app.signed_in(&answer).await;
        assert_eq!(linked.id, mina.id, "{}", callback.path);
        assert_eq!(linked.get("/myInfo").await.data()["userType"], "Common");
    }
    mina.get("/myInfo").await.expect(200);
    app.sign_in_with(EMAIL, PASSWORD).await;
    // By now the address does not matter, and another subject with it is another person.
    providers.know("code", (google.person)(1, EMAIL, false));
    sign_in(&app, google.path, "code").await.expect(200);
    providers.know("code", (google.person)(2, EMAIL, true));
    assert_eq!(sign_in(&app, google.path, "code").await.refusal(), (401, "provider_not_linked"));
}

#[tokio::test]
async fn an_address_that_went_to_another_kakao_account_opens_nothing() {
    let (providers, app) = providers_and_app().await;
    taken_over(&app, CALLBACKS[0].kind, EMAIL).await;
    let mut person = kakao(1);
    person["kakao_account"]["email"] = EMAIL.into();
    person["kakao_account"]["is_email_valid"] = false.into();
    providers.know("code", person);
    let refused = sign_in(&app, "/kakao/callback", "code").await;
    assert_eq!(refused.refusal(), (401, "provider_email_missing"));
}

#[tokio::test]
async fn a_sign_in_takes_a_removal_back() {
    let (providers, app) = providers_and_app().await;
    let jun = app.sign_up("jun").await;
    providers.know("code", kakao(1));
    let mina = app.signed_in(&sign_in(&app, "/kakao/callback", "code").await.expect(200)).await;
    let diary = mina.writes("<p>곧 떠나요</p>").await;
    mina.delete("/signoff").await.expect(201);
    assert_eq!(mina.get("/myInfo").await.refusal(), (401, "session_ended"));
    assert!(jun.get("/feeds").await.list().is_empty());

    app.wait(TimeDelta::days(14));
    let answer = sign_in(&app, "/kakao/callback", "code").await.expect(200);
    let back = app.signed_in(&answer).await;
    assert_eq!(back.id, mina.id);
    assert_eq!(
        app.store().find(nine_cloud_actors::domain::ids::UserId(mina.id)).await.unwrap().unwrap().purge_at,
        None
    );
    let jun = app.sign_in("jun@example.com").await;
    jun.get(&format!("/diary/detail/{diary}")).await.expect(200);
    // The session of before stays ended, and the purge finds nobody.
    assert_eq!(mina.get("/myInfo").await.refusal(), (419, "token_expired"));
    app.wait(TimeDelta::days(2));
    sign_in(&app, "/kakao/callback", "code").await.expect(200);
}

#[tokio::test]
async fn linking_an_account_takes_its_removal_back_too() {
    let (providers, app) = providers_and_app().await;
    let mina = app.sign_up("mina").await;
    mina.delete("/signoff").await.expect(201);
    providers.know("naver", (CALLBACKS[2].person)(1, EMAIL, true));
    assert_eq!(sign_in(&app, "/naver/callback", "naver").await.refusal(), (401, "provider_not_linked"));
    app.try_sign_in(EMAIL, PASSWORD).await.expect(403);
    providers.know("google", (CALLBACKS[1].person)(1, EMAIL, true));
    sign_in(&app, "/google/callback", "google").await.expect(200);
    app.sign_in(EMAIL).await;
}

#[tokio::test]
async fn names_and_pictures_are_made_to_fit() {
    let (providers, app) = providers_and_app().await;
    let default = "http://nine.test/assets/default-profile.svg";
    for (subject, (name, picture, username, shown)) in [
        (
            json!("  미나 <b>Kim</b>  "),
            json!("https://a.example/p.jpg"),
            "미나bKimb",
            "https://a.example/p.jpg",
        ),
        (json!("x".repeat(5000)), json!(null), "xxxxxxxxxx", default),
        (json!("🙂"), json!("javascript:alert(1)"), "구름", default),
        (json!(null), json!(""), "구름", default),
        (json!(5), json!(format!("https://a.example/{}", "x".repeat(5000))), "구름", default),
    ]
    .into_iter()
    .enumerate()
    {
        let person = json!({"id": subject + 1, "email": format!("n{subject}@example.com"), "name": name, "picture": picture});
        providers.know("code", person);
        let mina = app.signed_in(&sign_in(&app, "/google/callback", "code").await.expect(200)).await;
        let me = mina.get("/myInfo").await.expect(200);
        assert_eq!((&me.data()["username"], &me.data()["profileImg"]), (&username.into(), &shown.into()));
    }
}

#[tokio::test]
async fn a_number_and_its_digits_are_the_same_person() {
    let (providers, app) = providers_and_app().await;
    for Callback { path, .. } in [CALLBACKS[0], CALLBACKS[1]] {
        let address = format!("id{path}@example.com").replace('/', "-");
        let person = |id: Value| json!({"id": id, "email": address, "kakao_account": {"email": address}});
        providers.know("number", person(json!(31_415_926_535_897_u64)));
        providers.know("text", person(json!("31415926535897")));
        let one = app.signed_in(&sign_in(&app, path, "number").await.expect(200)).await;
        let two = app.signed_in(&sign_in(&app, path, "text").await.expect(200)).await;
        assert_eq!(one.id, two.id, "{path}");
    }
}
