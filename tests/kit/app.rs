//! A server of a test's own.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use nine_cloud::adapters::fan_out::InProcessFanOut;
use nine_cloud::adapters::sql::{SqlOptions, SqlStore};
use nine_cloud::server::Host;
use nine_cloud::settings::{Settings, Source};
use nine_cloud_actors::accounts::Cost;
use nine_cloud_actors::ports::{ChatLog, FanOut};
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
    /// `None`, as the next two: that of the node it has joined.
    database: Option<Database>,
    mongo: Option<MongoDatabase>,
    backends: Option<Backends>,
    data_dir: TempDir,
    shared: Shared,
}

/// What nodes have in common.
#[derive(Clone)]
struct Shared {
    database_url: String,
    secret_key: &'static str,
    /// Where real backends are.
    variables: Vec<(&'static str, String)>,
    ids: Arc<CountingIds>,
    clock: TestClock,
    /// `None`: they hear each other through one of those.
    fan_out: Option<Arc<InProcessFanOut>>,
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
        SqlStore::open(&self.shared.database_url, &options).unwrap()
    }

    /// The chat log, of another node.
    pub(crate) fn log(&self) -> Arc<dyn ChatLog> {
        match &self.mongo {
            Some(mongo) => mongo.log(),
            None => Arc::new(self.store()),
        }
    }

    /// Starts another node on the same database and clock, with a way for news between them or without. It is to end before
    /// this one, and takes its share of what is to be done: also of the mails.
    pub(crate) fn another_node(&self, hears: bool) -> Self {
        let mut shared = self.shared.clone();
        let end = |other: &Arc<InProcessFanOut>| if hears { Arc::new(other.join()) } else { Arc::default() };
        shared.fan_out = shared.fan_out.as_ref().map(end);
        let data_dir = tempfile::tempdir().unwrap();
        let patience = Host::default().provider_patience;
        let (address, server) = start_server(&shared, data_dir.path(), &[("NODE_ID", "test2")], patience);
        TestApp {
            clock: shared.clock.clone(),
            http: Some(client()),
            address,
            server,
            database: None,
            mongo: None,
            backends: None,
            data_dir,
            shared,
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
        let mut variables = backends.as_ref().map(Backends::variables).unwrap_or_default();
        let mongo = MongoDatabase::if_wanted();
        variables.extend(mongo.as_ref().map(|mongo| ("MONGO_DB", mongo.url())));
        let shared = Shared {
            database_url: database.url().to_owned(),
            secret_key: secret_key(data_dir.path()),
            variables,
            ids: Arc::default(),
            clock: TestClock::at(self.now),
            fan_out: backends.is_none().then(Arc::default),
        };
        let mut special = vec![("NODE_ID", "test")];
        special.extend(self.variables);
        let (address, server) = start_server(&shared, data_dir.path(), &special, self.provider_patience);
        TestApp {
            clock: shared.clock.clone(),
            http: Some(client()),
            address,
            server,
            database: Some(database),
            mongo,
            backends,
            data_dir,
            shared,
        }
    }
}

/// Where it listens, and the server.
fn start_server(
    shared: &Shared,
    data_dir: &std::path::Path,
    special: &[(&str, &str)],
    provider_patience: Duration,
) -> (String, ServerThread) {
    let mut variables = vec![
        ("DATA_DIR", data_dir.to_str().unwrap()),
        ("DATABASE_URL", shared.database_url.as_str()),
        ("SECRET_KEY", shared.secret_key),
        ("PUBLIC_URL", PUBLIC_URL),
        ("RATE_LIMITS", "off"),
        ("DRAIN_SECS", "5"),
    ];
    variables.extend(shared.variables.iter().map(|(name, value)| (*name, value.as_str())));
    variables.extend(special.iter().copied());
    let settings = Settings::from_source(&Source::from_pairs(variables)).unwrap();
    let host = Host {
        clock: Arc::new(shared.clock.clone()),
        ids: Arc::<CountingIds>::clone(&shared.ids),
        password_cost: Cost::Testing,
        provider_patience,
        fan_out: shared.fan_out.clone().map(|fan_out| fan_out as Arc<dyn FanOut>),
        ..Host::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    (address, ServerThread::start(settings, host, listener))
}

fn client() -> reqwest::Client {
    nine_cloud::tls::use_ring();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(Duration::from_secs(30))
        .build()
        .unwrap()
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Open connections would be waited for; with the client they close.
        self.http = None;
        std::thread::sleep(Duration::from_millis(5));
        let in_order = self.server.stop();
        if let Some(database) = &mut self.database {
            database.remove();
        }
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
