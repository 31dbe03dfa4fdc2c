//! What is special about the chat log in MongoDB: how it is away, and what a crash leaves of a deletion.

use std::time::{Duration, Instant};

use mongodb::bson::doc;
use nine_cloud::adapters::mongo::MongoChatLog;
use nine_cloud_actors::domain::chat::{Alias, ChatText, LogKey, Oid};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::date_of;
use nine_cloud_actors::ports::{ChatLog, Draft, Fact, NewMessage, Placed, PortError, PortResult};

use crate::harness::{TestDatabase, now, run_on_mongo};
use crate::proxy::Proxy;

/// Longest that anybody waits, and longest until all is well again (chat.md, promise 8).
const PATIENCE: Duration = Duration::from_secs(5);

fn said(n: u8) -> Draft {
    Draft::Message(NewMessage {
        id: Oid::from([n; 12]),
        author: Oid::from([255; 12]),
        person: None,
        name: Alias::new("느긋한 구름"),
        text: ChatText::parse("안녕").unwrap(),
        client_id: None,
        at: now(),
    })
}

async fn say(log: &MongoChatLog, n: u8) -> PortResult<Vec<Placed>> {
    log.append(LogKey::Plaza, 0, [said(n)].into()).await
}

async fn assert_away(log: &MongoChatLog, n: u8) {
    let began = Instant::now();
    let outcomes = futures_util::future::join(say(log, n), log.tail(LogKey::Plaza)).await;
    assert!(
        matches!(outcomes, (Err(PortError::Unavailable(_)), Err(PortError::Unavailable(_)))),
        "{outcomes:?}"
    );
    assert!(log.check().await.is_err(), "and the node is not ready");
    // The two above at once, and the check.
    assert!(began.elapsed() < 2 * PATIENCE, "{:?}", began.elapsed());
}

async fn assert_back(log: &MongoChatLog, n: u8) -> u64 {
    let began = Instant::now();
    loop {
        match say(log, n).await {
            Ok(placed) => match placed[..] {
                [Placed::At(seq) | Placed::Before { seq, .. }] => return seq,
                _ => panic!("{placed:?}"),
            },
            Err(error) => assert!(began.elapsed() < PATIENCE, "it does not come back: {error:?}"),
        }
    }
}

#[test]
fn a_server_that_is_not_there_yet_makes_the_node_wait_for_it() {
    run_on_mongo(async |database| {
        let proxy = Proxy::to(database.mongo_server());
        proxy.refuse();
        let log = database.mongo_log_at(proxy.address);
        assert_away(&log, 1).await;
        proxy.restore();
        assert_eq!(assert_back(&log, 1).await, 1);
        log.check().await.unwrap();
    });
}

#[test]
fn a_server_that_goes_is_missed_soon_and_found_again() {
    run_on_mongo(async |database| {
        let proxy = Proxy::to(database.mongo_server());
        let log = database.mongo_log_at(proxy.address);
        assert_eq!(assert_back(&log, 1).await, 1);
        proxy.refuse();
        assert_away(&log, 2).await;
        proxy.restore();
        assert_eq!(assert_back(&log, 2).await, 2);
    });
}

#[test]
fn a_server_that_falls_silent_hangs_nobody_and_nothing_is_said_twice() {
    run_on_mongo(async |database| {
        let proxy = Proxy::to(database.mongo_server());
        let log = database.mongo_log_at(proxy.address);
        assert_eq!(assert_back(&log, 1).await, 1);
        proxy.pause();
        // It may get through after all, when the line is restored.
        assert_away(&log, 2).await;
        proxy.restore();
        assert_eq!(assert_back(&log, 2).await, 2);
        assert_eq!(log.tail(LogKey::Plaza).await.unwrap(), 2);
    });
}

/// Puts things as they are when a node dies between the line of a deletion and the end of the text.
async fn with_half_a_deletion(database: &TestDatabase) -> MongoChatLog {
    let log = database.mongo_log_at(database.mongo_server());
    say(&log, 1).await.unwrap();
    delete(&log).await;
    let batches = database.mongo().await;
    let of = |first: i64| doc! { "room": "plaza", "first": first };
    batches.update_one(of(1), doc! { "$set": { "texts": { "1": "안녕" } } }).await.unwrap();
    batches.update_one(of(2), doc! { "$set": { "wiping": [1_i64] } }).await.unwrap();
    log
}

async fn delete(log: &MongoChatLog) -> Vec<Placed> {
    let deletion = Draft::Deletion { of: Oid::from([1; 12]), at: now() };
    log.append(LogKey::Plaza, 1, [deletion].into()).await.unwrap()
}

async fn is_stored(database: &TestDatabase) -> bool {
    let stored =
        database.mongo().await.find_one(doc! { "room": "plaza", "first": 1_i64 }).await.unwrap().unwrap();
    stored.get_document("texts").is_ok_and(|texts| texts.contains_key("1"))
}

#[test]
fn a_text_that_was_taken_back_is_shown_to_nobody_though_it_is_still_there() {
    run_on_mongo(async |database| {
        let log = with_half_a_deletion(database).await;
        assert!(is_stored(database).await);
        assert_eq!(log.history(LogKey::Plaza, None, 9).await.unwrap(), []);
        let lines = log.read_after(LogKey::Plaza, 0, 9).await.unwrap();
        assert!(matches!(lines[0].fact, Fact::Said { text: None, .. }), "{lines:?}");
        assert_eq!(log.find(Oid::from([1; 12])).await.unwrap().unwrap().text, None);
    });
}

#[test]
fn half_a_deletion_is_finished_by_the_next_one() {
    run_on_mongo(async |database| {
        let log = with_half_a_deletion(database).await;
        assert_eq!(delete(&log).await, [Placed::Nothing]);
        assert!(!is_stored(database).await);
    });
}

#[test]
fn half_a_deletion_is_finished_by_the_clean_up() {
    run_on_mongo(async |database| {
        let log = with_half_a_deletion(database).await;
        log.forget(now(), date_of(now())).await.unwrap();
        assert!(!is_stored(database).await);
        assert_eq!(log.history(LogKey::Plaza, None, 9).await.unwrap(), []);
    });
}

#[test]
fn an_address_that_cannot_be_read_is_not_repeated() {
    let refused = MongoChatLog::open(&Secret::new("mongodb://mina:hunter2@/?nonsense=:")).err().unwrap();
    assert!(!format!("{refused:?} {refused}").contains("hunter2"));
}
