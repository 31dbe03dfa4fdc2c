//! The contract of `AuditLog`.

use nine_cloud_actors::domain::deed::{Action, Actor, Deed};
use nine_cloud_actors::domain::ids::{DeedId, UserId};
use nine_cloud_actors::ports::AuditLog;

use crate::harness::{TestDatabase, now, on_each_backend};

on_each_backend!(
    a_deed_is_written_before_it_is_done_and_settled_after,
    every_action_fits,
    deeds_are_read_in_pages
);

fn deed(action: Action, subject: &str) -> Deed {
    let by = Actor::Person(UserId(7));
    Deed { at: now(), by, action, subject: subject.to_owned(), node: "blue".to_owned() }
}

async fn a_deed_is_written_before_it_is_done_and_settled_after(database: &TestDatabase) {
    let store = database.store();
    assert_eq!(store.latest(None, 10).await.unwrap(), []);
    let id = store.begin(deed(Action::RunJob, "정리")).await.unwrap();
    let [record] = &store.latest(None, 10).await.unwrap()[..] else { panic!("one deed") };
    assert_eq!((record.id, record.at, &*record.by, &*record.action), (id, now(), "user 7", "run_job"));
    assert_eq!((&*record.subject, &*record.node, &record.outcome), ("정리", "blue", &None));
    store.settle(id, "done").await.unwrap();
    assert_eq!(store.latest(None, 10).await.unwrap()[0].outcome.as_deref(), Some("done"));
}

async fn every_action_fits(database: &TestDatabase) {
    let store = database.store();
    for action in Action::ALL {
        let mut deed = deed(action, &"가".repeat(191));
        (deed.by, deed.node) = (Actor::Operator, "n".repeat(64));
        store.begin(deed).await.unwrap();
    }
    let records = store.latest(None, 100).await.unwrap();
    let words: Vec<&str> = records.iter().rev().map(|record| &*record.action).collect();
    assert_eq!(words, Action::ALL.map(Action::as_wire));
    assert!(records.iter().all(|record| record.by == "token"));
}

async fn deeds_are_read_in_pages(database: &TestDatabase) {
    let store = database.store();
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(store.begin(deed(Action::DrainNode, &number.to_string())).await.unwrap());
    }
    ids.reverse();
    let page = async |before: Option<DeedId>| {
        let records = store.latest(before, 2).await.unwrap();
        records.into_iter().map(|record| record.id).collect::<Vec<_>>()
    };
    assert_eq!(page(None).await, ids[..2]);
    assert_eq!(page(Some(ids[1])).await, ids[2..4]);
    assert_eq!(page(Some(ids[3])).await, ids[4..]);
}
