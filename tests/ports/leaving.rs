//! The contract of `AccountStore` about signing off, taking it back, and the purge.

use chrono::TimeDelta;
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::session::{Session, SessionId, SessionState};
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::{
    AccountStore, CommentStore, DiaryStore, FileTaskKind, FileTaskStore, ProfileChange, PurgeReport,
    SessionStore, Span,
};

use crate::harness::{
    TestDatabase, diary, email, new_diary, now, on_each_backend, person, picture, purge_due, sign_in,
};

on_each_backend!(
    signing_off_hides_the_diaries_and_ends_the_sessions,
    signing_off_again_does_not_extend_the_time,
    a_diary_published_while_leaving_is_hidden_too,
    only_a_grant_opens_the_way_back,
    the_purge_removes_all_of_a_person_and_nothing_of_others,
    the_purge_puts_the_counts_of_likes_right,
    whoever_came_back_is_not_purged,
    many_people_are_purged_by_many_nodes_at_once,
);

fn everything() -> Span {
    Span { from: Instant::UNIX_EPOCH, until: now() + TimeDelta::days(1000) }
}

fn later(days: i64) -> Instant {
    now() + TimeDelta::days(days)
}

async fn signing_off_hides_the_diaries_and_ends_the_sessions(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let hidden = diary(&store, mina.id, now()).await;
    let id = SessionId::new([1; 16]);
    let session = Session {
        id: id.clone(),
        user: mina.id,
        device: None,
        created_at: now(),
        last_used_at: now(),
        expires_at: later(7),
    };
    sign_in(&store, session).await;
    store.begin_sign_off(mina.id, later(15), now()).await.unwrap();

    assert!(matches!(store.look_up(&id, mina.id, now()).await.unwrap(), SessionState::Ended));
    assert!(store.list_public(everything(), 0).await.unwrap().diaries.is_empty());
    assert!(store.find_visible(hidden.id, Some(jun.id)).await.unwrap().is_none());
    assert!(store.find_visible(hidden.id, None).await.unwrap().is_none());
    assert!(store.find_visible(hidden.id, Some(mina.id)).await.unwrap().is_some());
    assert!(store.toggle_like(jun.id, hidden.id, now()).await.unwrap().is_none());
    assert_eq!(AccountStore::find(&store, mina.id).await.unwrap().unwrap().purge_at, Some(later(15)));

    store.grant_recall(mina.id, now() + TimeDelta::minutes(10)).await.unwrap();
    assert!(store.recall(&mina.email, now()).await.unwrap());
    assert_eq!(AccountStore::find(&store, mina.id).await.unwrap().unwrap().purge_at, None);
    assert_eq!(store.list_public(everything(), 0).await.unwrap().diaries, [hidden]);
}

async fn signing_off_again_does_not_extend_the_time(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    store.begin_sign_off(mina.id, later(15), now()).await.unwrap();
    store.begin_sign_off(mina.id, later(30), later(15)).await.unwrap();
    assert_eq!(AccountStore::find(&store, mina.id).await.unwrap().unwrap().purge_at, Some(later(15)));
}

async fn a_diary_published_while_leaving_is_hidden_too(database: &TestDatabase) {
    let store = database.store();
    for n in 0..8 {
        let leaver = person(&store, &format!("leaver{n}")).await;
        let publish = store.publish(new_diary(leaver.id, now()));
        let (published, left) = tokio::join!(publish, store.begin_sign_off(leaver.id, later(15), now()));
        left.unwrap();
        published.unwrap();
    }
    let shown = store.list_public(everything(), 0).await.unwrap().diaries;
    assert!(shown.is_empty(), "{} diaries of leavers in the feed", shown.len());
}

async fn only_a_grant_opens_the_way_back(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let until = now() + TimeDelta::minutes(10);
    // No grant for who is not leaving.
    store.grant_recall(mina.id, until).await.unwrap();
    assert_eq!(store.pending_sign_off(&mina.email, now()).await.unwrap(), None);

    store.begin_sign_off(mina.id, later(15), now()).await.unwrap();
    assert_eq!(store.pending_sign_off(&mina.email, now()).await.unwrap(), None);
    assert!(!store.recall(&mina.email, now()).await.unwrap());

    store.grant_recall(mina.id, until).await.unwrap();
    let typed_otherwise = email("MINA@example.com");
    assert_eq!(store.pending_sign_off(&typed_otherwise, now()).await.unwrap(), Some(later(15)));
    assert_eq!(store.pending_sign_off(&mina.email, until).await.unwrap(), None);
    assert!(!store.recall(&mina.email, until).await.unwrap());
    assert!(!store.recall(&email("jun@example.com"), now()).await.unwrap());
    assert!(store.recall(&typed_otherwise, now()).await.unwrap());
    assert!(!store.recall(&mina.email, now()).await.unwrap(), "a grant is used up");
    assert_eq!(store.pending_sign_off(&mina.email, now()).await.unwrap(), None);

    // A new sign-off does not find the old grant.
    store.begin_sign_off(mina.id, later(16), now()).await.unwrap();
    assert!(!store.recall(&mina.email, now()).await.unwrap());
}

