//! The contract of `DiaryStore::toggle_like`.

use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::ports::DiaryStore;

use crate::harness::{TestDatabase, diary, new_diary, now, on_each_backend, person};

on_each_backend!(
    a_like_comes_and_goes,
    what_is_not_seen_cannot_be_liked,
    sixty_four_toggles_of_one_person_leave_the_count_of_the_rows,
    sixty_four_people_on_two_nodes_leave_the_count_of_the_rows,
    an_author_may_like_and_leave_at_once,
);

async fn a_like_comes_and_goes(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let on = store.toggle_like(jun.id, written.id, now()).await.unwrap().unwrap();
    assert_eq!((on.liked, on.diary.like_count, on.diary.updated_at), (true, 1, written.updated_at));
    let like = store.find_visible(written.id, Some(jun.id)).await.unwrap().unwrap().like.unwrap();
    assert_eq!((like.user, like.diary, like.created_at), (jun.id, written.id, now()));
    assert_eq!(store.find_visible(written.id, Some(mina.id)).await.unwrap().unwrap().like, None);
    assert_eq!(store.find_visible(written.id, None).await.unwrap().unwrap().like, None);
    let off = store.toggle_like(jun.id, written.id, now()).await.unwrap().unwrap();
    assert_eq!((off.liked, off.diary), (false, written));
}

async fn what_is_not_seen_cannot_be_liked(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let mut private = new_diary(mina.id, now());
    private.is_public = false;
    let private = store.publish(private).await.unwrap();
    assert!(store.toggle_like(jun.id, private.id, now()).await.unwrap().is_none());
    assert!(store.toggle_like(jun.id, DiaryId(private.id.0 + 1), now()).await.unwrap().is_none());
    assert!(store.toggle_like(mina.id, private.id, now()).await.unwrap().unwrap().liked);
}

async fn sixty_four_toggles_of_one_person_leave_the_count_of_the_rows(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    let toggles = (0..63).map(|_| store.toggle_like(jun.id, written.id, now()));
    let outcomes = futures_util::future::join_all(toggles).await;
    let liked =
        outcomes.into_iter().filter(|outcome| outcome.as_ref().unwrap().as_ref().unwrap().liked).count();
    assert_eq!(liked, 32);
    let detail = store.find_visible(written.id, Some(jun.id)).await.unwrap().unwrap();
    assert_eq!((detail.diary.like_count, detail.like.is_some()), (1, true));
    let last = store.toggle_like(jun.id, written.id, now()).await.unwrap().unwrap();
    assert_eq!((last.liked, last.diary.like_count), (false, 0));
}

async fn sixty_four_people_on_two_nodes_leave_the_count_of_the_rows(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    let mina = person(&one, "mina").await;
    let written = diary(&one, mina.id, now()).await;
    let mut fans: Vec<UserId> = Vec::new();
    for n in 0..64 {
        fans.push(person(&one, &format!("fan{n}")).await.id);
    }
    // Everyone once on the one node, and every fourth person again on the other.
    let first = fans.iter().map(|&fan| one.toggle_like(fan, written.id, now()));
    let again = fans.iter().step_by(4).map(|&fan| two.toggle_like(fan, written.id, now()));
    for outcome in futures_util::future::join_all(first.chain(again)).await {
        assert!(outcome.unwrap().unwrap().diary.like_count >= 0);
    }
    let mut rows = 0;
    for &fan in &fans {
        rows += i64::from(one.find_visible(written.id, Some(fan)).await.unwrap().unwrap().like.is_some());
    }
    assert_eq!(rows, 48);
    assert_eq!(one.find_visible(written.id, None).await.unwrap().unwrap().diary.like_count, rows);
}

/// The two take the same row locks in opposite order: one of them has to start over.
async fn an_author_may_like_and_leave_at_once(database: &TestDatabase) {
    use nine_cloud_actors::ports::AccountStore;
    let store = database.store();
    for n in 0..10 {
        let author = person(&store, &format!("author{n}")).await.id;
        let written = diary(&store, author, now()).await;
        let (liked, left) = tokio::join!(
            store.toggle_like(author, written.id, now()),
            store.begin_sign_off(author, now(), now())
        );
        assert!(liked.unwrap().unwrap().liked);
        left.unwrap();
    }
}
