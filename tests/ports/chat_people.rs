//! The contract of `ChatPeople`.

use std::collections::HashSet;

use chrono::TimeDelta;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::chat::{Alias, ChatText, LogKey, Oid, RoomName};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::ports::{
    AccountStore, BanSubject, ChatLog, ChatPeople, Draft, NewMessage, Report, Reported, Stage,
};

use crate::harness::{TestDatabase, now, on_each_backend, person, purge_due};

on_each_backend!(
    a_name_is_given_once_and_kept,
    a_name_belongs_to_one_person_of_a_stage,
    without_a_free_name_there_is_none,
    many_people_on_two_nodes_get_names_of_their_own,
    one_person_at_two_nodes_gets_one_name,
    whoever_is_hidden_is_hidden_for_that_viewer_alone,
    a_report_keeps_the_text_of_then_and_counts_once,
    a_report_outlives_the_accounts,
    reports_are_read_from_the_newest_on,
    a_ban_holds_until_its_end_and_is_never_shortened,
    an_ipv6_address_is_banned_with_its_network,
    a_room_is_closed_until_it_is_reopened,
    what_is_over_is_forgotten,
);

fn oid(n: u64) -> Oid {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&n.to_be_bytes());
    Oid::from(bytes)
}

fn stage(room: &str, day: &str) -> Stage {
    Stage { room: room.parse().unwrap(), day: day.parse().unwrap() }
}

