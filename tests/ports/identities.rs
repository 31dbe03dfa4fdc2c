//! The contract of `IdentityStore`, and of the sessions that an identity opens.

use chrono::TimeDelta;
use futures_util::future::join_all;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::account::{AccountKind, NewAccount};
use nine_cloud_actors::domain::identity::{Identity, Provider, Subject};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::session::{Session, SessionId, SessionState};
use nine_cloud_actors::ports::{
    AccountStore, DiaryStore, IdentityStore, PortError, SessionStore, Span, UniqueKey,
};

use crate::harness::{TestDatabase, diary, email, new_person, now, on_each_backend, person, purge_due};

on_each_backend!(
    an_identity_is_whose_it_was_bound_to,
    an_identity_is_one_persons_and_a_person_has_one_per_provider,
    of_many_parallel_bindings_one_wins,
    a_person_is_made_with_their_identity_or_not_at_all,
    of_many_parallel_makers_one_wins,
    an_identity_goes_with_its_person,
    a_session_is_opened_by_the_identity_of_its_person_only,
    a_session_that_an_identity_opens_takes_a_removal_back,
    a_removal_at_the_same_time_comes_wholly_before_or_after,
    a_suspended_person_is_not_let_in_by_their_identity,
);

fn identity(provider: Provider, subject: &str) -> Identity {
    Identity { provider, subject: Subject::parse(subject).unwrap() }
}

fn kakao(subject: &str) -> Identity {
    identity(Provider::Kakao, subject)
}

fn somebody_of_kakao(name: &str) -> NewAccount {
    NewAccount { password_hash: None, kind: AccountKind::Kakao, ..new_person(name) }
}

fn session(n: u8, user: UserId) -> Session {
    Session {
        id: SessionId::new([n; 16]),
        user,
        device: None,
        created_at: now() + TimeDelta::hours(1),
        last_used_at: now() + TimeDelta::hours(1),
        expires_at: now() + TimeDelta::days(7),
    }
}

fn is_taken<T>(outcome: &Result<T, PortError>) -> bool {
    matches!(outcome, Err(PortError::Conflict(UniqueKey::Identity)))
}

async fn is_live(store: &SqlStore, session: &Session) -> bool {
    let state = store.look_up(&session.id, session.user, now()).await.unwrap();
    matches!(state, SessionState::Live(_))
}

async fn an_identity_is_whose_it_was_bound_to(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let longest = "x".repeat(191);
    for subject in ["aB", &longest] {
        assert_eq!(store.owner(&kakao(subject)).await.unwrap(), None);
    }
    store.bind(mina.id, kakao("aB"), now()).await.unwrap();
    store.bind(jun.id, kakao(&longest), now()).await.unwrap();
    assert_eq!(store.owner(&kakao("aB")).await.unwrap(), Some(mina.id));
    assert_eq!(store.owner(&kakao(&longest)).await.unwrap(), Some(jun.id));
    for other in [kakao("ab"), kakao("a"), kakao("aB1"), identity(Provider::Naver, "aB")] {
        assert_eq!(store.owner(&other).await.unwrap(), None, "{other:?}");
    }
}

async fn an_identity_is_one_persons_and_a_person_has_one_per_provider(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    store.bind(mina.id, kakao("1"), now()).await.unwrap();
    assert!(is_taken(&store.bind(jun.id, kakao("1"), now()).await), "it is somebody's already");
    assert!(is_taken(&store.bind(mina.id, kakao("1"), now()).await), "and again");
    assert!(is_taken(&store.bind(mina.id, kakao("2"), now()).await), "she has one of Kakao");
    store.bind(mina.id, identity(Provider::Google, "1"), now()).await.unwrap();
    store.bind(jun.id, kakao("2"), now()).await.unwrap();
    assert_eq!(store.owner(&kakao("1")).await.unwrap(), Some(mina.id));
    assert_eq!(store.owner(&kakao("2")).await.unwrap(), Some(jun.id));
    assert_eq!(store.owner(&identity(Provider::Google, "1")).await.unwrap(), Some(mina.id));
}

async fn of_many_parallel_bindings_one_wins(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let outcomes = join_all((0..16).map(|n| store.bind(mina.id, kakao(&(n % 2).to_string()), now()))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| is_taken(outcome)).count(), 15, "{outcomes:?}");
}

async fn a_person_is_made_with_their_identity_or_not_at_all(database: &TestDatabase) {
    let store = database.store();
    let mina = store.create_owner(somebody_of_kakao("mina"), kakao("1")).await.unwrap();
    assert_eq!(store.owner(&kakao("1")).await.unwrap(), Some(mina.id));
    let found = store.find_by_email(&email("mina@example.com")).await.unwrap().unwrap();
    assert_eq!((found.account, found.password_hash), (mina.clone(), None));

    let same_address = store.create_owner(somebody_of_kakao("MINA"), kakao("2")).await;
    assert!(matches!(same_address, Err(PortError::Conflict(UniqueKey::AccountEmail))), "{same_address:?}");
    assert_eq!(store.owner(&kakao("2")).await.unwrap(), None);
    assert!(is_taken(&store.create_owner(somebody_of_kakao("jun"), kakao("1")).await));
    assert!(store.find_by_email(&email("jun@example.com")).await.unwrap().is_none(), "nobody is left behind");
    store.create_owner(somebody_of_kakao("jun"), kakao("2")).await.unwrap();
}

