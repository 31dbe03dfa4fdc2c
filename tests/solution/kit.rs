//! A server of a test's own, with people who are signed in and have written a diary.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nine_cloud::adapters::sql::{SqlOptions, SqlStore};
use nine_cloud::data_dir::DataDir;
use nine_cloud::server::{self, Host, Running};
use nine_cloud::settings::{Settings, Source};
use nine_cloud_actors::accounts::{Caller, Cost, TokenKeys, Tokens};
use nine_cloud_actors::domain::account::{AccountKind, NewAccount};
use nine_cloud_actors::domain::diary::NewDiary;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::emotion::{Emotion, Level, Weather};
use nine_cloud_actors::domain::html::DiaryHtml;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::date_of;
use nine_cloud_actors::domain::session::{Session, SessionId};
use nine_cloud_actors::ports::{AccountStore, Clock as _, DiaryStore, SessionStore};
use nine_cloud_actors::testing::{CountingIds, TestClock};
use reqwest::{Client, Method};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// 17:46 in Seoul.
const NOW: &str = "2026-11-22T08:46:09.917Z";

/// Nobody signs in with it.
const HASH: &str = "a hash";

const KEY: &str = "a key of the tests, thirty-two bytes or more";

pub(crate) const AI_KEY: &str = "hunter2-hunter2";

/// How long the servers of these tests wait for a model.
pub(crate) const PATIENCE: Duration = Duration::from_millis(600);

pub(crate) struct TestApp {
    pub(crate) clock: TestClock,
    pub(crate) base: String,
    pub(crate) http: Client,
    folder: Arc<TempDir>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Somebody who is signed in, and what they wrote today.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) diary: i64,
    token: String,
    base: String,
    http: Client,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<u64>,
    pub(crate) json: Value,
    pub(crate) took: Duration,
}

impl TestApp {
    /// A server that asks the model at `ai`, if there is one.
    pub(crate) fn start(ai: Option<&str>) -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), ai, TestClock::at(NOW), PATIENCE)
    }

    pub(crate) fn start_patient(ai: &str, patience: Duration) -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap()), Some(ai), TestClock::at(NOW), patience)
    }

    /// The same database and clock after a stop and a start.
    pub(crate) fn restarted(self) -> Self {
        let (folder, clock) = (Arc::clone(&self.folder), self.clock.clone());
        drop(self);
        Self::start_in(folder, None, clock, PATIENCE)
    }

    fn start_in(folder: Arc<TempDir>, ai: Option<&str>, clock: TestClock, patience: Duration) -> Self {
        let mut variables = vec![
            ("DATA_DIR", folder.path().to_str().unwrap()),
            ("SECRET_KEY", KEY),
            ("RATE_LIMITS", "off"),
            ("DRAIN_SECS", "5"),
        ];
        if let Some(base) = ai {
            variables.extend([("AI_API_KEY", AI_KEY), ("AI_BASE_URL", base), ("AI_MODEL", "test-model")]);
        }
        let settings = Settings::from_source(&Source::from_pairs(variables)).unwrap();
        server::migrate(&settings).unwrap();
        let host = Host {
            clock: Arc::new(clock.clone()),
            ids: Arc::new(CountingIds::default()),
            password_cost: Cost::Testing,
            model_patience: patience,
            ..Host::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let data_dir = DataDir::hold(&settings.server.data_dir).unwrap();
                let running = Running::start(&settings, data_dir, listener, &host).unwrap();
                // An error says that the test has gone without a word: all the more reason to stop.
                let _ = stopped.await;
                running.stop().await.unwrap();
            });
        });
        nine_cloud::tls::use_ring();
        // Without idle connections, which a stopping server would wait for.
        let http = Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        Self { clock, base, http, folder, stop: Some(stop), thread: Some(thread) }
    }

    fn store(&self) -> SqlStore {
        let file = find(self.folder.path(), "db");
        let options = SqlOptions { mysql_threads: 1, ..SqlOptions::default() };
        SqlStore::open(&format!("sqlite://{}", file.display()), &options).unwrap()
    }

    /// Somebody who wrote `text` today, and who agreed that a model reads it, or did not.
    pub(crate) async fn person(&self, name: &str, text: &str, consents: bool) -> Person {
        let (store, now) = (self.store(), self.clock.now());
        let new = NewAccount {
            email: Email::parse(&format!("{name}@example.com")).unwrap(),
            username: name.to_owned(),
            password_hash: Some(Secret::new(HASH)),
            profile_image: None,
            kind: AccountKind::Common,
            created_at: now,
        };
        let user = AccountStore::create(&store, new).await.unwrap().id;
        let diary = write(&store, user, text, now).await;
        let session = SessionId::new(u128::from(user.0.unsigned_abs()).to_be_bytes());
        let expires_at = now + chrono::TimeDelta::days(2);
        let row = Session {
            id: session.clone(),
            user,
            device: None,
            created_at: now,
            last_used_at: now,
            expires_at,
        };
        assert!(store.open(row, Secret::new(HASH)).await.unwrap());
        let keys = TokenKeys {
            current: Secret::new(KEY),
            previous: None,
            access_lifetime: Duration::from_hours(48),
            refresh_lifetime: Duration::from_hours(48),
        };
        let token = Tokens::new(&keys).access(&Caller { user, session }, now, [7; 16]).unwrap();
        let token = if token.starts_with("Bearer ") { token } else { format!("Bearer {token}") };
        let person = Person { diary, token, base: self.base.clone(), http: self.http.clone() };
        if consents {
            let body = serde_json::json!({"aiConsent": true});
            assert_eq!(person.send(Method::PATCH, "/myInfo/preferences", Some(body)).await.status, 200);
        }
        person
    }

    /// The same person at this server.
    pub(crate) fn again(&self, person: &Person) -> Person {
        Person { base: self.base.clone(), http: self.http.clone(), ..person.clone() }
    }
}