fn plaza() -> Stage {
    stage("plaza", "2026-11-22")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

async fn settle(store: &SqlStore, stage: Stage, person: u64, candidates: &[&str]) -> Option<String> {
    let given = store.settle_alias(stage, oid(person), names(candidates)).await.unwrap();
    given.map(|alias| alias.as_str().to_owned())
}

async fn a_name_is_given_once_and_kept(database: &TestDatabase) {
    let store = database.store();
    assert_eq!(store.alias_of(plaza(), oid(1)).await.unwrap(), None);
    assert_eq!(settle(&store, plaza(), 1, &["느긋한 구름", "졸린 구름"]).await.unwrap(), "느긋한 구름");
    assert_eq!(settle(&database.store(), plaza(), 1, &["졸린 구름"]).await.unwrap(), "느긋한 구름");
    assert_eq!(store.alias_of(plaza(), oid(1)).await.unwrap(), Some(Alias::new("느긋한 구름")));
}

async fn a_name_belongs_to_one_person_of_a_stage(database: &TestDatabase) {
    let store = database.store();
    settle(&store, plaza(), 1, &["느긋한 구름"]).await;
    assert_eq!(settle(&store, plaza(), 2, &["느긋한 구름", "졸린 구름"]).await.unwrap(), "졸린 구름");
    for elsewhere in [stage("plaza", "2026-11-23"), stage("rain-sad@2026-11-22", "2026-11-22")] {
        assert_eq!(store.alias_of(elsewhere, oid(1)).await.unwrap(), None);
        assert_eq!(settle(&store, elsewhere, 2, &["느긋한 구름"]).await.unwrap(), "느긋한 구름");
    }
}

async fn without_a_free_name_there_is_none(database: &TestDatabase) {
    let store = database.store();
    settle(&store, plaza(), 1, &["가"]).await;
    settle(&store, plaza(), 2, &["나"]).await;
    assert_eq!(settle(&store, plaza(), 3, &["가", "나"]).await, None);
    assert_eq!(settle(&store, plaza(), 3, &[]).await, None);
    assert_eq!(store.alias_of(plaza(), oid(3)).await.unwrap(), None);
}

async fn many_people_on_two_nodes_get_names_of_their_own(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    let candidates: Vec<String> = (0..60).map(|n| format!("구름 {n}")).collect();
    let settling = (0..60).map(|person| {
        let node = if person % 2 == 0 { &one } else { &two };
        node.settle_alias(plaza(), oid(person), candidates.clone())
    });
    let given = futures_util::future::join_all(settling).await;
    let given: HashSet<Alias> = given.into_iter().map(|alias| alias.unwrap().unwrap()).collect();
    assert_eq!(given.len(), 60);
}

async fn one_person_at_two_nodes_gets_one_name(database: &TestDatabase) {
    let (one, two) = (database.store(), database.store());
    for round in 0..10 {
        let candidates = [[format!("가 {round}")], [format!("나 {round}")]];
        let (first, second) = tokio::join!(
            one.settle_alias(plaza(), oid(round), candidates[0].to_vec()),
            two.settle_alias(plaza(), oid(round), candidates[1].to_vec()),
        );
        let first = first.unwrap();
        assert!(first.is_some());
        assert_eq!(first, second.unwrap());
    }
}

async fn whoever_is_hidden_is_hidden_for_that_viewer_alone(database: &TestDatabase) {
    let store = database.store();
    settle(&store, plaza(), 1, &["느긋한 구름"]).await;
    settle(&store, plaza(), 2, &["졸린 구름"]).await;
    assert_eq!(store.hide(plaza(), oid(9), "없는 구름").await.unwrap(), None);
    for _ in 0..2 {
        assert_eq!(store.hide(plaza(), oid(9), "느긋한 구름").await.unwrap(), Some(oid(1)));
    }
    assert_eq!(store.hidden_by(plaza(), oid(9)).await.unwrap(), [oid(1)]);
    assert_eq!(store.hide(plaza(), oid(9), "졸린 구름").await.unwrap(), Some(oid(2)));
    assert_eq!(store.hidden_by(plaza(), oid(9)).await.unwrap(), [oid(1), oid(2)]);
    assert_eq!(store.hidden_by(plaza(), oid(1)).await.unwrap(), []);
    assert_eq!(store.hidden_by(stage("plaza", "2026-11-23"), oid(9)).await.unwrap(), []);
}

async fn say(store: &SqlStore, id: u64, person: Option<UserId>) {
    let message = NewMessage {
        id: oid(id),
        author: oid(1),
        person,
        name: Alias::new("느긋한 구름"),
        text: ChatText::parse("나쁜 말").unwrap(),
        client_id: None,
        at: now(),
    };
    let after = store.tail(LogKey::Plaza).await.unwrap();
    store.append(LogKey::Plaza, after, [Draft::Message(message)].into()).await.unwrap();
}

fn report(message: u64, reporter: u64, reporter_person: Option<UserId>) -> Report {
    Report {
        message: oid(message),
        reporter: oid(reporter),
        reporter_person,
        reason: format!("{reporter}의 까닭"),
        at: now(),
    }
}

/// What tests of reports look at, oldest first: text, reason, the accounts of the author and the reporter.
type Kept = (Option<String>, String, Option<UserId>, Option<UserId>);

fn kept(
    content: Option<&str>,
    reporter: u64,
    person: Option<UserId>,
    reporter_person: Option<UserId>,
) -> Kept {
    (content.map(ToOwned::to_owned), format!("{reporter}의 까닭"), person, reporter_person)
}

async fn reports(store: &SqlStore) -> Vec<Kept> {
    let reports = store.reports(None, 100).await.unwrap();
    for report in &reports {
        assert_eq!((report.room, report.author, report.mark.at), (LogKey::Plaza, Some(oid(1)), now()));
        assert_eq!(report.name, Some(Alias::new("느긋한 구름")));
    }
    let told = |report: Reported| (report.text, report.reason, report.author_person, report.reporter_person);
    reports.into_iter().rev().map(told).collect()
}

async fn a_report_keeps_the_text_of_then_and_counts_once(database: &TestDatabase) {
    let store = database.store();
    say(&store, 1, None).await;
    store.report(report(1, 2, None)).await.unwrap();
    let again = Report { reason: "다시".to_owned(), ..report(1, 2, None) };
    store.report(again).await.unwrap();
    store.append(LogKey::Plaza, 1, [Draft::Deletion { of: oid(1), at: now() }].into()).await.unwrap();
    store.report(report(1, 3, None)).await.unwrap();
    store.report(report(99, 3, None)).await.unwrap();
    let expected = [kept(Some("나쁜 말"), 2, None, None), kept(None, 3, None, None)];
    assert_eq!(reports(&store).await, expected);
}

async fn a_report_outlives_the_accounts(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (person(&store, "mina").await.id, person(&store, "jun").await.id);
    say(&store, 1, Some(mina)).await;
    store.report(report(1, 2, Some(jun))).await.unwrap();
    assert_eq!(reports(&store).await, [kept(Some("나쁜 말"), 2, Some(mina), Some(jun))]);
    for leaving in [mina, jun] {
        store.begin_sign_off(leaving, now(), now()).await.unwrap();
    }
    assert_eq!(purge_due(&store, now()).await.unwrap().accounts, 2);
    assert_eq!(reports(&store).await, [kept(Some("나쁜 말"), 2, None, None)]);
    store.report(report(1, 3, Some(jun))).await.unwrap();
}

async fn reports_are_read_from_the_newest_on(database: &TestDatabase) {
    let store = database.store();
    for id in [1, 2] {
        say(&store, id, None).await;
    }
    let earlier = now() - TimeDelta::milliseconds(1);
    for (message, reporter, at) in [(1, 5, now()), (1, 4, now()), (2, 3, now()), (2, 9, earlier)] {
        store.report(Report { at, ..report(message, reporter, None) }).await.unwrap();
    }
    let places = |reports: &[Reported]| -> Vec<(Oid, Oid)> {
        reports.iter().map(|report| (report.mark.message, report.mark.reporter)).collect()
    };
    let all = store.reports(None, 100).await.unwrap();
    let order = [(2, 3), (1, 5), (1, 4), (2, 9)].map(|(message, reporter)| (oid(message), oid(reporter)));
    assert_eq!(places(&all), order);
    let mut before = None;
    for place in order {
        let page = store.reports(before, 1).await.unwrap();
        assert_eq!(places(&page), [place]);
        before = Some(page[0].mark);
    }
    assert!(store.reports(before, 1).await.unwrap().is_empty());
}

async fn a_ban_holds_until_its_end_and_is_never_shortened(database: &TestDatabase) {
    let store = database.store();
    let (mina, jun) = (BanSubject::Person(UserId(1)), BanSubject::Person(UserId(12)));
    let hours = |n| now() + TimeDelta::hours(n);
    let until = async |subjects: &[BanSubject], at| store.banned_until(subjects, at).await.unwrap();
    assert_eq!(until(&[], now()).await, None);
    assert_eq!(until(&[mina, jun], now()).await, None);
    store.ban(mina, hours(5), "욕설", now()).await.unwrap();
    store.ban(mina, hours(2), "도배", now()).await.unwrap();
    assert_eq!(until(&[mina], now()).await, Some(hours(5)));
    assert_eq!(until(&[jun], now()).await, None);
    store.ban(mina, hours(7), "또 욕설", now()).await.unwrap();
    store.ban(jun, hours(1), "도배", now()).await.unwrap();
    assert_eq!(until(&[jun, mina], now()).await, Some(hours(7)));
    assert_eq!(until(&[mina], hours(7) - TimeDelta::milliseconds(1)).await, Some(hours(7)));
    assert_eq!(until(&[mina, jun], hours(7)).await, None);
    assert!(store.lift_ban(mina).await.unwrap());
    assert!(!store.lift_ban(mina).await.unwrap());
    assert_eq!(until(&[mina, jun], now()).await, Some(hours(1)));
}

async fn an_ipv6_address_is_banned_with_its_network(database: &TestDatabase) {
    let store = database.store();
    let address = |text: &str| BanSubject::Address(text.parse().unwrap());
    let until = now() + TimeDelta::hours(1);
    for banned in ["2001:db8:1:2::1", "::ffff:192.0.2.1"] {
        store.ban(address(banned), until, "도배", now()).await.unwrap();
    }
    for (text, is_banned) in [
        ("2001:db8:1:2:ffff::9", true),
        ("2001:db8:1:3::1", false),
        ("192.0.2.1", true),
        ("192.0.2.2", false),
    ] {
        let holds = store.banned_until(&[address(text)], now()).await.unwrap();
        assert_eq!(holds, is_banned.then_some(until), "{text}");
    }
}

async fn a_room_is_closed_until_it_is_reopened(database: &TestDatabase) {
    let store = database.store();
    let [plaza, cloud]: [RoomName; 2] = ["plaza", "rain-sad"].map(|name| name.parse().unwrap());
    let closed = async || {
        let rooms = database.store().closed_rooms().await.unwrap();
        rooms.into_iter().collect::<HashSet<_>>()
    };
    assert!(closed().await.is_empty());
    for room in [plaza, cloud, plaza] {
        store.close_room(room, now()).await.unwrap();
    }
    assert_eq!(closed().await, HashSet::from([plaza, cloud]));
    assert!(store.reopen_room(plaza).await.unwrap());
    assert!(!store.reopen_room(plaza).await.unwrap());
    // Not what is over: nobody has opened it.
    let next_year = now() + TimeDelta::days(366);
    ChatPeople::forget(&store, next_year.date_naive(), next_year, next_year).await.unwrap();
    assert_eq!(closed().await, HashSet::from([cloud]));
}

async fn what_is_over_is_forgotten(database: &TestDatabase) {
    let store = database.store();
    for (person, day) in [(1, "2026-11-20"), (2, "2026-11-21")] {
        settle(&store, stage("plaza", day), person, &["느긋한 구름"]).await;
        store.hide(stage("plaza", day), oid(9), "느긋한 구름").await.unwrap();
    }
    say(&store, 1, None).await;
    store.report(report(1, 2, None)).await.unwrap();
    let ban = BanSubject::Person(UserId(1));
    store.ban(ban, now(), "도배", now()).await.unwrap();
    let earlier = now() - TimeDelta::milliseconds(1);
    let yesterday = plaza().day - TimeDelta::days(1);
    let forget =
        async |day, reports_before, at| ChatPeople::forget(&store, day, reports_before, at).await.unwrap();
    assert_eq!(forget(yesterday - TimeDelta::days(1), now(), earlier).await, 0);
    assert_eq!(forget(yesterday, now() + TimeDelta::milliseconds(1), now()).await, 4);
    assert_eq!(store.alias_of(stage("plaza", "2026-11-20"), oid(1)).await.unwrap(), None);
    assert_eq!(store.hidden_by(stage("plaza", "2026-11-21"), oid(9)).await.unwrap(), [oid(2)]);
    assert_eq!(reports(&store).await, []);
    assert!(!store.lift_ban(ban).await.unwrap());
}
