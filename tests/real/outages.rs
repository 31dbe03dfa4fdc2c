//! Each backend away in turn while people go on: what needs it is refused, nothing else is, and nothing is lost.
//!
//! `OUTAGE_SECS` says for how long (8).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use diesel_async::{AsyncConnection as _, AsyncMysqlConnection, SimpleAsyncConnection as _};
use futures_util::join;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::hard_kit::server::ADMIN;
use crate::hard_kit::{Person, Server};
use crate::kit::backends::Backends;
use crate::kit::proxy::Proxy;
use crate::town::{Deed, Diary, Outcome, Town};

const ALL: [&str; 7] = ["write", "read feed", "read diary", "look at picture", "like", "talk", "sign up"];

/// Nothing is answered later. Five seconds are promised; a busy machine gets some more.
const ANSWERED: Duration = Duration::from_secs(7);

/// Everything is as before within this after a return. Five seconds are promised here, too.
const RECOVERED: Duration = Duration::from_secs(10);

/// What the server may have grown by over all of it: caches, pools, and the allocator's slack.
const GROWTH: u64 = 64 << 20;

/// A backend, and what cannot be done without it.
struct Case<'a> {
    name: &'static str,
    line: &'a Proxy,
    needed_for: &'a [&'a str],
}

#[tokio::test]
async fn whatever_is_away_people_go_on_and_lose_nothing() {
    let Some(backends) = Backends::start().await else { return };
    let variables = backends.variables();
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let server = Server::start_with(&variables);
    let outage = outage();
    // Nobody writes more often than every 150 ms.
    let (people, sql) = Person::some(usize::try_from(outage.as_secs() + 15).unwrap() * 10 * 7);
    let mut database = AsyncMysqlConnection::establish(&backends.mysql_url()).await.unwrap();
    database.batch_execute(&sql).await.unwrap();
    let town = Town::new(&server, people);
    let cases = [
        Case { name: "redis", line: &backends.redis, needed_for: &["sign up"] },
        Case { name: "chat log", line: &backends.mongo, needed_for: &["talk"] },
        Case { name: "bucket", line: &backends.bucket, needed_for: &[] },
        Case { name: "mail", line: &backends.smtp, needed_for: &[] },
        Case { name: "sql", line: &backends.mysql, needed_for: &ALL },
    ];
    let story = async {
        sleep(Duration::from_secs(3)).await;
        let (mut report, before) = (String::new(), server.resident_bytes());
        for case in &cases {
            for (how, break_it) in [("refused", Proxy::refuse as fn(&Proxy)), ("silent", Proxy::pause)] {
                let recovery = live_through(&town, &backends, &server, case, how, break_it, outage).await;
                let _ = writeln!(report, "{} {how}: whole again after {recovery:.1?}", case.name);
            }
        }
        let after = server.resident_bytes();
        town.end();
        println!("{report}{} MiB became {} MiB", before >> 20, after >> 20);
        assert!(after < before + GROWTH, "{} MiB became {} MiB", before >> 20, after >> 20);
    };
    join!(town.lives(), story);
    assert_nothing_is_lost(&town).await;
    assert_all_were_counted(&server).await;
    server.assert_discreet(["visitor-1@example.com"]);
}

/// One outage; answers how long it took until all was as before.
async fn live_through(
    town: &Town<'_>,
    backends: &Backends,
    server: &Server,
    case: &Case<'_>,
    how: &str,
    break_it: fn(&Proxy),
    outage: Duration,
) -> Duration {
    let what = format!("{} {how}", case.name);
    assert_all_went_well(&what, &town.take_deeds());
    let (diaries, asked) = (town.diaries.borrow().len(), town.asked.borrow().len());
    break_it(case.line);
    sleep(outage).await;
    case.line.restore();
    let back = Instant::now();
    let drawn: Vec<Diary> = town.diaries.borrow()[diaries..].to_vec();
    let promised: Vec<String> = town.asked.borrow()[asked..].to_vec();
    until(back, &what, async || town.has_done_all_since(back, &ALL)).await;
    until(back, &what, async || promised.iter().all(|email| backends.sink.has_mail_to(email))).await;
    until(back, &what, async || is_ready(server).await).await;
    for Diary { image, .. } in &drawn {
        until(back, &what, async || is_in_bucket(server, image).await).await;
    }
    let recovery = back.elapsed();
    let during = town.take_deeds();
    println!("{what}:\n{}", table(&during));
    for deed in &during {
        let may_fail = case.needed_for.contains(&deed.what);
        let is_fine = deed.outcome == Outcome::Done || (may_fail && deed.outcome == Outcome::Unavailable);
        assert!(is_fine && deed.took < ANSWERED, "{what}: {deed:?}");
    }
    recovery
}

