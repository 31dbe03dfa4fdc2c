//! The contract of `SolutionStore`, and of the consent that `AccountStore` keeps.

use chrono::{NaiveDate, TimeDelta};
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::date_of;
use nine_cloud_actors::domain::solution::{Answer, Solution, Source};
use nine_cloud_actors::ports::{AccountStore, DiaryStore, SolutionStore};

use crate::harness::{TestDatabase, diary, now, on_each_backend, person};

on_each_backend!(
    the_latest_solution_of_a_diary_is_kept_for_its_author,
    a_solution_goes_with_its_diary,
    turns_are_counted_per_person_and_day,
    parallel_turns_on_two_nodes_are_never_more_than_the_limit,
    consent_is_off_until_it_is_given,
);

fn answer(title: &str, source: Source, model: Option<&str>) -> Answer {
    Answer {
        solution: Solution {
            title: title.to_owned(),
            action_tips: ["물 한 잔을 마셔요 😀".to_owned(), "하나\n둘".to_owned()],
        },
        source,
        model: model.map(ToOwned::to_owned),
        created_at: now(),
    }
}

fn today() -> NaiveDate {
    date_of(now())
}

async fn the_latest_solution_of_a_diary_is_kept_for_its_author(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    let written = diary(&store, mina.id, now()).await;
    assert_eq!(store.latest(mina.id, written.id).await.unwrap(), None);
    for kept in [
        answer("처음", Source::Model, Some("gpt")),
        answer("다음", Source::Rules, None),
        answer("끝", Source::Safety, None),
    ] {
        assert!(store.keep(written.id, kept.clone()).await.unwrap());
        assert_eq!(database.store().latest(mina.id, written.id).await.unwrap(), Some(kept));
    }
    assert_eq!(store.latest(jun.id, written.id).await.unwrap(), None);
}

async fn a_solution_goes_with_its_diary(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let written = diary(&store, mina.id, now()).await;
    let said = answer("안녕", Source::Rules, None);
    assert!(store.keep(written.id, said.clone()).await.unwrap());
    assert!(store.delete(mina.id, written.id, now()).await.unwrap());
    assert_eq!(store.latest(mina.id, written.id).await.unwrap(), None);
    assert!(!store.keep(written.id, said.clone()).await.unwrap());
    assert!(!store.keep(DiaryId(written.id.0 + 1), said).await.unwrap());
}

async fn turns_are_counted_per_person_and_day(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
    for turn in 1..=3 {
        assert_eq!(store.take_turn(mina.id, today(), 3).await.unwrap(), Some(turn));
    }
    assert_eq!(database.store().take_turn(mina.id, today(), 3).await.unwrap(), None);
    assert_eq!(store.take_turn(jun.id, today(), 3).await.unwrap(), Some(1));
    let tomorrow = today() + TimeDelta::days(1);
    assert_eq!(store.take_turn(mina.id, tomorrow, 3).await.unwrap(), Some(1));
    assert_eq!(
        store.take_turn(mina.id, today(), 3).await.unwrap(),
        Some(2),
        "a slow clock opens no day anew"
    );
    assert_eq!(store.take_turn(UserId(jun.id.0 + 1), today(), 3).await.unwrap(), None);
}

async fn parallel_turns_on_two_nodes_are_never_more_than_the_limit(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    let mina = person(&one, "mina").await.id;
    let turns = (0..20).map(|n| if n % 2 == 0 { &one } else { &two }.take_turn(mina, today(), 5));
    let taken = futures_util::future::join_all(turns).await;
    let mut taken: Vec<u16> = taken.into_iter().filter_map(Result::unwrap).collect();
    taken.sort_unstable();
    assert_eq!(taken, [1, 2, 3, 4, 5]);
}

async fn consent_is_off_until_it_is_given(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await.id;
    assert!(!store.ai_consent(mina).await.unwrap());
    for given in [true, true, false] {
        assert!(store.set_ai_consent(mina, given, now()).await.unwrap());
        assert_eq!(store.ai_consent(mina).await.unwrap(), given);
    }
    let nobody = UserId(mina.0 + 1);
    assert!(!store.set_ai_consent(nobody, true, now()).await.unwrap());
    assert!(!store.ai_consent(nobody).await.unwrap());
}
