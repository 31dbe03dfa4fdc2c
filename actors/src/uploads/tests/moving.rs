use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use chrono::TimeDelta;

use super::fakes::{HOUR, Rig, key};
use crate::domain::file::FileKey;
use crate::domain::secret::Secret;
use crate::ports::{Clock, Elsewhere, FileStore, FileTaskKind};
use crate::refusal::Refusal;
use crate::uploads::OpenedFile;

/// Bounded, so that a failing test ends.
async fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    for _ in 0..400 {
        if is_true() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}");
}

#[actix::test]
async fn a_committed_file_is_readable_at_once_and_then_moved() {
    let rig = Rig::start();
    let file = rig.commit(1);
    assert_eq!(rig.pipeline.open(file.key.clone()).await, Ok(OpenedFile::Bytes(file.bytes.clone())));
    rig.pipeline.wake();
    until("the file was not moved", || rig.files.has(&file.key) && rig.tasks.is_empty()).await;
    assert_eq!(rig.pipeline.open(file.key).await, Ok(OpenedFile::Bytes(file.bytes)));
}

#[actix::test]
async fn what_the_last_run_left_is_moved_at_the_start() {
    let rig = Rig::start();
    let file = rig.commit(1);
    until("the file was not moved", || rig.files.has(&file.key)).await;
}

#[actix::test]
async fn a_flush_moves_everything_that_is_due() {
    let rig = Rig::start();
    let files: Vec<_> = (0..50).map(|n| rig.commit(n)).collect();
    rig.pipeline.flush().await.unwrap();
    assert!(rig.tasks.is_empty());
    assert!(files.iter().all(|file| rig.files.has(&file.key)));
}

#[actix::test]
async fn nothing_is_lost_while_the_file_store_is_away() {
    let rig = Rig::start();
    rig.files.is_away.store(true, SeqCst);
    let file = rig.commit(1);
    rig.pipeline.flush().await.unwrap();
    assert_eq!(
        rig.pipeline.open(file.key.clone()).await,
        Ok(OpenedFile::Bytes(file.bytes.clone())),
        "served from SQL"
    );
    assert_eq!(rig.tasks.due_in(&file.key, rig.clock.now()), TimeDelta::seconds(1));

    rig.clock.advance(TimeDelta::seconds(1));
    rig.pipeline.flush().await.unwrap();
    assert_eq!(rig.tasks.due_in(&file.key, rig.clock.now()), TimeDelta::seconds(2), "later every time");

    rig.files.is_away.store(false, SeqCst);
    rig.pipeline.flush().await.unwrap();
    assert!(!rig.files.has(&file.key), "not due yet");
    rig.clock.advance(TimeDelta::seconds(2));
    rig.pipeline.flush().await.unwrap();
    assert!(rig.files.has(&file.key) && rig.tasks.is_empty());
}

#[actix::test]
async fn browsers_are_sent_elsewhere_when_the_file_is_there_and_not_before() {
    let rig = Rig::start();
    rig.files.is_elsewhere.store(true, SeqCst);
    rig.files.is_away.store(true, SeqCst);
    let file = rig.commit(1);
    rig.pipeline.flush().await.unwrap();
    assert_eq!(rig.pipeline.open(file.key.clone()).await, Ok(OpenedFile::Bytes(file.bytes)));

    rig.files.is_away.store(false, SeqCst);
    rig.clock.advance(TimeDelta::seconds(1));
    rig.pipeline.flush().await.unwrap();
    let url = Secret::new(format!("memory:{}", file.key.as_str()));
    let there = Elsewhere { url, remember: HOUR };
    assert_eq!(rig.pipeline.open(file.key).await, Ok(OpenedFile::Elsewhere(there)));
}

