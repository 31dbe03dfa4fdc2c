//! People who use the rest of the service meanwhile, at a steady rate whatever the answers do.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::people::Person;

const OK: &[u16] = &[200];
const CREATED: &[u16] = &[201];
const LIKED: &[u16] = &[200, 201];

/// A drawing of one pixel.
const DRAWING: &[u8] = include_bytes!("../kit/drawing.png");

/// What they have seen.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Answers as they should be.
    pub(crate) good: AtomicU64,
    /// Sent again on a fresh connection, as a browser does when a kept one turns out to be closed before any answer.
    pub(crate) resent: AtomicU64,
    /// What went wrong, in words.
    pub(crate) wrong: Mutex<Vec<String>>,
    /// Comments that were answered with 201.
    pub(crate) commented: Mutex<Vec<String>>,
    /// Addresses of drawings that were answered with 201.
    pub(crate) drawings: Mutex<Vec<String>>,
    /// Microseconds that each answer took.
    pub(crate) took: Mutex<Vec<u64>>,
    comments: AtomicU64,
    posters: AtomicI64,
}

/// All of them.
pub(crate) struct Visitors {
    pub(crate) log: Arc<Log>,
    is_over: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Visitors {
    /// So many requests a second. Half come on kept connections, half on fresh ones.
    pub(crate) fn start(front: SocketAddr, people: &[Person], rate: u32) -> Self {
        nine_cloud::tls::use_ring();
        let client = || Client::builder().no_proxy().timeout(Duration::from_secs(30));
        let visit = Arc::new(Visit {
            base: format!("http://{front}"),
            people: people.to_vec(),
            kept: client().build().unwrap(),
            fresh: client().pool_max_idle_per_host(0).build().unwrap(),
            log: Arc::default(),
        });
        let (log, is_over) = (Arc::clone(&visit.log), Arc::new(AtomicBool::new(false)));
        let ended = Arc::clone(&is_over);
        let task = tokio::spawn(async move {
            let mut ticks = interval(Duration::from_secs(1) / rate);
            // Those that the machine was too busy for are made up for: the rate holds.
            ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
            let mut visits = JoinSet::new();
            let mut number = 0;
            while !ended.load(Ordering::Relaxed) {
                ticks.tick().await;
                visits.spawn(Arc::clone(&visit).go(number));
                number += 1;
                while visits.try_join_next().is_some() {}
            }
            visits.join_all().await;
        });
        Self { log, is_over, task }
    }

    /// No new ones; those under way are waited for.
    pub(crate) async fn end(self) -> Arc<Log> {
        self.is_over.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
        self.log
    }
}

struct Visit {
    base: String,
    people: Vec<Person>,
    kept: Client,
    fresh: Client,
    log: Arc<Log>,
}

impl Visit {
    async fn go(self: Arc<Self>, number: usize) {
        let began = Instant::now();
        if let Err(wrong) = self.request(number).await {
            self.log.wrong.lock().unwrap().push(wrong);
        } else {
            self.log.good.fetch_add(1, Ordering::Relaxed);
        }
        self.log.took.lock().unwrap().push(u64::try_from(began.elapsed().as_micros()).unwrap());
    }

