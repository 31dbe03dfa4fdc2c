//! The contract of `Cache`, on the embedded one and on Redis.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use nine_cloud::adapters::cache::{EmbeddedCache, Quota};
use nine_cloud::adapters::redis::{Redis, RedisCache};
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{Cache, CodeTry, Limit, Recovery, RetryAfter};
use nine_cloud_actors::testing::TestClock;

use crate::harness::{TestDatabase, email, now, on_each_cache};

on_each_cache!(
    a_code_is_good_once,
    a_code_runs_out,
    five_wrong_tries_use_a_code_up,
    parallel_guesses_get_five_tries_and_a_right_code_is_taken_once,
    a_new_code_takes_the_place_of_the_old_one,
    a_code_outlives_a_restart,
    a_view_counts_once_in_its_time,
    limits_are_per_kind_and_key,
    a_recovery_is_found_until_it_runs_out_and_outlives_a_restart,
    the_last_of_many_recoveries_counts,
);

const HOUR: Duration = Duration::from_hours(1);

fn cache(database: &TestDatabase) -> Box<dyn Cache> {
    let burst = |limit| if limit == Limit::CallPerPerson { 600 } else { 2 };
    let quota = move |limit| Some(Quota { burst: NonZeroU32::new(burst(limit)).unwrap(), per: HOUR });
    match &database.redis {
        None => Box::new(EmbeddedCache::new(database.store(), quota)),
        Some(url) => {
            let clock = Arc::new(TestClock::at("2026-11-22T08:46:09.917Z"));
            Box::new(RedisCache::new(Redis::open(url).unwrap(), database.store(), clock, quota))
        }
    }
}

/// What a clean-up finds: in Redis nothing, as all of it goes by itself.
fn left(database: &TestDatabase, removed: u64) -> u64 {
    if database.redis.is_some() { 0 } else { removed }
}

fn code(text: &str) -> Secret {
    Secret::new(text)
}

async fn try_code(cache: &dyn Cache, to: &str, text: &str) -> CodeTry {
    cache.try_code(&email(to), &code(text), now()).await.unwrap()
}

async fn put_code(cache: &dyn Cache, to: &str, text: &str) {
    cache.put_code(&email(to), code(text), now() + TimeDelta::seconds(180)).await.unwrap();
}

async fn a_code_is_good_once(database: &TestDatabase) {
    let cache = cache(database);
    put_code(&*cache, "Mina@example.com", "ab12cd").await;
    assert_eq!(try_code(&*cache, "jun@example.com", "ab12cd").await, CodeTry::Missing);
    assert_eq!(try_code(&*cache, "mina@example.com", "ab12ce").await, CodeTry::Wrong);
    assert_eq!(try_code(&*cache, "mina@EXAMPLE.com", "ab12cd").await, CodeTry::Right);
    assert_eq!(try_code(&*cache, "mina@example.com", "ab12cd").await, CodeTry::Missing);
}

async fn a_code_runs_out(database: &TestDatabase) {
    let cache = cache(database);
    put_code(&*cache, "mina@example.com", "ab12cd").await;
    let end = now() + TimeDelta::seconds(180);
    let tried = cache.try_code(&email("mina@example.com"), &code("ab12cd"), end).await.unwrap();
    assert_eq!(tried, CodeTry::Missing);
    assert_eq!(cache.remove_expired_codes(end - TimeDelta::milliseconds(1)).await.unwrap(), 0);
    assert_eq!(cache.remove_expired_codes(end).await.unwrap(), left(database, 1));
}

async fn five_wrong_tries_use_a_code_up(database: &TestDatabase) {
    let cache = cache(database);
    put_code(&*cache, "mina@example.com", "ab12cd").await;
    for _ in 0..4 {
        assert_eq!(try_code(&*cache, "mina@example.com", "wrong!").await, CodeTry::Wrong);
    }
    put_code(&*cache, "jun@example.com", "ab12cd").await;
    for _ in 0..5 {
        assert_eq!(try_code(&*cache, "jun@example.com", "").await, CodeTry::Wrong);
    }
    assert_eq!(try_code(&*cache, "mina@example.com", "ab12cd").await, CodeTry::Right, "the fifth try");
    assert_eq!(try_code(&*cache, "jun@example.com", "ab12cd").await, CodeTry::Missing);
}

async fn parallel_guesses_get_five_tries_and_a_right_code_is_taken_once(database: &TestDatabase) {
    let cache = cache(database);
    put_code(&*cache, "mina@example.com", "ab12cd").await;
    let guesses = (0..20).map(|_| try_code(&*cache, "mina@example.com", "wrong!"));
    let outcomes = futures_util::future::join_all(guesses).await;
    assert_eq!(outcomes.into_iter().filter(|outcome| *outcome == CodeTry::Wrong).count(), 5);

    put_code(&*cache, "mina@example.com", "ab12cd").await;
    let guesses = (0..20).map(|_| try_code(&*cache, "mina@example.com", "ab12cd"));
    let outcomes = futures_util::future::join_all(guesses).await;
    assert_eq!(outcomes.into_iter().filter(|outcome| *outcome == CodeTry::Right).count(), 1);
}

