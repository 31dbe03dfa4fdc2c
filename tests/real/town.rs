//! People who write with pictures, read, like, talk and sign up without a pause, and a record of how each deed went.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use futures_util::join;
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::client::Chat;
use crate::hard_kit::{Person, Server, bmp, form_type, picture_form};
use crate::wire::Transport;

/// Between two deeds of one kind.
const PACE: Duration = Duration::from_millis(150);

/// How something went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// 503 with `Retry-After` and JSON, or `unavailable` in the chat.
    Unavailable,
    Wrong(String),
}

/// Something that somebody did.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    pub(crate) what: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) began: Instant,
    pub(crate) took: Duration,
}

/// A diary that was acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Diary {
    pub(crate) id: i64,
    pub(crate) image: String,
}

/// See the module.
pub(crate) struct Town<'a> {
    server: &'a Server,
    http: reqwest::Client,
    writers: RefCell<VecDeque<Person>>,
    reader: Person,
    /// All deeds since they were last taken.
    deeds: RefCell<Vec<Deed>>,
    pub(crate) diaries: RefCell<Vec<Diary>>,
    pub(crate) likes: RefCell<Vec<i64>>,
    pub(crate) said: RefCell<Vec<String>>,
    /// Who was promised a code.
    pub(crate) asked: RefCell<Vec<String>>,
    is_over: Cell<bool>,
}

impl<'a> Town<'a> {
    /// The last of `people` reads, likes and talks; the others write one diary each.
    pub(crate) fn new(server: &'a Server, mut people: Vec<Person>) -> Self {
        let reader = people.pop().unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self {
            server,
            http,
            writers: RefCell::new(people.into()),
            reader,
            deeds: RefCell::default(),
            diaries: RefCell::default(),
            likes: RefCell::default(),
            said: RefCell::default(),
            asked: RefCell::default(),
            is_over: Cell::new(false),
        }
    }

    /// All of it, until [`Self::end`].
    pub(crate) async fn lives(&self) {
        join!(self.write(), self.read(), self.like(), self.talk(), self.sign_up());
    }

    pub(crate) fn end(&self) {
        self.is_over.set(true);
    }

    /// What was done since the last call.
    pub(crate) fn take_deeds(&self) -> Vec<Deed> {
        self.deeds.take()
    }

    /// Whether something of each kind has been done well since then.
    pub(crate) fn has_done_all_since(&self, moment: Instant, kinds: &[&str]) -> bool {
        let deeds = self.deeds.borrow();
        let is_done = |what: &&str| {
            deeds
                .iter()
                .any(|deed| deed.what == *what && deed.began > moment && deed.outcome == Outcome::Done)
        };
        kinds.iter().all(is_done)
    }

    async fn write(&self) {
        while !self.is_over.get() {
            let writer = self.writers.borrow_mut().pop_front().expect("enough people");
            let body = picture_form("<p>오늘의 구름</p>", &bmp());
            let posted =
                self.call("write", Method::POST, "/diary/posting", Some(&writer), Some((form_type(), body)));
            if let Some(posted) = posted.await {
                let (data, base) = (&posted["data"], self.server.url(""));
                let image = data["image"].as_str().unwrap().strip_prefix(&base).unwrap().to_owned();
                self.diaries.borrow_mut().push(Diary { id: data["diaryId"].as_i64().unwrap(), image });
            }
            sleep(PACE).await;
        }
    }

    async fn read(&self) {
        while !self.is_over.get() {
            self.get("read feed", "/feeds?page=1").await;
            let newest = self.diaries.borrow().last().cloned();
            if let Some(Diary { id, image }) = newest {
                self.get("read diary", &format!("/diary/detail/{id}")).await;
                self.get("look at picture", &image).await;
            }
            sleep(PACE).await;
        }
    }

    async fn like(&self) {
        let mut liked = 0;
        while !self.is_over.get() {
            let next = self.diaries.borrow().get(liked).map(|diary| diary.id);
            if let Some(id) = next {
                liked += 1;
                let path = format!("/feeds/{id}/like");
                if self.call("like", Method::POST, &path, Some(&self.reader), None).await.is_some() {
                    self.likes.borrow_mut().push(id);
                }
            }
            sleep(PACE).await;
        }
    }

    /// Says each line until it is taken, under the same id.
    async fn talk(&self) {
        let mut chat = self.chat().await;
        let mut number = 0;
        while !self.is_over.get() {
            let text = format!("구름 {number}");
            let line = json!({"room": "plaza", "text": text, "clientId": number.to_string()});
            let began = Instant::now();
            let answer = chat.ask("send", line).await;
            let outcome = match (&answer["ok"], &answer["code"]) {
                (Value::Bool(true), _) => Outcome::Done,
                (_, Value::String(code)) if code == "unavailable" => Outcome::Unavailable,
                _ => Outcome::Wrong(answer.to_string()),
            };
            if outcome == Outcome::Done {
                self.said.borrow_mut().push(text);
                number += 1;
            }
            self.note("talk", began, outcome);
            sleep(PACE).await;
        }
    }

    async fn sign_up(&self) {
        let mut number = 0;
        while !self.is_over.get() {
            number += 1;
            let email = format!("visitor-{number}@example.com");
            let body = json!({"email": email}).to_string().into_bytes();
            let body = ("application/json".to_owned(), body);
            if self.call("sign up", Method::POST, "/signup", None, Some(body)).await.is_some() {
                self.asked.borrow_mut().push(email);
            }
            sleep(PACE).await;
        }
    }

    /// A socket of the reader, in the plaza.
    pub(crate) async fn chat(&self) -> Chat {
        let auth = json!({"token": self.reader.access});
        let mut chat = Chat::new(&self.server.address.to_string(), auth, Transport::WebSocket);
        chat.connect().await.unwrap();
        assert_eq!(chat.ask("join", json!({"room": "plaza"})).await["ok"], true);
        chat
    }

    /// An answer that is not an error.
    pub(crate) async fn get(&self, what: &'static str, path: &str) -> Option<Value> {
        self.call(what, Method::GET, path, Some(&self.reader), None).await
    }

    async fn call(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        person: Option<&Person>,
        body: Option<(String, Vec<u8>)>,
    ) -> Option<Value> {
        let mut request = self.http.request(method, self.server.url(path));
        if let Some(person) = person {
            request = request.header("authorization", &person.access);
        }
        if let Some((kind, bytes)) = body {
            request = request.header("content-type", kind).body(bytes);
        }
        let began = Instant::now();
        let answer = async {
            let response = request.send().await?;
            let (status, waits) = (response.status(), response.headers().contains_key("retry-after"));
            Ok::<_, reqwest::Error>((status, waits, response.bytes().await?))
        };
        let (outcome, json) = match answer.await {
            Err(error) => (Outcome::Wrong(format!("{error:?}")), None),
            Ok((status, waits, bytes)) => {
                let json = serde_json::from_slice::<Value>(&bytes).ok();
                let code = json.as_ref().and_then(|json| json["code"].as_str());
                match status.as_u16() {
                    200..400 => (Outcome::Done, Some(json.unwrap_or_default())),
                    _ if status == StatusCode::SERVICE_UNAVAILABLE && waits && code.is_some() => {
                        (Outcome::Unavailable, None)
                    }
                    _ => (Outcome::Wrong(format!("{status} {:?}", String::from_utf8_lossy(&bytes))), None),
                }
            }
        };
        self.note(what, began, outcome);
        json
    }

    fn note(&self, what: &'static str, began: Instant, outcome: Outcome) {
        self.deeds.borrow_mut().push(Deed { what, outcome, began, took: began.elapsed() });
    }
}
