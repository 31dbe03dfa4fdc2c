//! Kakao, Google and Naver at the other end of real HTTP, as good or as bad as a test wants them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::kit::{TestApp, TestAppBuilder};

/// What a provider does with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Good,
    Hang,
    /// A byte now and then, for ever.
    Drip,
    HangUp,
    /// To an address that would say yes.
    Redirect,
    Status(u16),
    /// 200 with this body.
    Says(&'static str),
    /// A good answer with a megabyte around it.
    Megabyte,
}

/// A question, as it came.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) head: String,
    pub(super) body: String,
}

impl Question {
    /// The keys of a form or of JSON.
    pub(super) fn keys(&self) -> HashMap<String, String> {
        if let Ok(json) = serde_json::from_str::<HashMap<String, String>>(&self.body) {
            return json;
        }
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// All three of them, on one port; `/kakao/token` and `/kakao/me`, and so on.
pub(super) struct Providers {
    base: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// What is said of whoever holds a code.
    people: Mutex<HashMap<String, Value>>,
    manners: Mutex<HashMap<&'static str, Manner>>,
    questions: Mutex<Vec<Question>>,
}

impl Providers {
    /// They serve until the test ends.
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let providers = Self { base, shared: Arc::clone(&shared) };
        tokio::spawn(async move {
            while let Ok((peer, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    // A caller that hangs up is not of interest.
                    let _ = serve(peer, &shared).await;
                });
            }
        });
        providers
    }

    /// A server that all three are set up on.
    pub(super) fn app(&self) -> TestAppBuilder {
        let url = |path: &str| -> &'static str { Box::leak(format!("{}{path}", self.base).into_boxed_str()) };
        TestApp::with("KAKAO_CLIENT_ID", "kakao-id")
            .with("KAKAO_REDIRECT_URI", "http://localhost:3000/auth/kakao/callback")
            .with("KAKAO_TOKEN_URL", url("/kakao/token"))
            .with("KAKAO_USERINFO_URL", url("/kakao/me"))
            .with("GOOGLE_CLIENT_ID", "google-id")
            .with("GOOGLE_CLIENT_SECRET", "google-secret")
            .with("REACT_APP_GOOGLE_AUTH_REDIRECT_URI", "http://localhost:3000/auth/google/callback")
            .with("GOOGLE_TOKEN_URL", url("/google/token"))
            .with("GOOGLE_USERINFO_URL", url("/google/me"))
            .with("NAVER_CLIENT_ID", "naver-id")
            .with("NAVER_CLIENT_SECRET", "naver-secret")
            .with("NAVER_REDIRECT_URI", "http://localhost:3000/auth/naver/callback")
            .with("NAVER_TOKEN_URL", url("/naver/token"))
            .with("NAVER_USERINFO_URL", url("/naver/me"))
    }

    /// Gives a code to a browser; whoever redeems it is told this of its person.
    pub(super) fn know(&self, code: &str, person: Value) {
        self.shared.people.lock().unwrap().insert(code.to_owned(), person);
    }

    /// How the first question (`token`) or the second (`me`) is answered from now on.
    pub(super) fn behave(&self, question: &'static str, manner: Manner) {
        self.shared.manners.lock().unwrap().insert(question, manner);
    }

    /// What they were asked so far.
    pub(super) fn questions(&self) -> Vec<Question> {
        self.shared.questions.lock().unwrap().clone()
    }
}

async fn serve(mut peer: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let question = read(&mut peer).await?;
    let path = question.head.split(' ').nth(1).unwrap_or_default().to_owned();
    let step = if path.ends_with("/me") { "me" } else { "token" };
    let (status, good) =
        if step == "me" { person(shared, &question) } else { token(shared, &path, &question) };
    shared.questions.lock().unwrap().push(question);
    let manner = shared.manners.lock().unwrap().get(step).copied().unwrap_or(Manner::Good);
    let (status, kind, body) = match manner {
        Manner::Good => (status, "application/json;charset=UTF-8", good.to_string()),
        Manner::Hang => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            return Ok(());
        }
        Manner::HangUp => return Ok(()),
        Manner::Drip => {
            peer.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n",
            )
            .await?;
            loop {
                peer.write_all(b" ").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Manner::Redirect => {
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere{path}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            return peer.write_all(answer.as_bytes()).await;
        }
        Manner::Status(status) => (status, "text/html", "<!doctype html><h1>error</h1>".to_owned()),
        Manner::Says(body) => (200, "application/json", body.to_owned()),
        Manner::Megabyte => {
            let mut large = good;
            large["padding"] = "x".repeat(1 << 20).into();
            (200, "application/json", large.to_string())
        }
    };
    let answer = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    peer.write_all(answer.as_bytes()).await
}

/// As they do it, a code that is not known is 400, and at Naver 200.
fn token(shared: &Shared, path: &str, question: &Question) -> (u16, Value) {
    let code = question.keys().remove("code").unwrap_or_default();
    if shared.people.lock().unwrap().contains_key(&code) {
        return (200, json!({"access_token": format!("token-of-{code}"), "token_type": "bearer"}));
    }
    let status = if path.starts_with("/naver") { 200 } else { 400 };
    (status, json!({"error": "invalid_grant", "error_description": "no valid data in session"}))
}

fn person(shared: &Shared, question: &Question) -> (u16, Value) {
    let code = question.header("authorization").and_then(|bearer| bearer.strip_prefix("Bearer token-of-"));
    let people = shared.people.lock().unwrap();
    code.and_then(|code| people.get(code)).map_or_else(
        || (401, json!({"msg": "this access token does not exist", "code": -401})),
        |person| (200, person.clone()),
    )
}

async fn read(peer: &mut TcpStream) -> std::io::Result<Question> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0_usize) {
                return Ok(Question { head: head.to_owned(), body: body.to_owned() });
            }
        }
        if peer.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}
