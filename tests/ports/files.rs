//! The contract of `FileTaskStore`.

use chrono::TimeDelta;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::diary::Diary;
use nine_cloud_actors::domain::file::{FileKey, NewFile};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{DiaryStore, FileTask, FileTaskKind, FileTaskStore};

use crate::harness::{TestDatabase, new_diary, now, on_each_backend, person, picture};

on_each_backend!(
    a_task_is_leased_and_comes_back_when_the_lease_ends,
    a_failed_task_waits_and_counts,
    two_nodes_never_hold_one_task,
    a_removal_waits_for_the_node_that_is_putting_the_file_there,
    finishing_twice_is_no_error,
);

async fn drawn(store: &SqlStore, author: UserId, day: i64) -> (Diary, NewFile) {
    let mut new = new_diary(author, now());
    new.date += TimeDelta::days(day);
    let file = picture();
    new.drawing = Some(file.clone());
    (store.publish(new).await.unwrap(), file)
}

async fn claim(store: &SqlStore, at: Instant) -> Vec<FileTask> {
    store.claim(at, at + TimeDelta::minutes(1), 10).await.unwrap()
}

fn keys(tasks: &[FileTask]) -> Vec<FileKey> {
    tasks.iter().map(|task| task.key.clone()).collect()
}

async fn a_task_is_leased_and_comes_back_when_the_lease_ends(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let (_, file) = drawn(&store, mina.id, 0).await;
    assert!(claim(&store, now() - TimeDelta::milliseconds(1)).await.is_empty());
    assert!(store.claim(now(), now(), 0).await.unwrap().is_empty());
    assert!(matches!(&claim(&store, now()).await[..], [task] if task.key == file.key));
    assert!(claim(&store, now() + TimeDelta::seconds(59)).await.is_empty());
    let back = claim(&store, now() + TimeDelta::seconds(60)).await;
    assert!(matches!(&back[..], [task] if task.attempts == 0));
    assert!(store.finish(&back[0]).await.unwrap());
    assert_eq!(store.find_pending(&file.key).await.unwrap(), None);
    assert!(claim(&store, now() + TimeDelta::days(1)).await.is_empty());
}

async fn a_failed_task_waits_and_counts(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let (_, file) = drawn(&store, mina.id, 0).await;
    let later = now() + TimeDelta::minutes(5);
    for attempts in 0..3 {
        let at = now() + TimeDelta::minutes(5) * attempts;
        let tasks = claim(&store, at).await;
        assert!(matches!(&tasks[..], [task] if task.attempts == attempts));
        store.postpone(&file.key, at + TimeDelta::minutes(5)).await.unwrap();
    }
    assert!(claim(&store, later).await.is_empty());
    assert_eq!(store.find_pending(&file.key).await.unwrap(), Some(file.bytes));
}

async fn two_nodes_never_hold_one_task(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    let mina = person(&one, "mina").await;
    for day in 0..20 {
        drawn(&one, mina.id, day).await;
    }
    let claims = [&one, &two, &one, &two].map(|node| node.claim(now(), now() + TimeDelta::minutes(1), 20));
    let mut held: Vec<FileKey> = Vec::new();
    for tasks in futures_util::future::join_all(claims).await {
        held.extend(keys(&tasks.unwrap()));
    }
    let claimed = held.len();
    held.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    held.dedup();
    assert_eq!((claimed, held.len()), (20, 20));
}

async fn a_removal_waits_for_the_node_that_is_putting_the_file_there(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let (diary, file) = drawn(&store, mina.id, 0).await;
    let put = claim(&store, now()).await.remove(0);
    assert!(store.delete(mina.id, diary.id, now()).await.unwrap());
    assert_eq!(store.find_pending(&file.key).await.unwrap(), None, "a deleted drawing is not served");
    assert!(claim(&store, now()).await.is_empty(), "the lease holds");
    assert!(!store.finish(&put).await.unwrap());
    let removal = claim(&store, now()).await.remove(0);
    assert!(removal.key == file.key && matches!(removal.kind, FileTaskKind::Delete));
    assert!(store.finish(&removal).await.unwrap());
    assert!(claim(&store, now() + TimeDelta::days(1)).await.is_empty());
}

async fn finishing_twice_is_no_error(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    let (diary, _) = drawn(&store, mina.id, 0).await;
    let put = claim(&store, now()).await.remove(0);
    assert!(store.finish(&put).await.unwrap());
    assert!(store.finish(&put).await.unwrap());
    store.delete(mina.id, diary.id, now()).await.unwrap();
    let removal = claim(&store, now()).await.remove(0);
    assert!(store.finish(&removal).await.unwrap());
    assert!(store.finish(&removal).await.unwrap());
}
