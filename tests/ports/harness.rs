//! A database of its own for each test, and the people and diaries that tests need.

use std::io::Write as _;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Once};
use std::time::{SystemTime, UNIX_EPOCH};

use diesel_async::{AsyncConnection, AsyncMysqlConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use mongodb::bson::Document;
use nine_cloud::adapters::mongo::MongoChatLog;
use nine_cloud::adapters::sql::{Migrations, SqlOptions, SqlStore};
use nine_cloud_actors::domain::account::{Account, AccountKind, NewAccount};
use nine_cloud_actors::domain::diary::{Diary, NewDiary};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::emotion::{Emotion, Level, Weather};
use nine_cloud_actors::domain::file::{FileKey, ImageFormat, NewFile};
use nine_cloud_actors::domain::html::DiaryHtml;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::{Instant, date_of};
use nine_cloud_actors::domain::session::Session;
use nine_cloud_actors::ports::{AccountStore, ChatLog, DiaryStore, PortResult, PurgeReport, SessionStore};
use nine_cloud_actors::scheduler::jobs;
use tempfile::TempDir;

/// The databases on which every suite runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Mysql,
}

/// One test function per backend: `on_each_backend!(a_test, another_test);`
macro_rules! on_each_backend {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { $crate::harness::run($crate::harness::Backend::Sqlite, super::$test); })+
        }
        mod mysql {
            $(#[test] fn $test() { $crate::harness::run($crate::harness::Backend::Mysql, super::$test); })+
        }
    };
}
pub(crate) use on_each_backend;

