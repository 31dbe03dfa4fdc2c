//! A cache whose Redis fails: what goes on, what is refused, and how soon.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use nine_cloud::adapters::cache::Quota;
use nine_cloud::adapters::redis::{Redis, RedisCache};
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{Cache, Clock as _, CodeTry, Limit, PortError, Recovery};
use nine_cloud_actors::testing::TestClock;

use crate::harness::{Backend, TestDatabase, email, now, run};
use crate::proxy::Proxy;
use crate::redis_server::{RedisServer, is_wanted};

const TTL: Duration = Duration::from_mins(10);

/// What each test may wait for an answer. Redis has less than a second for it, once; the rest is for a busy machine.
const SOON: Duration = Duration::from_secs(4);

struct Node {
    cache: RedisCache,
    redis: Redis,
    clock: TestClock,
}

fn node(database: &TestDatabase, url: &Secret) -> Node {
    let redis = Redis::open(url).unwrap();
    let quota = |_| Some(Quota { burst: NonZeroU32::new(3).unwrap(), per: Duration::from_hours(1) });
    let clock = TestClock::at("2026-11-22T08:46:09.917Z");
    let cache = RedisCache::new(redis.clone(), database.store(), Arc::new(clock.clone()), quota);
    Node { cache, redis, clock }
}

impl Node {
    async fn take(&self) -> bool {
        self.cache.take(Limit::CallPerPerson, "7").await.unwrap().is_ok()
    }

    async fn mark(&self) -> bool {
        self.cache.mark_view(UserId(1), DiaryId(1), now(), TTL).await.unwrap()
    }

    async fn keep(&self, record: &str) {
        let (pid, expires_at) = ("pid".to_owned(), self.clock.now() + TimeDelta::hours(12));
        self.cache
            .put_recoveries(vec![Recovery { pid, record: record.to_owned(), expires_at }])
            .await
            .unwrap();
        self.clock.advance(TimeDelta::milliseconds(1));
    }

    async fn kept(&self) -> Option<String> {
        self.cache.find_recovery("pid", self.clock.now()).await.unwrap()
    }

