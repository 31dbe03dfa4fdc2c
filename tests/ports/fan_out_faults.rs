//! What the fan-out goes through with a server that fails: nobody waits, nothing is lost unnoticed, and it comes back by
//! itself.

use std::time::{Duration, Instant};

use nine_cloud::adapters::redis::RedisFanOut;
use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::ports::{FanOut, News};

use crate::fan_out::{Ear, eventually, news, node, up};
use crate::redis_server::{RedisServer, is_wanted};

const STREAM: &str = "nine-cloud:news";

/// Two nodes at one server; the second is listened at.
struct Pair {
    server: RedisServer,
    one: RedisFanOut,
    two: RedisFanOut,
    ear: Ear,
}

impl Pair {
    /// `None` where there is no Redis to test with.
    async fn up() -> Option<Self> {
        if !is_wanted() {
            return None;
        }
        let server = RedisServer::start();
        let (one, two) = (node(&server.url()), node(&server.url()));
        up([&one, &two]).await;
        let ear = Ear::on(&two);
        Some(Self { server, one, two, ear })
    }
}

fn logged() -> News {
    News::Logged { room: LogKey::Plaza, entries: [].into() }
}

#[tokio::test]
async fn after_a_restart_everybody_looks_again_and_hears_again() {
    if !is_wanted() {
        return;
    }
    let mut server = RedisServer::start();
    let (one, two) = (node(&server.url()), node(&server.url()));
    up([&one, &two]).await;
    let ears = [Ear::on(&one), Ear::on(&two)];
    server.kill();
    eventually("both notice", || !one.is_up() && !two.is_up()).await;
    let missed = ears.each_ref().map(Ear::missed);
    one.publish(logged());
    one.publish(news(1));
    server.start_again();
    up([&one, &two]).await;
    for (ear, before) in ears.iter().zip(missed) {
        eventually("something was missed", || ear.missed() > before).await;
    }
    one.publish(news(2));
    // Whoever is thrown out is thrown out late; what was said is in the log.
    ears[1].hears(&[news(1), news(2)]).await;
}

#[tokio::test]
async fn a_server_that_is_away_at_first_is_found_when_it_comes() {
    if !is_wanted() {
        return;
    }
    let mut server = RedisServer::away();
    let began = Instant::now();
    let one = node(&server.url());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    one.publish(news(1));
    assert!(!one.is_up());
    server.start_again();
    let two = node(&server.url());
    let ear = Ear::on(&two);
    up([&one, &two]).await;
    eventually("the news or a gap", || ear.missed() > 0 || ear.heard() == [news(1)]).await;
}

#[tokio::test]
async fn connections_that_are_cut_are_made_anew_and_what_was_said_meanwhile_arrives() {
    let Some(Pair { server, one, two, ear }) = Pair::up().await else { return };
    let mut said = Vec::new();
    for round in 0..3 {
        server.ask::<redis::Value>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).await;
        one.publish(news(round));
        said.push(news(round));
        eventually("they go on", || ear.heard().last() == said.last()).await;
        up([&one, &two]).await;
    }
    // Nobody knows what was written when a connection broke, so news may come twice, but never in another order.
    let mut heard = ear.heard();
    heard.dedup();
    assert_eq!(heard, said);
}

#[tokio::test]
async fn whatever_a_server_forgets_is_heard_or_missed() {
    let Some(Pair { server, one, two, ear }) = Pair::up().await else { return };
    let mut said = Vec::new();
    for (round, forget) in [vec!["FLUSHALL"], vec!["XTRIM", STREAM, "MAXLEN", "0"]].into_iter().enumerate() {
        let missed = ear.missed();
        for number in 0..200 {
            let news = news(i64::try_from(round).unwrap() * 1000 + number);
            one.publish(news.clone());
            said.push(news);
            if number == 100 {
                // So that not all has been read by the time it is forgotten.
                server.ask::<redis::Value>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).await;
            }
            if number % 50 == 49 {
                server.ask::<redis::Value>(&forget).await;
            }
        }
        let is_whole = || said.iter().all(|news| ear.heard().contains(news));
        eventually("all is heard, or a gap", || is_whole() || ear.missed() > missed).await;
        up([&one, &two]).await;
    }
    one.publish(news(-1));
    eventually("the next is heard", || ear.heard().last() == Some(&news(-1))).await;
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_hangs() {
    let Some(Pair { server, one, two, ear }) = Pair::up().await else { return };
    server.freeze();
    let began = Instant::now();
    for number in 0..20_000 {
        one.publish(news(number));
    }
    assert!(!one.is_up(), "the queue is full");
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    eventually("the other one notices, too", || !two.is_up()).await;
    server.thaw();
    up([&one, &two]).await;
    eventually("it is said that something is missing", || ear.missed() > 0).await;
    one.publish(news(-1));
    eventually("the next is heard", || ear.heard().last() == Some(&news(-1))).await;
}

#[tokio::test]
async fn the_last_words_of_a_node_that_died_are_looked_for() {
    let Some(Pair { server: _server, one, two, ear }) = Pair::up().await else { return };
    one.publish(news(1));
    ear.hears(&[news(1)]).await;
    let missed = ear.missed();
    drop(one);
    eventually("the death is noticed", || ear.missed() > missed).await;
    assert!(two.is_up());
}

#[tokio::test]
async fn the_stream_stays_short_and_forgets_what_is_old() {
    if !is_wanted() {
        return;
    }
    let server = RedisServer::start();
    for number in 0..300 {
        server.ask::<String>(&["XADD", STREAM, &format!("{number}-1"), "n", "old", "s", "1"]).await;
    }
    let length = async || server.ask::<usize>(&["XLEN", STREAM]).await;
    assert_eq!(length().await, 300);
    let (one, two) = (node(&server.url()), node(&server.url()));
    up([&one, &two]).await;
    let ear = Ear::on(&two);
    while length().await >= 300 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for number in 0..20_000 {
        one.publish(news(number));
        if number % 1000 == 0 {
            eventually("they are read", || ear.heard().last() == Some(&news(number))).await;
        }
    }
    eventually("they are read", || ear.heard().last() == Some(&news(19_999))).await;
    assert_eq!(ear.heard().len(), 20_000);
    assert!(length().await < 8192 + 200, "{}", length().await);
}