async fn write(
    store: &SqlStore,
    author: UserId,
    text: &str,
    now: nine_cloud_actors::domain::seoul::Instant,
) -> i64 {
    let new = NewDiary {
        author,
        date: date_of(now),
        emotion: Emotion::new(3.0).unwrap(),
        drawing: None,
        content: DiaryHtml::parse(text).unwrap(),
        is_public: true,
        sentence: None,
        weather: Weather::Cloud,
        temperature: Level::new(3),
        humid: Level::new(3),
        sleep: Level::new(2),
        created_at: now,
    };
    store.publish(new).await.unwrap().id.0
}

fn find(folder: &Path, extension: &str) -> std::path::PathBuf {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|found| found == extension)).unwrap()
}

impl Person {
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let begun = Instant::now();
        let mut request =
            self.http.request(method, format!("{}{path}", self.base)).header("authorization", &self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let retry_after =
            response.headers().get("retry-after").map(|value| value.to_str().unwrap().parse().unwrap());
        let json = response.json().await.unwrap_or_default();
        Answer { status, retry_after, json, took: begun.elapsed() }
    }

    /// Asks for a solution of today's diary.
    pub(crate) async fn solve(&self) -> Answer {
        self.send(Method::POST, &format!("/diary/{}/solution", self.diary), None).await
    }

    /// Reads the last one.
    pub(crate) async fn solution(&self) -> Answer {
        self.send(Method::GET, &format!("/diary/{}/solution", self.diary), None).await
    }
}

impl Answer {
    pub(crate) fn source(&self) -> &str {
        self.json["data"]["source"].as_str().unwrap_or_default()
    }

    /// Fails the test unless a client could show it.
    #[track_caller]
    pub(crate) fn assert_valid(&self) {
        let data = &self.json["data"];
        let tips = data["actionTips"].as_array().unwrap_or_else(|| panic!("{}", self.json));
        let texts: Vec<&str> =
            tips.iter().chain([&data["title"]]).map(|text| text.as_str().unwrap()).collect();
        assert_eq!(texts.len(), 3, "{}", self.json);
        assert!(texts[2].encode_utf16().count() <= 40 && texts[0] != texts[1], "{}", self.json);
        for text in texts {
            assert!(
                text.encode_utf16().count() <= 120 && text.chars().any(|c| ('가'..='힣').contains(&c)),
                "{text}"
            );
            assert!(!text.contains("http") && !text.contains('<'), "{text}");
        }
        assert!(["model", "rules", "safety"].contains(&self.source()));
        assert_eq!(data.get("model").is_some(), self.source() == "model");
        assert!(data["createdAt"].as_str().unwrap().ends_with('Z'));
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.stop.take());
        let in_order = self.thread.take().is_none_or(|thread| thread.join().is_ok());
        assert!(in_order || std::thread::panicking(), "the server did not stop in order");
    }
}
