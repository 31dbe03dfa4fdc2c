//! The contract of `AccountStore`, without signing off (see `leaving`).

use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::account::AccountKind;
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::session::{Session, SessionId, SessionState};
use nine_cloud_actors::domain::text::Username;
use nine_cloud_actors::ports::{
    AccountStore, FileTaskKind, FileTaskStore, PortError, ProfileChange, SessionStore, UniqueKey,
};

use crate::harness::{TestDatabase, email, new_person, now, on_each_backend, person, picture, sign_in};

on_each_backend!(
    a_person_is_found_by_id_and_by_address_in_any_case,
    an_address_is_taken_in_any_case,
    of_many_parallel_sign_ups_one_wins,
    a_person_of_a_provider_has_a_picture_elsewhere_and_no_password,
    a_new_picture_replaces_the_old_one_and_queues_its_removal,
    a_picture_that_is_not_ours_is_never_queued,
    parallel_new_pictures_leave_no_orphan,
    a_new_password_ends_all_sessions_but_one,
    a_hash_is_only_replaced_while_it_is_the_old_one,
    administrators_come_and_go,
    a_suspended_person_is_out_until_they_are_let_in_again,
);

async fn a_person_is_found_by_id_and_by_address_in_any_case(database: &TestDatabase) {
    let store = database.store();
    let mina = store.create(new_person("Mina")).await.unwrap();
    assert_eq!(mina.email.as_typed(), "Mina@example.com");
    assert_eq!(AccountStore::find(&store, mina.id).await.unwrap().as_ref(), Some(&mina));
    let found = store.find_by_email(&email("mINA@EXAMPLE.com")).await.unwrap().unwrap();
    assert_eq!(found.account, mina);
    assert_eq!(found.account.email.as_typed(), "Mina@example.com");
    assert_eq!(found.password_hash, Some(Secret::new("hash of Mina")));
    let credentials = store.find_credentials(mina.id).await.unwrap().unwrap();
    assert_eq!(credentials.password_hash, Some(Secret::new("hash of Mina")));

    assert!(AccountStore::find(&store, UserId(mina.id.0 + 1)).await.unwrap().is_none());
    assert!(store.find_by_email(&email("jun@example.com")).await.unwrap().is_none());
    assert!(store.find_credentials(UserId(-1)).await.unwrap().is_none());
}

async fn an_address_is_taken_in_any_case(database: &TestDatabase) {
    let store = database.store();
    person(&store, "mina").await;
    let again = store.create(new_person("MINA")).await;
    assert!(matches!(again, Err(PortError::Conflict(UniqueKey::AccountEmail))), "{again:?}");
    // Letters that only look alike are other letters.
    person(&store, "minä").await;
    person(&store, "민아").await;
}

async fn of_many_parallel_sign_ups_one_wins(database: &TestDatabase) {
    let store = database.store();
    let tries = (0..16).map(|_| store.create(new_person("mina")));
    let outcomes = futures_util::future::join_all(tries).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for lost in outcomes.into_iter().filter_map(Result::err) {
        assert!(matches!(lost, PortError::Conflict(UniqueKey::AccountEmail)), "{lost:?}");
    }
}

async fn a_person_of_a_provider_has_a_picture_elsewhere_and_no_password(database: &TestDatabase) {
    let store = database.store();
    let mut new = new_person("mina");
    new.kind = AccountKind::Kakao;
    new.password_hash = None;
    new.profile_image = Some(Image::External("https://k.example.com/p/1.jpg?x=%ED%95%9C".to_owned()));
    let mina = store.create(new.clone()).await.unwrap();
    let found = store.find_by_email(&mina.email).await.unwrap().unwrap();
    assert_eq!(found.account.profile_image, new.profile_image);
    assert_eq!(found.account.kind, AccountKind::Kakao);
    assert!(found.password_hash.is_none());
}

async fn change_picture(store: &SqlStore, user: UserId) -> Image {
    let file = picture();
    let change = ProfileChange { username: None, picture: Some(file.clone()) };
    assert!(store.update_profile(user, change, now()).await.unwrap());
    Image::Stored(file.key)
}

async fn a_new_picture_replaces_the_old_one_and_queues_its_removal(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let first = change_picture(&store, mina.id).await;
    // The first is in the file store by now.
    for task in FileTaskStore::claim(&store, now(), now(), 10).await.unwrap() {
        assert!(FileTaskStore::finish(&store, &task).await.unwrap());
    }
    let second = change_picture(&store, mina.id).await;
    let found = AccountStore::find(&store, mina.id).await.unwrap().unwrap();
    assert_eq!((found.username.as_str(), found.profile_image), ("mina", Some(second.clone())));

    let tasks = FileTaskStore::claim(&store, now(), now(), 10).await.unwrap();
    assert_eq!(tasks.len(), 2);
    for task in tasks {
        match task.kind {
            FileTaskKind::Put(bytes) => {
                assert_eq!(Image::Stored(task.key), second);
                assert_eq!(bytes, picture().bytes);
            }
            FileTaskKind::Delete => assert_eq!(Image::Stored(task.key), first),
        }
    }

    let rename = ProfileChange { username: Username::parse("미나9"), picture: None };
    assert!(store.update_profile(mina.id, rename.clone(), now()).await.unwrap());
    let found = AccountStore::find(&store, mina.id).await.unwrap().unwrap();
    assert_eq!((found.username.as_str(), found.profile_image), ("미나9", Some(second)));
    assert!(!store.update_profile(UserId(mina.id.0 + 1), rename, now()).await.unwrap());
}