fn assert_all_went_well(before: &str, deeds: &[Deed]) {
    for deed in deeds {
        assert!(deed.outcome == Outcome::Done && deed.took < ANSWERED, "before {before}: {deed:?}");
    }
}

async fn until(back: Instant, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    while !is_so().await {
        assert!(back.elapsed() < RECOVERED, "{what}: not as before in time");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn is_ready(server: &Server) -> bool {
    server.http.get(server.url("/ready")).send().await.unwrap().status() == 200
}

/// Whether it is seen, and by way of the bucket.
async fn is_in_bucket(server: &Server, image: &str) -> bool {
    let seen = server.http.get(server.url(image)).send().await;
    seen.is_ok_and(|seen| seen.status() == 200 && seen.url().port() != Some(server.address.port()))
}

/// The calls of every backend, and that each was found away.
async fn assert_all_were_counted(server: &Server) {
    let answer = server.http.get(server.url("/admin/status")).bearer_auth(ADMIN).send().await.unwrap();
    let status: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    for name in ["sql", "files", "chat_log", "redis", "mail"] {
        let backend = status["backends"].as_array().unwrap().iter().find(|known| known["backend"] == name);
        let count = |what: &str| backend.and_then(|backend| backend[what].as_u64()).unwrap_or(0);
        assert!(count("calls") > count("failures") && count("failures") > 0, "{name}: {backend:?}");
    }
}

/// Everything that was acknowledged is there, once.
async fn assert_nothing_is_lost(town: &Town<'_>) {
    for Diary { id, image } in &town.diaries.take() {
        let diary = town.get("check", &format!("/diary/detail/{id}")).await.unwrap();
        assert!(diary["data"]["image"].as_str().unwrap().ends_with(image), "{diary}");
        let is_liked = town.likes.borrow().contains(id);
        assert!(!is_liked || diary["like"]["likeExist"] == true, "a like was lost: {diary}");
    }
    let mut chat = town.chat().await;
    let (mut found, mut wanted) = (Vec::new(), json!({"room": "plaza", "limit": 100}));
    loop {
        let page = chat.ask("history", wanted.clone()).await;
        let messages = page["messages"].as_array().unwrap_or_else(|| panic!("{page}"));
        let Some(last) = messages.last() else { break };
        found.extend(messages.iter().map(|message| message["chat"].as_str().unwrap().to_owned()));
        wanted["before"] = last["seq"].clone();
    }
    found.reverse();
    assert_eq!(found, *town.said.borrow(), "each line once, in the order in which they were said");
}

fn table(deeds: &[Deed]) -> String {
    let mut rows: BTreeMap<&str, (u32, u32, Duration)> = BTreeMap::new();
    for deed in deeds {
        let (done, refused, slowest) = rows.entry(deed.what).or_default();
        *(if deed.outcome == Outcome::Done { done } else { refused }) += 1;
        *slowest = (*slowest).max(deed.took);
    }
    rows.iter().fold(String::new(), |mut table, (what, (done, refused, slowest))| {
        let _ = writeln!(table, "  {what}: {done} done, {refused} refused, slowest {slowest:.1?}");
        table
    })
}

fn outage() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
    let secs = std::env::var("OUTAGE_SECS").ok();
    Duration::from_secs(secs.map_or(8, |secs| secs.parse().unwrap()))
}