    async fn is_back(&self) {
        for _ in 0..1000 {
            if self.redis.check().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        panic!("Redis is not found again");
    }
}

fn with_a_server(test: impl AsyncFnOnce(&TestDatabase, RedisServer)) {
    if is_wanted() {
        run(Backend::Sqlite, async |database| test(database, RedisServer::start()).await);
    }
}

#[test]
fn limits_and_marks_go_on_in_this_node_alone() {
    with_a_server(async |database, mut server| {
        let (one, two) = (node(database, &server.url()), node(database, &server.url()));
        assert!(one.take().await && two.take().await && one.take().await);
        assert!(!two.take().await, "together they have had three");
        assert!(one.mark().await);
        assert!(!two.mark().await);
        server.kill();
        let began = Instant::now();
        for node in [&one, &two] {
            assert!(node.take().await && node.take().await && node.take().await);
            assert!(!node.take().await, "a limit holds without Redis, too");
            assert!(node.mark().await);
            assert!(!node.mark().await);
        }
        assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
        server.start_again();
        one.is_back().await;
        two.is_back().await;
        assert!(one.take().await && two.take().await && one.take().await);
        assert!(!two.take().await, "they count together again");
    });
}

#[test]
fn codes_are_refused_soon_and_taken_again_after() {
    with_a_server(async |database, mut server| {
        let node = node(database, &server.url());
        let (mina, code) = (email("mina@example.com"), Secret::new("ab12cd"));
        let end = now() + TimeDelta::seconds(180);
        server.kill();
        for _ in 0..50 {
            let began = Instant::now();
            let kept = node.cache.put_code(&mina, code.clone(), end).await;
            assert!(matches!(kept, Err(PortError::Unavailable(_))), "{kept:?}");
            let tried = node.cache.try_code(&mina, &code, now()).await;
            assert!(matches!(tried, Err(PortError::Unavailable(_))), "{tried:?}");
            assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
        }
        assert!(matches!(node.redis.check().await, Err(PortError::Unavailable(_))));
        server.start_again();
        node.is_back().await;
        node.cache.put_code(&mina, code.clone(), end).await.unwrap();
        assert_eq!(node.cache.try_code(&mina, &code, now()).await.unwrap(), CodeTry::Right);
    });
}

#[test]
fn a_server_that_hangs_holds_up_nobody_for_long() {
    with_a_server(async |database, server| {
        let node = node(database, &server.url());
        assert!(node.mark().await);
        server.freeze();
        let began = Instant::now();
        for _ in 0..500 {
            node.cache.take(Limit::CallPerClient, "192.0.2.1").await.unwrap().ok();
            node.mark().await;
        }
        assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
        server.thaw();
        node.is_back().await;
        assert!(!node.mark().await, "it has kept what it had");
    });
}

#[test]
fn recoveries_of_an_outage_are_found_by_every_node_and_the_last_word_counts() {
    with_a_server(async |database, server| {
        let network = Proxy::to(server.address());
        let url = Secret::new(format!("redis://{}", network.address));
        let (one, two) = (node(database, &url), node(database, &url));
        one.keep("before").await;
        network.refuse();
        assert_eq!(two.kept().await, None, "a node that cannot know says that it knows nothing");
        one.keep("meanwhile").await;
        for node in [&one, &two] {
            assert_eq!(node.kept().await.as_deref(), Some("meanwhile"));
        }
        network.restore();
        one.is_back().await;
        two.is_back().await;
        for node in [&one, &two] {
            assert_eq!(node.kept().await.as_deref(), Some("meanwhile"), "Redis has the older one still");
        }
        one.keep("after").await;
        assert_eq!(two.kept().await.as_deref(), Some("after"), "SQL has the older one still");
    });
}

#[test]
fn what_was_forgotten_in_an_outage_is_not_shown_again() {
    with_a_server(async |database, server| {
        let network = Proxy::to(server.address());
        let node = node(database, &Secret::new(format!("redis://{}", network.address)));
        node.keep("before").await;
        network.refuse();
        node.cache.remove_recovery("pid").await.unwrap();
        assert_eq!(node.kept().await, None);
        network.restore();
        node.is_back().await;
        assert_eq!(node.kept().await, None);
        node.clock.advance(TimeDelta::milliseconds(1));
        node.keep("after").await;
        assert_eq!(node.kept().await.as_deref(), Some("after"));
        node.cache.remove_recovery("pid").await.unwrap();
        assert_eq!(node.kept().await, None);
    });
}

#[test]
fn every_key_has_our_prefix_and_an_end_and_tells_nothing_of_a_person() {
    with_a_server(async |database, server| {
        let node = node(database, &server.url());
        let mina = email("mina@example.com");
        node.cache.put_code(&mina, Secret::new("ab12cd"), now() + TimeDelta::seconds(180)).await.unwrap();
        node.cache.try_code(&mina, &Secret::new("wrong!"), now()).await.unwrap();
        node.mark().await;
        node.keep("{}").await;
        for limit in Limit::ALL {
            node.cache.take(limit, mina.key()).await.unwrap().unwrap();
        }
        let keys: Vec<String> = server.ask(&["KEYS", "*"]).await;
        assert_eq!(keys.len(), 3 + Limit::ALL.len() + 1, "{keys:?}");
        for key in keys {
            assert!(key.starts_with("nine-cloud:") && !key.contains("mina") && !key.contains("pid"), "{key}");
            let millis: i64 = server.ask(&["PTTL", &key]).await;
            assert!(millis > 0 && millis <= 12 * 3_600_000, "{key}: {millis}");
            if key.contains(":code:") {
                let kept: Vec<String> = server.ask(&["HVALS", &key]).await;
                assert!(kept.len() == 3 && !kept.concat().contains("ab12cd"), "{kept:?}");
            }
        }
    });
}
