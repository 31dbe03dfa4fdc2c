//! The contract of `ChatLog`.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use nine_cloud_actors::domain::chat::{Alias, ChatText, ClientId, LogKey, Oid};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{AccountStore, ChatLog, Draft, Entry, Fact, Found, NewMessage, Placed};
use nine_cloud_actors::scheduler::jobs::purge_due;

use crate::harness::{TestDatabase, now, on_each_log, person};

on_each_log!(
    a_batch_is_read_back_in_its_order,
    every_room_counts_for_itself,
    a_client_id_says_a_thing_once,
    a_client_id_belongs_to_its_author_and_room,
    the_same_client_id_twice_in_a_batch_says_it_once,
    a_batch_whose_outcome_was_lost_may_be_appended_again,
    whoever_believes_in_an_old_end_comes_after_what_was_written,
    nodes_that_write_at_once_make_one_order_without_gaps,
    a_client_id_sent_to_two_nodes_at_once_is_said_once,
    a_deletion_wipes_the_text_and_happens_once,
    a_message_may_be_taken_back_in_its_own_batch,
    a_room_closes_once,
    a_large_batch_is_whole,
    a_batch_that_cannot_be_written_leaves_nothing,
    history_goes_backwards_and_skips_what_was_taken_back,
    a_message_is_found_with_its_person_until_they_are_purged,
    old_lines_go_and_the_plaza_keeps_its_last,
    a_cloud_goes_with_its_day,
    a_long_plaza_is_forgotten_up_to_the_first_line_that_stays,
);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn cloud() -> LogKey {
    "rain-sad@2026-11-22".parse().unwrap()
}

fn oid(n: u64) -> Oid {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&n.to_be_bytes());
    Oid::from(bytes)
}

/// Message `id` of author 7, said `id` seconds after now.
fn message(id: u64) -> NewMessage {
    NewMessage {
        id: oid(id),
        author: oid(7),
        person: None,
        name: Alias::new("기분 좋은 구름"),
        text: ChatText::parse(&format!(" {id}번째 말 😀 ")).unwrap(),
        client_id: None,
        at: now() + TimeDelta::seconds(i64::try_from(id).unwrap()),
    }
}

fn named(id: u64, client_id: &str) -> Draft {
    Draft::Message(NewMessage { client_id: ClientId::parse(client_id), ..message(id) })
}

fn said(id: u64) -> Draft {
    Draft::Message(message(id))
}

fn deletion(of: u64) -> Draft {
    Draft::Deletion { of: oid(of), at: now() }
}

fn closing() -> Draft {
    Draft::Closing { at: now() }
}

async fn append(log: &dyn ChatLog, room: LogKey, after: u64, drafts: Vec<Draft>) -> Vec<Placed> {
    log.append(room, after, drafts.into()).await.unwrap()
}

async fn all(log: &dyn ChatLog, room: LogKey) -> Vec<Entry> {
    log.read_after(room, 0, u16::MAX).await.unwrap()
}