async fn a_new_code_takes_the_place_of_the_old_one(database: &TestDatabase) {
    let cache = cache(database);
    put_code(&*cache, "mina@example.com", "first1").await;
    assert_eq!(try_code(&*cache, "mina@example.com", "wrong!").await, CodeTry::Wrong);
    put_code(&*cache, "MINA@example.com", "second").await;
    assert_eq!(try_code(&*cache, "mina@example.com", "first1").await, CodeTry::Wrong);
    for _ in 0..3 {
        assert_eq!(try_code(&*cache, "mina@example.com", "wrong!").await, CodeTry::Wrong);
    }
    assert_eq!(try_code(&*cache, "mina@example.com", "second").await, CodeTry::Right);
}

async fn a_code_outlives_a_restart(database: &TestDatabase) {
    put_code(&*cache(database), "mina@example.com", "ab12cd").await;
    assert_eq!(try_code(&*cache(database), "mina@example.com", "ab12cd").await, CodeTry::Right);
}

async fn a_view_counts_once_in_its_time(database: &TestDatabase) {
    let cache = cache(database);
    let ttl = Duration::from_mins(10);
    let mark =
        async |viewer, diary, at| cache.mark_view(UserId(viewer), DiaryId(diary), at, ttl).await.unwrap();
    assert!(mark(1, 1, now()).await);
    assert!(!mark(1, 1, now() + TimeDelta::seconds(599)).await);
    assert!(mark(1, 2, now()).await);
    assert!(mark(2, 1, now()).await);
    assert!(mark(1, 1, now() + TimeDelta::seconds(600)).await);
}

async fn limits_are_per_kind_and_key(database: &TestDatabase) {
    let cache = cache(database);
    let take = async |limit, key| cache.take(limit, key).await.unwrap();
    for _ in 0..2 {
        assert_eq!(take(Limit::SignInPerEmail, "mina").await, Ok(()));
    }
    let RetryAfter(wait) = take(Limit::SignInPerEmail, "mina").await.unwrap_err();
    assert!(wait > Duration::ZERO && wait <= HOUR / 2, "{wait:?}");
    assert_eq!(take(Limit::SignInPerEmail, "jun").await, Ok(()));
    assert_eq!(take(Limit::SignInPerClient, "mina").await, Ok(()));
    for _ in 0..600 {
        assert_eq!(take(Limit::CallPerPerson, "mina").await, Ok(()));
    }
    assert!(take(Limit::CallPerPerson, "mina").await.is_err());
}

fn recovery(pid: &str, record: &str) -> Recovery {
    let expires_at = now() + TimeDelta::minutes(2);
    Recovery { pid: pid.to_owned(), record: record.to_owned(), expires_at }
}

async fn a_recovery_is_found_until_it_runs_out_and_outlives_a_restart(database: &TestDatabase) {
    let one = cache(database);
    one.put_recoveries(vec![]).await.unwrap();
    one.put_recoveries(vec![recovery("pid", r#"{"이름":"구름 😀"}"#), recovery("Pid", "{}")]).await.unwrap();
    let cache = cache(database);
    let end = now() + TimeDelta::minutes(2);
    let find = async |pid, at| cache.find_recovery(pid, at).await.unwrap();
    assert_eq!(find("pid", end - TimeDelta::milliseconds(1)).await.unwrap(), r#"{"이름":"구름 😀"}"#);
    assert_eq!(find("Pid", now()).await.unwrap(), "{}");
    assert_eq!(find("pid", end).await, None);
    assert_eq!(find("pid ", now()).await, None);
    cache.remove_recovery("pid").await.unwrap();
    cache.remove_recovery("pid").await.unwrap();
    assert_eq!(find("pid", now()).await, None);
    assert_eq!(cache.remove_expired_recoveries(end - TimeDelta::milliseconds(1)).await.unwrap(), 0);
    assert_eq!(cache.remove_expired_recoveries(end).await.unwrap(), left(database, 1));
    assert_eq!(find("Pid", end).await, None);
}

async fn the_last_of_many_recoveries_counts(database: &TestDatabase) {
    let cache = cache(database);
    let many = |prefix: &str| (0..1200).map(|n| recovery(&n.to_string(), &format!("{prefix}{n}"))).collect();
    cache.put_recoveries(many("a")).await.unwrap();
    cache.put_recoveries(many("b")).await.unwrap();
    cache.put_recoveries(vec![recovery("7", "c"), recovery("8", "c"), recovery("7", "d")]).await.unwrap();
    for (pid, record) in [("0", "b0"), ("7", "d"), ("8", "c"), ("1199", "b1199")] {
        assert_eq!(cache.find_recovery(pid, now()).await.unwrap().unwrap(), record);
    }
    let end = now() + TimeDelta::days(1);
    assert_eq!(cache.remove_expired_recoveries(end).await.unwrap(), left(database, 1200));
}