async fn the_purge_removes_all_of_a_person_and_nothing_of_others(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let mut drawn = new_diary(mina.id, now());
    drawn.drawing = Some(picture());
    let gone = store.publish(drawn.clone()).await.unwrap();
    let mut drawn = new_diary(jun.id, now());
    drawn.drawing = Some(picture());
    let stays = store.publish(drawn).await.unwrap();
    let avatar = ProfileChange { username: None, picture: Some(picture()) };
    store.update_profile(mina.id, avatar, now()).await.unwrap();
    let text = || CommentText::parse("좋아요").unwrap();
    let own = store.add(jun.id, stays.id, text(), now()).await.unwrap().unwrap().id;
    let hers = store.add(mina.id, stays.id, text(), now()).await.unwrap().unwrap().id;
    store.add_reply(jun.id, stays.id, hers, text(), now()).await.unwrap().unwrap();
    store.add_reply(mina.id, stays.id, own, text(), now()).await.unwrap().unwrap();
    let hers = store.add(jun.id, gone.id, text(), now()).await.unwrap();
    assert!(hers.is_some());

    store.begin_sign_off(mina.id, later(15), now()).await.unwrap();
    assert_eq!(
        purge_due(&store, later(15) - TimeDelta::milliseconds(1)).await.unwrap(),
        PurgeReport::default()
    );
    assert_eq!(purge_due(&store, later(15)).await.unwrap(), PurgeReport { accounts: 1, files: 2 });
    assert_eq!(purge_due(&store, later(15)).await.unwrap(), PurgeReport::default());

    assert!(AccountStore::find(&store, mina.id).await.unwrap().is_none());
    let state = store.look_up(&SessionId::new([1; 16]), mina.id, now()).await.unwrap();
    assert!(matches!(state, SessionState::NoSuchUser));
    assert!(store.find_visible(gone.id, Some(mina.id)).await.unwrap().is_none());
    let left: Vec<_> = CommentStore::list(&store, stays.id, None).await.unwrap();
    assert_eq!(left.iter().map(|comment| comment.id).collect::<Vec<_>>(), [own]);
    assert!(store.list_replies(stays.id, None).await.unwrap().is_empty());

    let tasks = FileTaskStore::claim(&store, later(15), later(15), 10).await.unwrap();
    for task in &tasks {
        let is_put = matches!(task.kind, FileTaskKind::Put(_));
        assert_eq!(is_put, stays.image == Some(Image::Stored(task.key.clone())));
    }
    assert_eq!(tasks.len(), 3);
}

async fn the_purge_puts_the_counts_of_likes_right(database: &TestDatabase) {
    let store = database.store();
    let author = person(&store, "author").await;
    let liked = diary(&store, author.id, now()).await;
    let mut fans: Vec<UserId> = Vec::new();
    for n in 0..5 {
        let fan = person(&store, &format!("fan{n}")).await.id;
        assert!(store.toggle_like(fan, liked.id, now()).await.unwrap().unwrap().liked);
        fans.push(fan);
    }
    for &fan in &fans[..3] {
        let own = diary(&store, fan, now()).await;
        store.toggle_like(fan, own.id, now()).await.unwrap();
        store.begin_sign_off(fan, later(15), now()).await.unwrap();
    }
    assert_eq!(purge_due(&store, later(20)).await.unwrap().accounts, 3);
    let detail = store.find_visible(liked.id, Some(fans[4])).await.unwrap().unwrap();
    assert_eq!(detail.diary.like_count, 2);
    assert!(detail.like.is_some());
    assert_eq!(detail.diary.updated_at, liked.updated_at);
    // Down to nothing as well.
    for &fan in &fans[3..] {
        store.begin_sign_off(fan, later(15), now()).await.unwrap();
    }
    purge_due(&store, later(20)).await.unwrap();
    assert_eq!(store.find_visible(liked.id, None).await.unwrap().unwrap().diary.like_count, 0);
}

async fn whoever_came_back_is_not_purged(database: &TestDatabase) {
    let store = database.store();
    for n in 0..8 {
        let name = format!("person{n}");
        let mina = person(&store, &name).await;
        store.begin_sign_off(mina.id, now(), now()).await.unwrap();
        store.grant_recall(mina.id, later(1)).await.unwrap();
        let (recalled, purged) = tokio::join!(store.recall(&mina.email, now()), purge_due(&store, now()));
        let (recalled, purged) = (recalled.unwrap(), purged.unwrap());
        assert_eq!(purged.accounts, u64::from(!recalled));
        assert_eq!(AccountStore::find(&store, mina.id).await.unwrap().is_some(), recalled);
    }
}

async fn many_people_are_purged_by_many_nodes_at_once(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    let author = person(&one, "author").await;
    let liked = diary(&one, author.id, now()).await;
    for n in 0..70 {
        let leaver = person(&one, &format!("leaver{n}")).await;
        one.toggle_like(leaver.id, liked.id, now()).await.unwrap();
        one.begin_sign_off(leaver.id, later(15), now()).await.unwrap();
    }
    let (a, b) = tokio::join!(purge_due(&one, later(15)), purge_due(&two, later(15)));
    assert_eq!(a.unwrap().accounts + b.unwrap().accounts, 70);
    assert_eq!(one.find_visible(liked.id, None).await.unwrap().unwrap().diary.like_count, 0);
}
