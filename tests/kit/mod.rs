//! What black-box tests share: a server per test, and people who use it.
//!
//! ```ignore
//! let app = TestApp::start().await;
//! let mina = app.sign_up("mina").await;
//! let answer = mina.get("/myInfo").await;
//! ```
//!
//! Every answer that passes through here is held against the contract and the OpenAPI document ([`rules`]), so a test
//! only says what is special about its case.

mod answer;
mod app;
pub(crate) mod backends;
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod bucket;
mod chat;
mod client;
mod database;
mod diary_form;
mod mongo;
mod outbox;
mod person;
pub(crate) mod proxy;
#[expect(dead_code, reason = "shared with tests that need more of it")]
pub(crate) mod redis_server;
mod rules;
mod server;
#[path = "../hard/mail/sink.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod sink;

pub(crate) use answer::Answer;
pub(crate) use app::{TestApp, TestAppBuilder};
pub(crate) use chat::Chat;
pub(crate) use client::Client;
pub(crate) use diary_form::{DRAWING, DiaryForm, diary, picture};
pub(crate) use mongo::MongoDatabase;
pub(crate) use person::{PASSWORD, Person};

use std::time::{Duration, Instant};

/// Tries `look` until it sees something, for half a minute at most.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