/// The same for what Redis can keep, too; SQLite stands behind it.
macro_rules! on_each_cache {
    ($($test:ident),+ $(,)?) => {
        $crate::harness::on_each_backend!($($test),+);
        mod redis {
            $(#[test] fn $test() { $crate::harness::run_beside_redis(super::$test); })+
        }
    };
}
pub(crate) use on_each_cache;

/// As `on_each_backend!`, for tests that speak to [`TestDatabase::log`].
macro_rules! on_each_log {
    ($($test:ident),+ $(,)?) => {
        $crate::harness::on_each_backend!($($test),+);
        mod mongo {
            $(#[test] fn $test() { $crate::harness::run_on_mongo(super::$test); })+
        }
    };
}
pub(crate) use on_each_log;

/// Runs a test on a fresh database, on a current-thread runtime like those of actix, and removes the database even when
/// the test fails.
pub(crate) fn run(backend: Backend, test: impl AsyncFnOnce(&TestDatabase)) {
    block_on(async {
        let Some(database) = TestDatabase::create(backend, true).await else { return };
        database.give_to(test).await;
    });
}

/// As [`run`], on a database without tables.
pub(crate) fn run_on_empty(backend: Backend, test: impl AsyncFnOnce(&TestDatabase)) {
    block_on(async {
        let Some(database) = TestDatabase::create(backend, false).await else { return };
        database.give_to(test).await;
    });
}

/// On SQLite and a database of Redis.
pub(crate) fn run_beside_redis(test: impl AsyncFnOnce(&TestDatabase)) {
    block_on(async {
        let Some(redis) = crate::redis_server::database().await else { return };
        let Some(database) = TestDatabase::create(Backend::Sqlite, true).await else { return };
        TestDatabase { redis: Some(redis), ..database }.give_to(test).await;
    });
}

/// On SQLite and, for the chat log, a database of MongoDB.
pub(crate) fn run_on_mongo(test: impl AsyncFnOnce(&TestDatabase)) {
    block_on(async {
        let Some(mongo) = MongoDatabase::name() else { return };
        let Some(database) = TestDatabase::create(Backend::Sqlite, true).await else { return };
        TestDatabase { mongo: Some(mongo), ..database }.give_to(test).await;
    });
}

fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

pub(crate) struct TestDatabase {
    pub(crate) backend: Backend,
    pub(crate) url: String,
    /// Where the file is on SQLite, the name on MySQL.
    place: Place,
    /// A database of Redis, for what is short-lived.
    pub(crate) redis: Option<Secret>,
    /// A database of MongoDB, for the chat log.
    mongo: Option<MongoDatabase>,
}

enum Place {
    File { _folder: TempDir },
    Named(String),
}

impl TestDatabase {
    async fn create(backend: Backend, migrated: bool) -> Option<Self> {
        match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("test.db");
                if migrated {
                    std::fs::write(&file, &*TEMPLATE).unwrap();
                }
                let url = format!("sqlite://{}", file.display());
                Some(Self { backend, url, place: Place::File { _folder: folder }, redis: None, mongo: None })
            }
            Backend::Mysql => {
                let server = mysql_server()?;
                sweep(server).await;
                let name = format!("{PREFIX}{}_{}_{}", now_secs(), std::process::id(), next());
                on_server(server, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await;
                let url = format!("{server}/{name}");
                if migrated {
                    Migrations::of(&url).unwrap().run().unwrap();
                }
                Some(Self { backend, url, place: Place::Named(name), redis: None, mongo: None })
            }
        }
    }

    async fn give_to(self, test: impl AsyncFnOnce(&TestDatabase)) {
        let outcome = AssertUnwindSafe(test(&self)).catch_unwind().await;
        self.remove().await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    async fn remove(&self) {
        if let (Place::Named(name), Some(server)) = (&self.place, mysql_server()) {
            on_server(server, &format!("DROP DATABASE {name}")).await;
        }
        if let Some(mongo) = &self.mongo {
            mongo.database().await.drop().await.unwrap();
        }
    }

    /// The chat log; each call is another node.
    pub(crate) fn log(&self) -> Arc<dyn ChatLog> {
        match &self.mongo {
            Some(mongo) => Arc::new(mongo.log_at(mongo.server.trim_start_matches("mongodb://"))),
            None => Arc::new(self.store()),
        }
    }

    /// The chat log in MongoDB, as it is.
    pub(crate) async fn mongo(&self) -> mongodb::Collection<Document> {
        self.mongo.as_ref().unwrap().database().await.collection("chat_batches")
    }

    /// The server that the chat log is on.
    pub(crate) fn mongo_server(&self) -> SocketAddr {
        self.mongo.as_ref().unwrap().server.trim_start_matches("mongodb://").parse().unwrap()
    }

    /// A node that reaches that server by another address.
    pub(crate) fn mongo_log_at(&self, address: SocketAddr) -> MongoChatLog {
        self.mongo.as_ref().unwrap().log_at(&address.to_string())
    }

    /// A store on this database; each call is another node.
    pub(crate) fn store(&self) -> SqlStore {
        let options =
            SqlOptions { sqlite_readers: 2, mysql_connections: 8, mysql_threads: 2, ..SqlOptions::default() };
        SqlStore::open(&self.url, &options).unwrap()
    }
}

/// A database on the server of `TEST_MONGO_URL`.
struct MongoDatabase {
    server: &'static str,
    name: String,
}

impl MongoDatabase {
    /// One of its own, or `None` after one printed line. It comes into being with what is written first.
    fn name() -> Option<Self> {
        static SERVER: LazyLock<Option<String>> =
            LazyLock::new(|| test_server("TEST_MONGO_URL", "the MongoDB part is skipped"));
        let server = SERVER.as_deref()?;
        Some(Self { server, name: format!("{PREFIX}{}_{}_{}", now_secs(), std::process::id(), next()) })
    }

    fn log_at(&self, host: &str) -> MongoChatLog {
        nine_cloud::tls::use_ring();
        let url = format!("mongodb://{host}/{}?directConnection=true", self.name);
        MongoChatLog::open(&Secret::new(url)).unwrap()
    }

    async fn database(&self) -> mongodb::Database {
        let url = format!("{}/?directConnection=true", self.server);
        mongodb::Client::with_uri_str(url).await.unwrap().database(&self.name)
    }
}

/// A database file that was migrated once; copying it is faster than migrating again.
static TEMPLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.db");
    Migrations::of(&format!("sqlite://{}", file.display())).unwrap().run().unwrap();
    std::fs::read(file).unwrap()
});