async fn a_picture_that_is_not_ours_is_never_queued(database: &TestDatabase) {
    let store = database.store();
    let mut new = new_person("mina");
    new.profile_image = Some(Image::External("https://k.example.com/p/1.jpg".to_owned()));
    let mina = store.create(new).await.unwrap();
    let ours = change_picture(&store, mina.id).await;
    let tasks = FileTaskStore::claim(&store, now(), now(), 10).await.unwrap();
    assert_eq!(tasks.iter().map(|task| Image::Stored(task.key.clone())).collect::<Vec<_>>(), [ours]);
}

async fn parallel_new_pictures_leave_no_orphan(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    futures_util::future::join_all((0..8).map(|_| change_picture(&store, mina.id))).await;
    let kept = AccountStore::find(&store, mina.id).await.unwrap().unwrap().profile_image;
    let tasks = FileTaskStore::claim(&store, now(), now(), 20).await.unwrap();
    assert_eq!(tasks.len(), 8);
    let (puts, removals): (Vec<_>, Vec<_>) =
        tasks.into_iter().partition(|task| matches!(task.kind, FileTaskKind::Put(_)));
    assert_eq!(removals.len(), 7);
    assert_eq!(puts.into_iter().map(|task| Image::Stored(task.key)).next(), kept);
}

async fn a_new_password_ends_all_sessions_but_one(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let session = |n: u8, user| Session {
        id: SessionId::new([n; 16]),
        user,
        device: None,
        created_at: now(),
        last_used_at: now(),
        expires_at: now() + chrono::TimeDelta::days(7),
    };
    for session in [session(1, mina.id), session(2, mina.id), session(3, mina.id), session(4, jun.id)] {
        sign_in(&store, session).await;
    }
    store.change_password(mina.id, Secret::new("new hash"), &SessionId::new([2; 16]), now()).await.unwrap();
    assert_eq!(SessionStore::list(&store, mina.id, now()).await.unwrap(), [session(2, mina.id)]);
    assert_eq!(SessionStore::list(&store, jun.id, now()).await.unwrap(), [session(4, jun.id)]);
    let hash = store.find_credentials(mina.id).await.unwrap().unwrap().password_hash;
    assert_eq!(hash, Some(Secret::new("new hash")));
}

async fn a_hash_is_only_replaced_while_it_is_the_old_one(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let hash = async || store.find_credentials(mina.id).await.unwrap().unwrap().password_hash;
    store.replace_hash(mina.id, Secret::new("HASH of mina"), Secret::new("x")).await.unwrap();
    assert_eq!(hash().await, Some(Secret::new("hash of mina")));
    store.replace_hash(mina.id, Secret::new("hash of mina"), Secret::new("better")).await.unwrap();
    assert_eq!(hash().await, Some(Secret::new("better")));
}

async fn administrators_come_and_go(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let is_admin = async || AccountStore::find(&store, mina.id).await.unwrap().unwrap().is_admin;
    assert!(!is_admin().await);
    assert!(store.set_admin(&email("MINA@example.com"), true).await.unwrap());
    assert!(store.set_admin(&email("mina@example.com"), true).await.unwrap(), "again is no error");
    assert!(is_admin().await);
    assert!(store.set_admin(&mina.email, false).await.unwrap());
    assert!(!is_admin().await);
    assert!(!store.set_admin(&email("jun@example.com"), true).await.unwrap());
}

async fn a_suspended_person_is_out_until_they_are_let_in_again(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let session = |user, id: u8| Session {
        id: SessionId::new([id; 16]),
        user,
        device: None,
        created_at: now(),
        last_used_at: now(),
        expires_at: now() + chrono::TimeDelta::days(7),
    };
    let (hers, his) = (session(mina.id, 1), session(jun.id, 2));
    sign_in(&store, hers.clone()).await;
    sign_in(&store, his.clone()).await;
    for _ in 0..2 {
        assert!(store.suspend(mina.id, now()).await.unwrap());
    }
    assert!(!store.suspend(UserId(-1), now()).await.unwrap());
    assert!(matches!(store.look_up(&hers.id, mina.id, now()).await.unwrap(), SessionState::Ended));
    assert!(matches!(store.look_up(&his.id, jun.id, now()).await.unwrap(), SessionState::Live(_)));
    assert!(!store.touch(&hers.id, mina.id, now()).await.unwrap());
    let credentials = store.find_by_email(&mina.email).await.unwrap().unwrap();
    assert!(credentials.account.is_suspended);
    let hash = credentials.password_hash.unwrap();
    assert!(
        !store.open(session(mina.id, 3), hash.clone()).await.unwrap(),
        "the row decides, not what was read before"
    );

    assert!(store.reinstate(mina.id, now()).await.unwrap());
    assert!(!store.reinstate(UserId(-1), now()).await.unwrap());
    assert!(!AccountStore::find(&store, mina.id).await.unwrap().unwrap().is_suspended);
    let old = store.look_up(&hers.id, mina.id, now()).await.unwrap();
    assert!(matches!(old, SessionState::Ended), "the old one is over");
    assert!(store.open(session(mina.id, 3), hash).await.unwrap());
}
