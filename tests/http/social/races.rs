//! Many callbacks at once.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::people::{CALLBACKS, Callback, sign_in, taken_over};
use super::provider::Providers;
use crate::kit::{Answer, TestApp};

/// The tokens of all of them are for one person; how many were told that it is new.
async fn one_person(app: &TestApp, answers: &[Answer]) -> (i64, usize) {
    let mut people = BTreeSet::new();
    for answer in answers {
        assert_eq!(answer.status, 200, "{answer}");
        people.insert(app.signed_in(answer).await.id);
    }
    assert_eq!(people.len(), 1, "{people:?}");
    let welcomed = answers.iter().filter(|answer| answer.message().contains("회원가입이 완료")).count();
    (people.into_iter().next().unwrap(), welcomed)
}

#[tokio::test]
async fn twenty_callbacks_of_somebody_new_make_one_account() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    for Callback { path, person, user_type, .. } in CALLBACKS {
        providers.know("code", person(1, &format!("new{user_type}@example.com"), true));
        let answers = join_all((0..20).map(|_| sign_in(&app, path, "code"))).await;
        let (_, welcomed) = one_person(&app, &answers).await;
        assert_eq!(welcomed, 1, "{path}");
    }
}

#[tokio::test]
async fn twenty_callbacks_bind_an_old_account_once() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    for Callback { path, person, kind, user_type } in CALLBACKS {
        let email = format!("old{user_type}@example.com");
        let old = taken_over(&app, kind, &email).await;
        providers.know("code", person(1, &email, true));
        let answers = join_all((0..20).map(|_| sign_in(&app, path, "code"))).await;
        assert_eq!(one_person(&app, &answers).await, (old.id.0, 0), "{path}");
    }
}

#[tokio::test]
async fn of_two_subjects_with_one_address_the_first_gets_the_account() {
    let providers = Providers::start().await;
    let app = providers.app().start().await;
    for Callback { path, person, user_type, .. } in CALLBACKS {
        let email = format!("both{user_type}@example.com");
        providers.know("one", person(1, &email, true));
        providers.know("two", person(2, &email, true));
        let codes = ["one", "two"].into_iter().cycle().take(20);
        let answers = join_all(codes.map(|code| sign_in(&app, path, code))).await;
        let (winners, losers): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((winners.len(), losers.len()), (10, 10), "{path}");
        assert!(losers.iter().all(|answer| answer.refusal() == (401, "provider_not_linked")));
        assert_eq!(one_person(&app, &winners).await.1, 1);
    }
}
