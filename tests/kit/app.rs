//! A server of a test's own.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use nine_cloud::adapters::sql::{SqlOptions, SqlStore};
use nine_cloud::server::Host;
use nine_cloud::settings::{Settings, Source};
use nine_cloud_actors::accounts::Cost;
use nine_cloud_actors::ports::ChatLog;
use nine_cloud_actors::testing::{CountingIds, TestClock};
use reqwest::redirect::Policy;
use tempfile::TempDir;

use super::backends::Backends;
use super::client::Client;
use super::database::Database;
use super::mongo::MongoDatabase;
use super::outbox::Outbox;
use super::server::ServerThread;

/// When most tests play: a Sunday, 17:46 in Seoul.
const NOW: &str = "2026-11-22T08:46:09.917Z";

/// Where browsers are told that the server is.
pub(crate) const PUBLIC_URL: &str = "http://nine.test";

/// The server, its database and its folder. All of it ends with this value.
pub(crate) struct TestApp {
    pub(crate) clock: TestClock,
    pub(super) http: Option<reqwest::Client>,
    pub(crate) address: String,
    server: ServerThread,
    database: Database,
    mongo: Option<MongoDatabase>,
    backends: Option<Backends>,
    data_dir: TempDir,
}

/// What is special about a server.
pub(crate) struct TestAppBuilder {
    now: &'static str,
    variables: Vec<(&'static str, &'static str)>,
    provider_patience: Duration,
}

impl TestApp {
    /// A server of the usual kind.
    pub(crate) async fn start() -> Self {
        Self::at(NOW).start().await
    }

    /// A server whose clock stands at an RFC 3339 time.
    pub(crate) fn at(now: &'static str) -> TestAppBuilder {
        TestAppBuilder { now, variables: Vec::new(), provider_patience: Host::default().provider_patience }
    }

    /// A server with a variable set.
    pub(crate) fn with(name: &'static str, value: &'static str) -> TestAppBuilder {
        Self::at(NOW).with(name, value)
    }

    /// Somebody who never signed in, with the headers that the client then sends: the word `null` (contract §2.4).
    pub(crate) fn visitor(&self) -> Client<'_> {
        Client::new(self, Some("null"), Some("null"))
    }

    /// A caller without any of our headers.
    pub(crate) fn stranger(&self) -> Client<'_> {
        Client::new(self, None, None)
    }

    /// A caller with this `Authorization`.
    pub(crate) fn bearing(&self, authorization: &str) -> Client<'_> {
        Client::new(self, Some(authorization), None)
    }

    /// A caller with this `Refreshtoken`.
    pub(crate) fn refreshing(&self, token: &str) -> Client<'_> {
        Client::new(self, None, Some(token))
    }

    /// The mails that were sent.
    pub(crate) fn outbox(&self) -> Outbox<'_> {
        Outbox::new(
            self.data_dir.path().join("outbox"),
            self.backends.as_ref().map(|backends| &backends.sink),
        )
    }

    /// Names of the files in the file store.
    pub(crate) fn stored_files(&self) -> Vec<String> {
        let folder = self.data_dir.path().join("uploads");
        let files = walk(&folder).into_iter();
        files.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    /// The database, for what no route can do.
    pub(crate) fn store(&self) -> SqlStore {
        let options = SqlOptions { mysql_threads: 1, ..SqlOptions::default() };
        SqlStore::open(self.database.url(), &options).unwrap()
    }

    /// The chat log, of another node.
    pub(crate) fn log(&self) -> Arc<dyn ChatLog> {
        match &self.mongo {
            Some(mongo) => mongo.log(),
            None => Arc::new(self.store()),
        }
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, by: TimeDelta) {
        self.clock.advance(by);
    }
}

impl TestAppBuilder {
    /// Sets a variable.
    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    /// Waits so long for a sign-in provider.
    pub(crate) fn with_provider_patience(mut self, patience: Duration) -> Self {
        self.provider_patience = patience;
        self
    }

    /// Starts it.
    pub(crate) async fn start(self) -> TestApp {
        let data_dir = tempfile::tempdir().unwrap();
        let backends = Backends::if_wanted().await;
        let database = match &backends {
            Some(backends) => Database::at(backends.mysql_url()),
            None => Database::make(data_dir.path()).await,
        };
        let real = backends.as_ref().map(Backends::variables).unwrap_or_default();
        let mut variables = vec![
            ("DATA_DIR", data_dir.path().to_str().unwrap()),
            ("DATABASE_URL", database.url()),
            ("SECRET_KEY", secret_key(data_dir.path())),
            ("PUBLIC_URL", PUBLIC_URL),
            ("NODE_ID", "test"),
            ("RATE_LIMITS", "off"),
            ("DRAIN_SECS", "5"),
        ];
        let mongo = MongoDatabase::if_wanted();
        let mongo_url = mongo.as_ref().map(MongoDatabase::url);
        variables.extend(mongo_url.as_deref().map(|url| ("MONGO_DB", url)));
        variables.extend(real.iter().map(|(name, value)| (*name, value.as_str())));
        variables.extend(self.variables);
        let settings = Settings::from_source(&Source::from_pairs(variables)).unwrap();
        let clock = TestClock::at(self.now);
        let host = Host {
            clock: Arc::new(clock.clone()),
            ids: Arc::new(CountingIds::default()),
            password_cost: Cost::Testing,
            provider_patience: self.provider_patience,
            ..Host::default()
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = ServerThread::start(settings, host, listener);
        nine_cloud::tls::use_ring();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .unwrap();
        TestApp { clock, http: Some(http), address, server, database, mongo, backends, data_dir }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Open connections would be waited for; with the client they close.
        self.http = None;
        std::thread::sleep(Duration::from_millis(5));
        let in_order = self.server.stop();
        self.database.remove();
        assert!(in_order || std::thread::panicking(), "the server did not stop in order");
    }
}

/// A key of this server alone: the name of its folder.
fn secret_key(folder: &std::path::Path) -> &'static str {
    Box::leak(format!("key of the server in {:->32}", folder.display()).into_boxed_str())
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}