const PREFIX: &str = "test_ninecloud_";

/// The server without a database name, or `None` after one printed line.
fn mysql_server() -> Option<&'static str> {
    static SERVER: LazyLock<Option<String>> =
        LazyLock::new(|| test_server("TEST_MYSQL_URL", "the MySQL half is skipped"));
    SERVER.as_deref()
}

fn test_server(variable: &str, otherwise: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
    let url = std::env::var(variable).ok().filter(|url| !url.is_empty());
    if url.is_none() {
        // Past the capture of the test harness, so that nobody takes a skipped half for a passed one.
        let _ = writeln!(std::io::stderr(), "{variable} is not set: {otherwise}");
    }
    url.map(|url| url.trim_end_matches('/').to_owned())
}

pub(crate) async fn on_server(url: &str, sql: &str) {
    let mut conn = AsyncMysqlConnection::establish(url).await.unwrap();
    conn.batch_execute(sql).await.unwrap();
}

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Once a run, drops what runs that were killed more than an hour ago have left.
async fn sweep(server: &str) {
    static SWEPT: Once = Once::new();
    let mut first = false;
    SWEPT.call_once(|| first = true);
    if !first {
        return;
    }
    let mut conn = AsyncMysqlConnection::establish(server).await.unwrap();
    let query = "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE 'test\\_ninecloud\\_%'";
    let names: Vec<Name> = diesel::sql_query(query).load(&mut conn).await.unwrap();
    for Name { name } in names {
        let made: u64 =
            name.trim_start_matches(PREFIX).split('_').next().and_then(|s| s.parse().ok()).unwrap_or(0);
        if made + 3600 < now_secs() {
            conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
        }
    }
}

fn now_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn next() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// An instant from RFC 3339 text.
pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// The moment at which most tests play: 17:46 in Seoul.
pub(crate) fn now() -> Instant {
    at("2026-11-22T08:46:09.917Z")
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub(crate) fn new_person(name: &str) -> NewAccount {
    NewAccount {
        email: email(&format!("{name}@example.com")),
        username: name.to_owned(),
        password_hash: Some(Secret::new(format!("hash of {name}"))),
        profile_image: None,
        kind: AccountKind::Common,
        created_at: now(),
    }
}

pub(crate) async fn person(store: &SqlStore, name: &str) -> Account {
    AccountStore::create(store, new_person(name)).await.unwrap()
}

/// Does what the hourly job does, with the chat log in SQL.
pub(crate) async fn purge_due(store: &SqlStore, now: Instant) -> PortResult<PurgeReport> {
    jobs::purge_due(store, store, now).await
}

/// Opens a session for whoever holds the password that is in force.
pub(crate) async fn sign_in(store: &SqlStore, session: Session) {
    let credentials = store.find_credentials(session.user).await.unwrap().unwrap();
    assert!(SessionStore::open(store, session, credentials.password_hash.unwrap()).await.unwrap());
}

/// A new picture under a key of its own.
pub(crate) fn picture() -> NewFile {
    let mut random = [7; 16];
    random[..8].copy_from_slice(&next().to_be_bytes());
    NewFile {
        key: FileKey::new(random, ImageFormat::Png),
        bytes: bytes::Bytes::from_static(b"\x89PNG \0\xff"),
    }
}

/// A public diary without a drawing.
pub(crate) fn new_diary(author: UserId, created_at: Instant) -> NewDiary {
    NewDiary {
        author,
        date: date_of(created_at),
        emotion: Emotion::new(3.5).unwrap(),
        drawing: None,
        content: DiaryHtml::from_store("<p>오늘은 좋은 날 😀</p>".to_owned()),
        is_public: true,
        sentence: Some("구름 뒤에는 해가 있다".to_owned()),
        weather: Weather::Cloud,
        temperature: Level::new(2),
        humid: Level::new(5),
        sleep: None,
        created_at,
    }
}

pub(crate) async fn diary(store: &SqlStore, author: UserId, created_at: Instant) -> Diary {
    store.publish(new_diary(author, created_at)).await.unwrap()
}