async fn of_many_parallel_makers_one_wins(database: &TestDatabase) {
    let store = database.store();
    // One subject whose address changes all the time: the identity alone decides.
    let makers = (0..16).map(|n| store.create_owner(somebody_of_kakao(&format!("mina{n}")), kakao("1")));
    let outcomes = join_all(makers).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|outcome| is_taken(outcome)).count(), 15, "{outcomes:?}");
    let mut made = 0;
    for n in 0..16 {
        let found = store.find_by_email(&email(&format!("mina{n}@example.com"))).await.unwrap();
        made += usize::from(found.is_some());
    }
    assert_eq!(made, 1);
}

async fn an_identity_goes_with_its_person(database: &TestDatabase) {
    let store = database.store();
    let mina = store.create_owner(somebody_of_kakao("mina"), kakao("1")).await.unwrap();
    store.begin_sign_off(mina.id, now(), now()).await.unwrap();
    assert_eq!(purge_due(&store, now()).await.unwrap().accounts, 1);
    assert_eq!(store.owner(&kakao("1")).await.unwrap(), None);
    assert!(!store.open_by_identity(session(1, mina.id), kakao("1")).await.unwrap());
    assert!(matches!(store.bind(mina.id, kakao("1"), now()).await, Err(PortError::Orphaned)));
    let again = store.create_owner(somebody_of_kakao("mina"), kakao("1")).await.unwrap();
    assert_ne!(again.id, mina.id);
}

async fn a_session_is_opened_by_the_identity_of_its_person_only(database: &TestDatabase) {
    let store = database.store();
    let mina = store.create_owner(somebody_of_kakao("mina"), kakao("1")).await.unwrap();
    let jun = person(&store, "jun").await;
    let hers = session(1, mina.id);
    assert!(store.open_by_identity(hers.clone(), kakao("1")).await.unwrap());
    assert_eq!(store.list(mina.id, now()).await.unwrap(), [hers]);
    for (n, user, identity) in [
        (2, mina.id, kakao("2")),
        (3, mina.id, identity(Provider::Google, "1")),
        (4, jun.id, kakao("1")),
        (5, UserId(jun.id.0 + 1), kakao("1")),
    ] {
        assert!(!store.open_by_identity(session(n, user), identity.clone()).await.unwrap(), "{identity:?}");
    }
    assert_eq!(store.list(jun.id, now()).await.unwrap(), []);
    assert_eq!(store.list(mina.id, now()).await.unwrap().len(), 1);
}

async fn a_session_that_an_identity_opens_takes_a_removal_back(database: &TestDatabase) {
    let store = database.store();
    let mina = store.create_owner(somebody_of_kakao("mina"), kakao("1")).await.unwrap();
    let jun = person(&store, "jun").await;
    let (hers, his) = (diary(&store, mina.id, now()).await, diary(&store, jun.id, now()).await);
    for leaver in [mina.id, jun.id] {
        store.begin_sign_off(leaver, now() + TimeDelta::days(15), now()).await.unwrap();
        store.grant_recall(leaver, now() + TimeDelta::minutes(10)).await.unwrap();
    }
    assert!(store.open_by_identity(session(1, mina.id), kakao("1")).await.unwrap());
    assert!(is_live(&store, &session(1, mina.id)).await);
    let purge_at = async |user| AccountStore::find(&store, user).await.unwrap().unwrap().purge_at;
    assert_eq!(purge_at(mina.id).await, None);
    assert_eq!(store.pending_sign_off(&mina.email, now()).await.unwrap(), None, "the grant is closed");
    assert!(!store.recall(&mina.email, now()).await.unwrap());
    assert!(purge_at(jun.id).await.is_some(), "another's removal stays");
    let everything = Span { from: now() - TimeDelta::days(1), until: now() + TimeDelta::days(1) };
    let shown: Vec<_> =
        store.list_public(everything, 0).await.unwrap().diaries.into_iter().map(|diary| diary.id).collect();
    assert_eq!(shown, [hers.id], "and not {:?}", his.id);
    assert_eq!(purge_due(&store, now() + TimeDelta::days(16)).await.unwrap().accounts, 1);
}

async fn a_removal_at_the_same_time_comes_wholly_before_or_after(database: &TestDatabase) {
    let store = database.store();
    for n in 0..12 {
        let name = format!("mina{n}");
        let mina = store.create_owner(somebody_of_kakao(&name), kakao(&name)).await.unwrap();
        let session = session(n, mina.id);
        let (opened, left) = futures_util::join!(
            store.open_by_identity(session.clone(), kakao(&name)),
            store.begin_sign_off(mina.id, now() + TimeDelta::days(15), now()),
        );
        assert!(opened.unwrap());
        left.unwrap();
        let is_leaving = AccountStore::find(&store, mina.id).await.unwrap().unwrap().purge_at.is_some();
        assert_eq!(is_live(&store, &session).await, !is_leaving);
        assert_eq!(store.list(mina.id, now()).await.unwrap().is_empty(), is_leaving);
    }
}

async fn a_suspended_person_is_not_let_in_by_their_identity(database: &TestDatabase) {
    let store = database.store();
    let mina = store.create_owner(somebody_of_kakao("mina"), kakao("1")).await.unwrap();
    store.suspend(mina.id, now()).await.unwrap();
    assert!(!store.open_by_identity(session(1, mina.id), kakao("1")).await.unwrap());
    assert!(!is_live(&store, &session(1, mina.id)).await);
    store.reinstate(mina.id, now()).await.unwrap();
    assert!(store.open_by_identity(session(2, mina.id), kakao("1")).await.unwrap());
}