async fn find(log: &dyn ChatLog, id: u64) -> Option<Found> {
    log.find(oid(id)).await.unwrap()
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

fn at_each(seqs: impl IntoIterator<Item = u64>) -> Vec<Placed> {
    seqs.into_iter().map(Placed::At).collect()
}

fn before(id: u64, seq: u64) -> Placed {
    Placed::Before { id: oid(id), seq, at: message(id).at }
}

/// The line of message `id`.
fn line(seq: u64, id: u64, is_wiped: bool) -> Entry {
    let NewMessage { id, author, name, text, at, .. } = message(id);
    let text = (!is_wiped).then(|| Arc::from(text.as_str()));
    Entry { seq, at, fact: Fact::Said { id, author, name, text } }
}

async fn a_batch_is_read_back_in_its_order(database: &TestDatabase) {
    let log = database.log();
    assert_eq!(log.tail(LogKey::Plaza).await.unwrap(), 0);
    assert_eq!(append(&*log, LogKey::Plaza, 0, vec![]).await, []);
    assert_eq!(append(&*log, LogKey::Plaza, 0, vec![said(3), said(1)]).await, at_each(1..=2));
    assert_eq!(append(&*log, LogKey::Plaza, 2, vec![said(2)]).await, at_each([3]));
    let other = database.log();
    assert_eq!(other.tail(LogKey::Plaza).await.unwrap(), 3);
    let lines = [line(1, 3, false), line(2, 1, false), line(3, 2, false)];
    assert_eq!(all(&*other, LogKey::Plaza).await, lines);
    assert_eq!(log.read_after(LogKey::Plaza, 1, 1).await.unwrap(), lines[1..2]);
    assert_eq!(log.read_after(LogKey::Plaza, 3, 10).await.unwrap(), []);
    assert_eq!(log.read_after(LogKey::Plaza, u64::MAX, 10).await.unwrap(), []);
}

async fn every_room_counts_for_itself(database: &TestDatabase) {
    let log = database.log();
    let tomorrow = "rain-sad@2026-11-23".parse().unwrap();
    for (index, room) in [LogKey::Plaza, cloud(), tomorrow].into_iter().enumerate() {
        assert_eq!(append(&*log, room, 0, vec![said(index as u64)]).await, at_each([1]));
    }
    assert_eq!(all(&*log, cloud()).await, [line(1, 1, false)]);
    assert_eq!(log.tail("sun-happy@2026-11-22".parse().unwrap()).await.unwrap(), 0);
}

async fn a_client_id_says_a_thing_once(database: &TestDatabase) {
    let log = database.log();
    append(&*log, cloud(), 0, vec![said(1), named(2, "a"), named(3, "b")]).await;
    let again = append(&*log, cloud(), 3, vec![named(4, "b"), named(5, "c"), named(6, "a"), said(7)]).await;
    assert_eq!(again, [before(3, 3), Placed::At(4), before(2, 2), Placed::At(5)]);
    let lines = all(&*log, cloud()).await;
    assert_eq!(lines[3..], [line(4, 5, false), line(5, 7, false)]);
    assert_eq!(append(&*log, cloud(), 5, vec![named(8, "a")]).await, [before(2, 2)]);
    append(&*log, cloud(), 5, vec![deletion(2)]).await;
    assert_eq!(append(&*log, cloud(), 6, vec![named(9, "a")]).await, [before(2, 2)], "though taken back");
    assert_eq!(log.tail(cloud()).await.unwrap(), 6);
}

async fn a_client_id_belongs_to_its_author_and_room(database: &TestDatabase) {
    let log = database.log();
    append(&*log, cloud(), 0, vec![named(1, "a")]).await;
    assert_eq!(append(&*log, LogKey::Plaza, 0, vec![named(2, "a")]).await, at_each([1]));
    let jun = NewMessage { author: oid(8), client_id: ClientId::parse("a"), ..message(3) };
    assert_eq!(append(&*log, cloud(), 1, vec![Draft::Message(jun)]).await, at_each([2]));
    assert_eq!(append(&*log, cloud(), 2, vec![named(4, "A"), named(5, "a ")]).await, at_each([3, 4]));
}

async fn the_same_client_id_twice_in_a_batch_says_it_once(database: &TestDatabase) {
    let log = database.log();
    append(&*log, cloud(), 0, vec![named(1, "old")]).await;
    let drafts = vec![named(2, "a"), said(3), named(4, "a"), named(5, "old"), named(6, "old"), named(7, "a")];
    let placed = append(&*log, cloud(), 1, drafts).await;
    let expected = [Placed::At(2), Placed::At(3), before(2, 2), before(1, 1), before(1, 1), before(2, 2)];
    assert_eq!(placed, expected);
    assert_eq!(seqs(&all(&*log, cloud()).await), [1, 2, 3]);
}

async fn a_batch_whose_outcome_was_lost_may_be_appended_again(database: &TestDatabase) {
    let log = database.log();
    let drafts = || vec![said(1), named(2, "a"), said(3)];
    append(&*log, cloud(), 0, drafts()).await;
    let again = append(&*log, cloud(), 0, drafts()).await;
    assert_eq!(again, [before(1, 1), before(2, 2), before(3, 3)]);
    assert_eq!(log.tail(cloud()).await.unwrap(), 3);
}

async fn whoever_believes_in_an_old_end_comes_after_what_was_written(database: &TestDatabase) {
    let (one, two) = (database.log(), database.log());
    append(&*one, cloud(), 0, vec![said(1), said(2)]).await;
    assert_eq!(append(&*two, cloud(), 0, vec![said(3), said(4), said(5)]).await, at_each(3..=5));
    assert_eq!(append(&*one, cloud(), 2, vec![named(6, "a")]).await, at_each([6]));
    assert_eq!(append(&*two, cloud(), 5, vec![named(7, "a"), said(8)]).await, [before(6, 6), Placed::At(7)]);
    assert_eq!(seqs(&all(&*two, cloud()).await), (1..=7).collect::<Vec<_>>());
}

/// Each node believes in the end of what itself wrote last, as nodes do whose fan-out is away.
async fn nodes_that_write_at_once_make_one_order_without_gaps(database: &TestDatabase) {
    const NODES: u64 = 4;
    const BATCHES: u64 = 25;
    let node = async |n: u64| {
        let log = database.log();
        let mut after = 0;
        let mut own = Vec::new();
        for batch in 0..BATCHES {
            let first = 1000 * n + 4 * batch;
            // Now and then a batch that takes the careful way.
            let mut drafts = vec![said(first), said(first + 1), said(first + 2)];
            if batch % 5 == 4 {
                drafts.push(deletion(first + 1));
            }
            let placed = append(&*log, cloud(), after, drafts).await;
            let seqs: Vec<u64> = placed
                .into_iter()
                .map(|placed| match placed {
                    Placed::At(seq) => seq,
                    other => panic!("{other:?}"),
                })
                .collect();
            assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
            after = *seqs.last().unwrap();
            own.extend(seqs);
        }
        own
    };
    let nodes = futures_util::future::join_all((0..NODES).map(node)).await;
    let mut given: Vec<u64> = nodes.iter().flatten().copied().collect();
    given.sort_unstable();
    let total = NODES * (BATCHES * 3 + BATCHES / 5);
    assert_eq!(given, (1..=total).collect::<Vec<_>>());
    let lines = all(&*database.log(), cloud()).await;
    assert_eq!(seqs(&lines), given);
    for (n, own) in nodes.iter().enumerate() {
        let first = &lines[usize::try_from(own[0]).unwrap() - 1];
        assert!(matches!(&first.fact, Fact::Said { id, .. } if *id == oid(1000 * n as u64)), "{first:?}");
    }
}

async fn a_client_id_sent_to_two_nodes_at_once_is_said_once(database: &TestDatabase) {
    let (one, two) = (database.log(), database.log());
    for round in 0..10 {
        let client_id = format!("{round}");
        let sends = (0..4).map(|n| {
            let node = if n % 2 == 0 { &one } else { &two };
            append(&**node, cloud(), round, vec![named(10 * round + n, &client_id)])
        });
        let placed: Vec<Placed> = futures_util::future::join_all(sends).await.concat();
        let new =
            placed.iter().filter(|placed| matches!(placed, Placed::At(seq) if *seq == round + 1)).count();
        let old =
            placed.iter().filter(|p| matches!(p, Placed::Before { seq, .. } if *seq == round + 1)).count();
        assert_eq!((new, old), (1, 3), "{placed:?}");
    }
    assert_eq!(seqs(&all(&*one, cloud()).await), (1..=10).collect::<Vec<_>>());
}

async fn a_deletion_wipes_the_text_and_happens_once(database: &TestDatabase) {
    let log = database.log();
    append(&*log, cloud(), 0, vec![said(1), said(2)]).await;
    let placed = append(&*log, cloud(), 2, vec![deletion(1), deletion(1), deletion(9), said(3)]).await;
    assert_eq!(placed, [Placed::At(3), Placed::Nothing, Placed::Nothing, Placed::At(4)]);
    assert_eq!(append(&*log, cloud(), 4, vec![deletion(1)]).await, [Placed::Nothing]);
    assert_eq!(append(&*log, LogKey::Plaza, 0, vec![deletion(2)]).await, [Placed::Nothing], "elsewhere");
    let gone = Entry { seq: 3, at: now(), fact: Fact::Deleted { of: oid(1) } };
    let lines = [line(1, 1, true), line(2, 2, false), gone, line(4, 3, false)];
    assert_eq!(all(&*log, cloud()).await, lines);
    assert_eq!(find(&*log, 1).await.unwrap().text, None);
}

async fn a_message_may_be_taken_back_in_its_own_batch(database: &TestDatabase) {
    let log = database.log();
    let placed = append(&*log, cloud(), 0, vec![said(1), deletion(1), deletion(1), said(2)]).await;
    assert_eq!(placed, [Placed::At(1), Placed::At(2), Placed::Nothing, Placed::At(3)]);
    let gone = Entry { seq: 2, at: now(), fact: Fact::Deleted { of: oid(1) } };
    assert_eq!(all(&*log, cloud()).await, [line(1, 1, true), gone, line(3, 2, false)]);
}

async fn a_room_closes_once(database: &TestDatabase) {
    let (one, two) = (database.log(), database.log());
    append(&*one, cloud(), 0, vec![said(1)]).await;
    let closings = [&one, &two, &one, &two].map(|node| append(&**node, cloud(), 1, vec![closing()]));
    let mut placed = futures_util::future::join_all(closings).await.concat();
    placed.sort_unstable_by_key(|placed| *placed == Placed::Nothing);
    assert_eq!(placed, [Placed::At(2), Placed::Nothing, Placed::Nothing, Placed::Nothing]);
    let closed = Entry { seq: 2, at: now(), fact: Fact::Closed };
    assert_eq!(all(&*two, cloud()).await, [line(1, 1, false), closed]);
    let empty = "sun-soso@2026-11-22".parse().unwrap();
    assert_eq!(append(&*one, empty, 0, vec![closing(), closing()]).await, [Placed::At(1), Placed::Nothing]);
}

async fn a_large_batch_is_whole(database: &TestDatabase) {
    let log = database.log();
    let drafts: Vec<Draft> = (1..=1203).map(said).collect();
    assert_eq!(append(&*log, cloud(), 0, drafts).await, at_each(1..=1203));
    assert_eq!(seqs(&all(&*log, cloud()).await), (1..=1203).collect::<Vec<_>>());
}

async fn a_batch_that_cannot_be_written_leaves_nothing(database: &TestDatabase) {
    let log = database.log();
    append(&*log, cloud(), 0, vec![said(1)]).await;
    let jun = |id| Draft::Message(NewMessage { author: oid(8), ..message(id) });
    // An id that is taken by a message of somebody else.
    let drafts = vec![jun(2), deletion(1), jun(1)];
    assert!(log.append(cloud(), 1, drafts.into()).await.is_err());
    assert_eq!(all(&*log, cloud()).await, [line(1, 1, false)]);
}

async fn history_goes_backwards_and_skips_what_was_taken_back(database: &TestDatabase) {
    let log = database.log();
    let drafts = vec![said(1), said(2), said(3), deletion(2), said(4), closing()];
    append(&*log, cloud(), 0, drafts).await;
    let [first, third, last] = [line(1, 1, false), line(3, 3, false), line(5, 4, false)];
    let history = async |before, limit| log.history(cloud(), before, limit).await.unwrap();
    assert_eq!(history(None, 100).await, [last.clone(), third.clone(), first.clone()]);
    assert_eq!(history(None, 2).await, [last, third.clone()]);
    assert_eq!(history(Some(5), 100).await, [third, first.clone()]);
    assert_eq!(history(Some(3), 100).await, [first]);
    assert_eq!(history(Some(1), 100).await, []);
}

async fn a_message_is_found_with_its_person_until_they_are_purged(database: &TestDatabase) {
    let log = database.log();
    let store = database.store();
    let mina = person(&store, "mina").await.id;
    let of = |person: Option<UserId>, id| Draft::Message(NewMessage { person, ..message(id) });
    append(&*log, cloud(), 0, vec![of(Some(mina), 1), of(None, 2)]).await;
    assert_eq!(find(&*log, 3).await, None);
    let found = find(&*log, 1).await.unwrap();
    assert_eq!((found.room, found.seq, found.author, found.person), (cloud(), 1, oid(7), Some(mina)));
    assert_eq!(found.text.as_deref(), Some(" 1번째 말 😀 "));
    assert_eq!(find(&*log, 2).await.unwrap().person, None);

    store.begin_sign_off(mina, now(), now()).await.unwrap();
    assert_eq!(purge_due(&store, &*log, now()).await.unwrap().accounts, 1);
    let found = find(&*log, 1).await.unwrap();
    assert_eq!((found.person, found.text.as_deref()), (None, Some(" 1번째 말 😀 ")));
}

fn at_second(id: u64) -> Instant {
    message(id).at
}

async fn old_lines_go_and_the_plaza_keeps_its_last(database: &TestDatabase) {
    let log = database.log();
    let today = day("2026-11-22");
    assert_eq!(log.forget(now(), today).await.unwrap(), 0);
    append(&*log, LogKey::Plaza, 0, (1..=5).map(said).collect()).await;
    assert_eq!(log.forget(at_second(1), today).await.unwrap(), 0);
    assert_eq!(log.forget(at_second(3), today).await.unwrap(), 2);
    assert_eq!(seqs(&all(&*log, LogKey::Plaza).await), [3, 4, 5]);
    assert_eq!(log.forget(at_second(100), today).await.unwrap(), 2);
    assert_eq!(seqs(&all(&*log, LogKey::Plaza).await), [5]);
    assert_eq!(log.forget(at_second(100), today).await.unwrap(), 0);
    assert_eq!(append(&*log, LogKey::Plaza, 5, vec![said(6)]).await, at_each([6]));
}

async fn a_cloud_goes_with_its_day(database: &TestDatabase) {
    let log = database.log();
    let rooms: [LogKey; 4] = ["cloud-sad@2026-11-20", "rain-sad@2026-11-21", "sun-sad@2026-11-20", "plaza"]
        .map(|room| room.parse().unwrap());
    for (index, room) in (0..).zip(rooms) {
        append(&*log, room, 0, (10 * index..10 * index + 3).map(said).collect()).await;
    }
    assert_eq!(log.forget(at_second(0), day("2026-11-21")).await.unwrap(), 6);
    let mut left = Vec::new();
    for room in rooms {
        left.push(all(&*log, room).await.len());
    }
    assert_eq!(left, [0, 3, 0, 3]);
}

async fn a_long_plaza_is_forgotten_up_to_the_first_line_that_stays(database: &TestDatabase) {
    let log = database.log();
    append(&*log, LogKey::Plaza, 0, (1..=2500).map(said).collect()).await;
    assert_eq!(log.forget(at_second(2301), day("2026-11-22")).await.unwrap(), 2300);
    assert_eq!(all(&*log, LogKey::Plaza).await.len(), 200);
}
