//! The contract of `SessionStore`.

use chrono::TimeDelta;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::session::{Session, SessionId, SessionState};
use nine_cloud_actors::ports::{AccountStore, SessionStore};

use crate::harness::{TestDatabase, now, on_each_backend, person, sign_in};

on_each_backend!(
    no_session_is_opened_with_an_old_password_or_for_a_leaving_person,
    a_session_lives_until_it_runs_out_or_is_ended,
    a_session_says_nothing_about_another_person,
    of_many_sessions_those_that_have_ended_are_found,
    taking_a_token_moves_the_last_use,
    sessions_are_listed_latest_first,
    sessions_end_one_by_one_or_all,
    rows_that_ran_out_are_removed,
);

fn session(n: u8, user: UserId) -> Session {
    Session {
        id: SessionId::new([n; 16]),
        user,
        device: Some(format!("{} 브라우저", "긴".repeat(180))),
        created_at: now() + TimeDelta::seconds(i64::from(n)),
        last_used_at: now(),
        expires_at: now() + TimeDelta::days(7),
    }
}

async fn a_session_lives_until_it_runs_out_or_is_ended(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let session = session(1, mina.id);
    sign_in(&store, session.clone()).await;
    let state = async |at| store.look_up(&session.id, mina.id, at).await.unwrap();
    assert!(matches!(state(now()).await, SessionState::Live(account) if account == mina));
    let last_moment = session.expires_at - TimeDelta::milliseconds(1);
    assert!(matches!(state(last_moment).await, SessionState::Live(_)));
    assert!(matches!(state(session.expires_at).await, SessionState::Ended));
    assert!(store.end(mina.id, &session.id).await.unwrap());
    assert!(matches!(state(now()).await, SessionState::Ended));
    assert!(!store.end(mina.id, &session.id).await.unwrap());
}

async fn a_session_says_nothing_about_another_person(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let session = session(1, mina.id);
    sign_in(&store, session.clone()).await;
    assert!(matches!(store.look_up(&session.id, jun.id, now()).await.unwrap(), SessionState::Ended));
    let nobody = UserId(jun.id.0 + 1);
    assert!(matches!(store.look_up(&session.id, nobody, now()).await.unwrap(), SessionState::NoSuchUser));
    assert!(!store.touch(&session.id, jun.id, now()).await.unwrap());
    assert!(!store.end(jun.id, &session.id).await.unwrap());
    assert_eq!(store.end_all(jun.id).await.unwrap(), 0);
    assert!(matches!(store.look_up(&session.id, mina.id, now()).await.unwrap(), SessionState::Live(_)));
}

async fn taking_a_token_moves_the_last_use(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let session = session(1, mina.id);
    sign_in(&store, session.clone()).await;
    let later = now() + TimeDelta::minutes(5);
    assert!(store.touch(&session.id, mina.id, later).await.unwrap());
    assert!(store.touch(&session.id, mina.id, later).await.unwrap(), "within the same millisecond");
    assert_eq!(store.list(mina.id, later).await.unwrap()[0].last_used_at, later);
    assert!(!store.touch(&session.id, mina.id, session.expires_at).await.unwrap());
}

async fn sessions_are_listed_latest_first(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    for n in [2, 1, 3] {
        sign_in(&store, session(n, mina.id)).await;
    }
    let mut short = session(4, mina.id);
    short.expires_at = now();
    sign_in(&store, short).await;
    let expected = [session(3, mina.id), session(2, mina.id), session(1, mina.id)];
    assert_eq!(store.list(mina.id, now()).await.unwrap(), expected);
}

async fn sessions_end_one_by_one_or_all(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    for (n, user) in [(1, mina.id), (2, mina.id), (3, jun.id)] {
        sign_in(&store, session(n, user)).await;
    }
    assert_eq!(store.end_all(mina.id).await.unwrap(), 2);
    assert_eq!(store.end_all(mina.id).await.unwrap(), 0);
    assert_eq!(store.list(jun.id, now()).await.unwrap().len(), 1);
}

async fn rows_that_ran_out_are_removed(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    sign_in(&store, session(1, mina.id)).await;
    let mut short = session(2, mina.id);
    short.expires_at = now();
    sign_in(&store, short).await;
    assert_eq!(store.remove_expired(now()).await.unwrap(), 1);
    assert_eq!(store.remove_expired(now()).await.unwrap(), 0);
    assert_eq!(store.list(mina.id, now()).await.unwrap().len(), 1);
}

async fn no_session_is_opened_with_an_old_password_or_for_a_leaving_person(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let old = Secret::new("hash of mina");
    let open = async |n, hash: &Secret| store.open(session(n, mina.id), hash.clone()).await.unwrap();
    assert!(open(1, &old).await);
    let new = Secret::new("hash of the new password");
    store.change_password(mina.id, new.clone(), &SessionId::new([1; 16]), now()).await.unwrap();
    assert!(!open(2, &old).await);
    assert!(open(3, &new).await);
    store.begin_sign_off(mina.id, now() + TimeDelta::days(15), now()).await.unwrap();
    assert!(!open(4, &new).await);
    assert_eq!(store.list(mina.id, now()).await.unwrap(), []);
}

async fn of_many_sessions_those_that_have_ended_are_found(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let (living, ended, hers) = (session(1, mina.id), session(2, mina.id), session(3, jun.id));
    for session in [&living, &ended, &hers] {
        sign_in(&store, session.clone()).await;
    }
    assert!(store.end(mina.id, &ended.id).await.unwrap());
    let mut asked: Vec<_> =
        [&living, &ended, &hers].iter().map(|session| (session.id.clone(), session.user)).collect();
    let foreign = (living.id.clone(), jun.id);
    asked.push(foreign.clone());
    // More than one statement takes.
    asked.extend((0..1200_u32).map(|n| (SessionId::new(u128::from(n + 0x0100_0000).to_be_bytes()), mina.id)));
    let find = async |at| store.find_ended(asked.clone(), at).await.unwrap();
    let found = find(now()).await;
    assert_eq!(found.len(), 1202);
    assert!(found.contains(&(ended.id.clone(), mina.id)) && found.contains(&foreign));
    assert!(!found.contains(&(living.id.clone(), mina.id)) && !found.contains(&(hers.id.clone(), jun.id)));
    assert_eq!(find(living.expires_at).await.len(), 1204, "their time is over");
    store.begin_sign_off(jun.id, now() + TimeDelta::days(15), now()).await.unwrap();
    assert!(find(now()).await.contains(&(hers.id, jun.id)));
    assert!(store.suspend(mina.id, now()).await.unwrap());
    assert_eq!(find(now()).await.len(), 1204);
}