#[actix::test]
async fn a_store_that_is_away_is_tried_a_few_times_and_not_for_every_file() {
    let rig = Rig::start();
    rig.files.is_away.store(true, SeqCst);
    let files: Vec<_> = (0..40).map(|n| rig.commit(n)).collect();
    rig.pipeline.flush().await.unwrap();
    let is_tried = |n: &usize| rig.tasks.due_in(&files[*n].key, rig.clock.now()) > TimeDelta::zero();
    let tried = (0..40).filter(is_tried).count();
    assert!((1..=12).contains(&tried), "{tried} of 40 were tried in a moment");

    rig.files.is_away.store(false, SeqCst);
    rig.clock.advance(TimeDelta::seconds(4));
    rig.pipeline.flush().await.unwrap();
    assert!(rig.tasks.is_empty(), "all of them within five seconds");
}

#[actix::test]
async fn nothing_is_lost_while_the_database_is_away() {
    let rig = Rig::start();
    let file = rig.commit(1);
    rig.tasks.is_away.store(true, SeqCst);
    rig.pipeline.flush().await.unwrap();
    assert_eq!(rig.pipeline.open(file.key.clone()).await, Err(Refusal::Unavailable));
    rig.tasks.is_away.store(false, SeqCst);
    rig.pipeline.flush().await.unwrap();
    assert!(rig.files.has(&file.key) && rig.tasks.is_empty());
}

#[actix::test]
async fn a_file_deleted_while_it_is_moved_leaves_no_orphan() {
    let rig = Rig::start();
    let file = rig.commit(1);
    let (tasks, key) = (Arc::clone(&rig.tasks), file.key.clone());
    let now = rig.clock.now();
    *rig.files.during_put.lock().unwrap() =
        Some(Box::new(move || tasks.add(&key, FileTaskKind::Delete, now)));
    rig.pipeline.flush().await.unwrap();
    assert!(!rig.files.has(&file.key), "an orphan stayed");
    assert!(rig.tasks.is_empty());
    assert_eq!(rig.pipeline.open(file.key).await, Err(Refusal::FileNotFound));
}

#[actix::test]
async fn a_removed_file_leaves_the_store_even_when_that_is_away_first() {
    let rig = Rig::start();
    let file = rig.commit(1);
    rig.pipeline.flush().await.unwrap();
    rig.files.is_away.store(true, SeqCst);
    rig.delete(&file.key);
    rig.pipeline.flush().await.unwrap();
    assert!(rig.files.has(&file.key));
    rig.files.is_away.store(false, SeqCst);
    rig.clock.advance(TimeDelta::seconds(1));
    rig.pipeline.flush().await.unwrap();
    assert!(!rig.files.has(&file.key) && rig.tasks.is_empty());
}

#[actix::test]
async fn a_file_that_fails_does_not_hold_up_the_others() {
    let rig = Rig::start();
    rig.files.is_away.store(true, SeqCst);
    let early = rig.commit(1);
    rig.pipeline.flush().await.unwrap();
    rig.files.is_away.store(false, SeqCst);
    let late = rig.commit(2);
    rig.pipeline.flush().await.unwrap();
    assert!(rig.files.has(&late.key) && !rig.files.has(&early.key));
}

#[actix::test]
async fn a_store_that_died_over_a_file_moves_it_after_its_lease() {
    let rig = Rig::start();
    rig.pipeline.flush().await.unwrap();
    let file = rig.commit(1);
    rig.files.panics.store(true, SeqCst);
    let _ = rig.pipeline.flush().await;
    assert!(!rig.files.has(&file.key));
    rig.clock.advance(TimeDelta::minutes(5));
    until("the actor was not recreated", || {
        rig.pipeline.wake();
        rig.files.has(&file.key)
    })
    .await;
    assert_eq!(rig.report("Store").restarted, 1);
}

#[actix::test]
async fn an_unknown_file_is_not_found_and_one_behind_a_dead_store_is_unavailable() {
    let rig = Rig::start();
    let unknown: FileKey = key(9);
    assert_eq!(rig.pipeline.open(unknown.clone()).await, Err(Refusal::FileNotFound));
    rig.files.is_away.store(true, SeqCst);
    assert_eq!(rig.pipeline.open(unknown).await, Err(Refusal::Unavailable));
    assert!(rig.files.check().await.is_err());
}
