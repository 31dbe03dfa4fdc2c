//! The contract of `FanOut`: in one process, and through Redis.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use nine_cloud::adapters::fan_out::InProcessFanOut;
use nine_cloud::adapters::redis::{Redis, RedisFanOut};
use nine_cloud_actors::domain::chat::{Alias, LogKey, Oid, PidMark};
use nine_cloud_actors::domain::ids::{NotificationId, UserId};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{BanSubject, Entry, Fact, FanOut, News};

use crate::harness::now;
use crate::redis_server;

macro_rules! on_each_fan_out {
    ($($test:ident),+ $(,)?) => {
        mod in_process {
            $(#[tokio::test] async fn $test() {
                let one = nine_cloud::adapters::fan_out::InProcessFanOut::new();
                let two = one.join();
                super::$test(&one, &two).await;
            })+
        }
        mod redis {
            $(#[tokio::test] async fn $test() {
                let Some(url) = crate::redis_server::database().await else { return };
                let (one, two) = (super::node(&url), super::node(&url));
                super::up([&one, &two]).await;
                super::$test(&one, &two).await;
            })+
        }
    };
}

on_each_fan_out!(
    a_node_hears_the_others_and_not_itself,
    news_come_in_the_order_of_the_calls,
    every_kind_of_news_arrives_as_it_was_told,
);

/// The end of one more node.
pub(crate) fn node(url: &Secret) -> RedisFanOut {
    let mut random = [0; 16];
    getrandom::fill(&mut random).unwrap();
    RedisFanOut::start(&Redis::open(url).unwrap(), random)
}

pub(crate) async fn up<'a>(nodes: impl IntoIterator<Item = &'a RedisFanOut>) {
    for node in nodes {
        eventually("the node is up", || node.is_up()).await;
    }
}

pub(crate) async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..6000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}: not within half a minute");
}

/// What a node has heard.
#[derive(Clone, Default)]
pub(crate) struct Ear(Arc<Mutex<Vec<News>>>);

impl Ear {
    pub(crate) fn on(node: &dyn FanOut) -> Self {
        let ear = Self::default();
        let heard = Arc::clone(&ear.0);
        node.subscribe(Box::new(move |news| heard.lock().unwrap().push(news)));
        ear
    }

    pub(crate) fn heard(&self) -> Vec<News> {
        self.0.lock().unwrap().iter().filter(|news| **news != News::Missed).cloned().collect()
    }

    /// How often it was said that something was missed.
    pub(crate) fn missed(&self) -> usize {
        self.0.lock().unwrap().iter().filter(|news| **news == News::Missed).count()
    }

    pub(crate) async fn hears(&self, news: &[News]) {
        eventually("news arrive", || self.heard().len() >= news.len()).await;
        assert_eq!(self.heard(), news);
    }
}

/// News that are told apart by a number.
pub(crate) fn news(number: i64) -> News {
    News::SessionsEnded(UserId(number))
}

async fn a_node_hears_the_others_and_not_itself(one: &dyn FanOut, two: &dyn FanOut) {
    let (ear_of_one, ear_of_two) = (Ear::on(one), Ear::on(two));
    one.publish(news(1));
    ear_of_two.hears(&[news(1)]).await;
    two.publish(news(2));
    ear_of_one.hears(&[news(2)]).await;
    assert_eq!(ear_of_two.heard(), [news(1)]);
}

async fn news_come_in_the_order_of_the_calls(one: &dyn FanOut, two: &dyn FanOut) {
    let (first, second) = (Ear::on(two), Ear::on(two));
    let many: Vec<News> = (0..3000).map(news).collect();
    for news in &many {
        one.publish(news.clone());
    }
    first.hears(&many).await;
    second.hears(&many).await;
}

async fn every_kind_of_news_arrives_as_it_was_told(one: &dyn FanOut, two: &dyn FanOut) {
    let ear = Ear::on(two);
    let id = Oid::new(&[7; 16]);
    let said = |text: Option<&str>| Fact::Said {
        id,
        author: id,
        name: Alias::new("졸린 구름"),
        text: text.map(Into::into),
    };
    let facts = [said(Some("\"안녕\"\n😀")), said(None), Fact::Deleted { of: id }, Fact::Closed];
    let entries = facts.into_iter().zip(1..).map(|(fact, seq)| Arc::new(Entry { seq, at: now(), fact }));
    let all = [
        News::Logged { room: "rain-sad@2026-11-22".parse().unwrap(), entries: entries.collect() },
        News::Banned(BanSubject::Person(UserId(1))),
        News::Banned(BanSubject::Address("192.0.2.1".parse().unwrap())),
        News::SessionsEnded(UserId(i64::MAX)),
        News::Notified { recipient: UserId(1), id: NotificationId(2) },
        News::Present { node: "blue \"1\"".into(), room: LogKey::Plaza, members: 3 },
        News::Recovered(PidMark::of("pid")),
    ];
    for news in &all {
        one.publish(news.clone());
    }
    ear.hears(&all).await;
}

#[test]
fn alone_nobody_has_to_be_waited_for() {
    assert!(InProcessFanOut::new().is_up());
    assert!(!redis_server::is_wanted() || !node(&Secret::new("redis://127.0.0.1:1")).is_up());
}
