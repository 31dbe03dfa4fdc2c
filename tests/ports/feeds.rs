//! The contract of `DiaryStore` about pages.

use chrono::TimeDelta;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{DiaryStore, Span};

use crate::harness::{TestDatabase, new_diary, now, on_each_backend, person};

on_each_backend!(
    pages_follow_each_other_without_a_gap,
    a_full_page_with_nothing_behind_it_is_the_last,
    a_span_is_half_open,
    the_feed_shows_public_diaries_only_and_my_list_shows_mine,
);

/// `count` diaries of one person on days one after another, all but the last two at the same instant.
async fn diaries(store: &SqlStore, author: UserId, count: i64) -> Vec<DiaryId> {
    let mut ids = Vec::new();
    for n in 0..count {
        let mut new = new_diary(author, now() + TimeDelta::seconds(i64::from(n >= count - 2) * n));
        new.date += TimeDelta::days(n);
        ids.push(store.publish(new).await.unwrap().id);
    }
    ids
}

fn everything() -> Span {
    Span { from: Instant::UNIX_EPOCH, until: now() + TimeDelta::days(100) }
}

async fn pages_follow_each_other_without_a_gap(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let mut newest_first = diaries(&store, mina.id, 23).await;
    newest_first.reverse();
    for own in [false, true] {
        let mut seen = Vec::new();
        for (page, size, is_last) in
            [(0, 10, false), (1, 10, false), (2, 3, true), (3, 0, true), (u32::MAX, 0, true)]
        {
            let found = if own {
                store.list_own(mina.id, everything(), page).await.unwrap()
            } else {
                store.list_public(everything(), page).await.unwrap()
            };
            assert_eq!((found.diaries.len(), found.is_last), (size, is_last), "page {page}");
            seen.extend(found.diaries.into_iter().map(|diary| diary.id));
        }
        assert_eq!(seen, newest_first);
    }
}

async fn a_full_page_with_nothing_behind_it_is_the_last(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    diaries(&store, mina.id, 10).await;
    assert!(store.list_public(everything(), 0).await.unwrap().is_last);
    assert!(store.list_own(mina.id, everything(), 0).await.unwrap().is_last);
}

async fn a_span_is_half_open(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    diaries(&store, mina.id, 1).await;
    let millisecond = TimeDelta::milliseconds(1);
    for (from, until, count) in [
        (now(), now() + millisecond, 1),
        (now() - millisecond, now(), 0),
        (now() + millisecond, now() + millisecond * 2, 0),
        (Instant::MIN_UTC, Instant::MAX_UTC, 1),
        (now() + millisecond, now(), 0),
    ] {
        let span = Span { from, until };
        assert_eq!(store.list_public(span, 0).await.unwrap().diaries.len(), count, "{span:?}");
        assert_eq!(store.list_own(mina.id, span, 0).await.unwrap().diaries.len(), count, "{span:?}");
    }
}

async fn the_feed_shows_public_diaries_only_and_my_list_shows_mine(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let mut private = new_diary(mina.id, now());
    private.is_public = false;
    let private = store.publish(private).await.unwrap();
    let public = store.publish(new_diary(jun.id, now())).await.unwrap();
    assert_eq!(store.list_public(everything(), 0).await.unwrap().diaries, [public]);
    assert_eq!(store.list_own(mina.id, everything(), 0).await.unwrap().diaries, [private]);
}