    async fn request(&self, number: usize) -> Result<(), String> {
        let person = &self.people[number * 31 % self.people.len()];
        let other = self.people[number * 17 % self.people.len()].id;
        let is_kept = number.is_multiple_of(2);
        let get = |path: String| {
            let url = format!("{}{path}", self.base);
            move |client: &Client| client.get(&url).header("Authorization", &person.access)
        };
        let post = |path: String| {
            let url = format!("{}{path}", self.base);
            move |client: &Client| client.post(&url).header("Authorization", &person.access)
        };
        // Each kind of request in turn, on both kinds of connections.
        match number / 2 % 10 {
            0 | 1 => self.expect(is_kept, OK, get("/feeds?page=1".to_owned())).await.map(drop),
            2 => self.expect(is_kept, OK, get("/diary/calendar/2026/11".to_owned())).await.map(drop),
            3 => self.expect(is_kept, OK, get(format!("/diary/detail/{other}"))).await.map(drop),
            4 => self.expect(is_kept, OK, get(format!("/diary/detail/comment/{other}"))).await.map(drop),
            5 => self.expect(is_kept, OK, get("/myInfo".to_owned())).await.map(drop),
            6 => self.expect(is_kept, OK, get("/notifications".to_owned())).await.map(drop),
            // On, and the next time off: which of the two, the answer says.
            7 => self.expect(is_kept, LIKED, post(format!("/feeds/{other}/like"))).await.map(drop),
            8 => {
                let text = format!("comment-{}", self.log.comments.fetch_add(1, Ordering::Relaxed));
                let comment = post(format!("/diary/detail/comment/{other}"));
                self.expect(is_kept, CREATED, |client| comment(client).json(&json!({ "content": text })))
                    .await?;
                self.log.commented.lock().unwrap().push(text);
                Ok(())
            }
            _ => self.draw(is_kept).await,
        }
    }

    /// Posts the diary of today of somebody who has not; once all have, looks at the drawings.
    async fn draw(&self, is_kept: bool) -> Result<(), String> {
        let next = usize::try_from(self.log.posters.fetch_add(1, Ordering::Relaxed)).unwrap();
        let Some(person) = self.people.get(next) else {
            let drawing = {
                let drawings = self.log.drawings.lock().unwrap();
                drawings.get(next % drawings.len().max(1)).cloned()
            };
            let Some(url) = drawing else { return Ok(()) };
            return self.expect(is_kept, OK, |client| client.get(&url)).await.map(drop);
        };
        let post = |client: &Client| {
            let drawing = Part::bytes(DRAWING).file_name("blob").mime_str("image/png").unwrap();
            let form =
                Form::new().text("content", "<p>오늘</p>").text("isPublic", "true").text("weather", "1");
            let form =
                form.text("temperature", "3").text("humid", "3").text("sleep", "3").part("image", drawing);
            let url = format!("{}/diary/posting", self.base);
            client.post(url).header("Authorization", &person.access).multipart(form)
        };
        let answer = self.expect(is_kept, CREATED, post).await?;
        let image = answer["data"]["image"].as_str().ok_or("a diary without its drawing")?;
        self.log.drawings.lock().unwrap().push(image.to_owned());
        Ok(())
    }

    /// The JSON of an answer with this status.
    async fn expect(
        &self,
        is_kept: bool,
        statuses: &[u16],
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Value, String> {
        let client = if is_kept { &self.kept } else { &self.fresh };
        let built = request(client).build().map_err(|error| error.to_string())?;
        let line = format!("{} {}", built.method(), built.url().path());
        let answer = match client.execute(built).await {
            // Another kept one may be closed as well, and a fresh one has no reason to be.
            Err(error) if is_kept && is_closed_connection(&error) => {
                self.log.resent.fetch_add(1, Ordering::Relaxed);
                request(&self.fresh).send().await
            }
            other => other,
        };
        let answer = answer.map_err(|error| format!("{line}, kept: {is_kept}: {error:?}"))?;
        read(answer, statuses).await.map_err(|wrong| format!("{line}: {wrong}"))
    }
}

async fn read(answer: Response, statuses: &[u16]) -> Result<Value, String> {
    let got = answer.status().as_u16();
    let node =
        answer.headers().get("x-node").and_then(|node| node.to_str().ok()).unwrap_or("nobody").to_owned();
    let bytes = answer.bytes().await.map_err(|error| format!("{error:?}"))?;
    if !statuses.contains(&got) {
        return Err(format!("{got} by {node}: {}", String::from_utf8_lossy(&bytes)));
    }
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}

/// Before any byte of an answer.
fn is_closed_connection(error: &reqwest::Error) -> bool {
    let text = format!("{error:?}");
    error.is_request() && (text.contains("IncompleteMessage") || text.contains("ConnectionReset"))
}
