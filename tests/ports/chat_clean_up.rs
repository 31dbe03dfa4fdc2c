//! The hourly job of the chat, on the ports it cleans up.

use std::sync::Arc;

use chrono::TimeDelta;
use nine_cloud::adapters::cache::EmbeddedCache;
use nine_cloud_actors::domain::chat::{Alias, ChatText, LogKey, Oid};
use nine_cloud_actors::domain::seoul::{Instant, date_of, midnight};
use nine_cloud_actors::ports::{Cache, ChatPeople, Draft, NewMessage, Recovery, Stage};
use nine_cloud_actors::scheduler::{Job, jobs};

use crate::harness::{TestDatabase, now, on_each_log};

on_each_log!(
    the_clouds_of_yesterday_stay_until_the_next_midnight,
    the_plaza_is_kept_for_thirty_days,
    recoveries_that_ran_out_go,
);

fn job(database: &TestDatabase) -> Job {
    let store = Arc::new(database.store());
    let cache = EmbeddedCache::new(database.store(), |_| None);
    jobs::clean_up_chat(database.log(), store, Arc::new(cache)).unwrap()
}

fn oid(n: u8) -> Oid {
    Oid::from([n; 12])
}

fn said(id: u8, at: Instant) -> Draft {
    Draft::Message(NewMessage {
        id: oid(id),
        author: oid(1),
        person: None,
        name: Alias::new("느긋한 구름"),
        text: ChatText::parse("안녕").unwrap(),
        client_id: None,
        at,
    })
}

async fn the_clouds_of_yesterday_stay_until_the_next_midnight(database: &TestDatabase) {
    let (log, store, job) = (database.log(), database.store(), job(database));
    let today = date_of(now());
    let room = LogKey::read("rain-sad", today).unwrap();
    let stage = Stage { room, day: today };
    log.append(room, 0, [said(1, now())].into()).await.unwrap();
    store.settle_alias(stage, oid(1), vec!["느긋한 구름".to_owned()]).await.unwrap();
    let day_after_tomorrow = midnight(today + TimeDelta::days(2));
    for (at, is_kept) in [
        (now(), true),
        (midnight(today + TimeDelta::days(1)), true),
        (day_after_tomorrow - TimeDelta::milliseconds(1), true),
        (day_after_tomorrow, false),
    ] {
        job.task.run(at).await.unwrap();
        assert_eq!(log.tail(room).await.unwrap(), u64::from(is_kept), "{at}");
        assert_eq!(store.alias_of(stage, oid(1)).await.unwrap().is_some(), is_kept, "{at}");
    }
}

async fn the_plaza_is_kept_for_thirty_days(database: &TestDatabase) {
    let (log, job) = (database.log(), job(database));
    let drafts = [said(1, now()), said(2, now() + TimeDelta::hours(1)), said(3, now() + TimeDelta::days(9))];
    log.append(LogKey::Plaza, 0, drafts.into()).await.unwrap();
    let month = now() + TimeDelta::days(30);
    for (at, left) in [(month, 3), (month + TimeDelta::minutes(1), 2), (month + TimeDelta::days(300), 1)] {
        job.task.run(at).await.unwrap();
        assert_eq!(log.read_after(LogKey::Plaza, 0, 9).await.unwrap().len(), left, "{at}");
    }
}

async fn recoveries_that_ran_out_go(database: &TestDatabase) {
    let (cache, job) = (EmbeddedCache::new(database.store(), |_| None), job(database));
    let recovery =
        |pid: &str, expires_at| Recovery { pid: pid.to_owned(), record: "{}".to_owned(), expires_at };
    let soon = now() + TimeDelta::minutes(2);
    cache.put_recoveries(vec![recovery("a", now()), recovery("b", soon)]).await.unwrap();
    job.task.run(now()).await.unwrap();
    assert_eq!(cache.remove_expired_recoveries(soon).await.unwrap(), 1, "the other was gone");
}
