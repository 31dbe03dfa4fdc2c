//! All backends of one server, each behind a line that can be broken.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use diesel_async::{AsyncConnection as _, AsyncMysqlConnection, SimpleAsyncConnection as _};

use super::bucket::{ACCESS_KEY, BUCKET, Bucket, SECRET_KEY};
use super::proxy::Proxy;
use super::redis_server;
use super::sink::Sink;

/// Limits count as they do in earnest, but nobody reaches them.
const LIMITS: [&str; 4] =
    ["LIMIT_MAIL_PER_CLIENT", "LIMIT_CALL_PER_CLIENT", "LIMIT_CALL_PER_PERSON", "LIMIT_CHAT_MESSAGES"];

/// See the module. What it made on shared servers goes with it.
pub(crate) struct Backends {
    pub(crate) mysql: Proxy,
    pub(crate) redis: Proxy,
    pub(crate) mongo: Proxy,
    pub(crate) bucket: Proxy,
    pub(crate) smtp: Proxy,
    pub(crate) sink: Sink,
    mysql_server: String,
    mongo_server: String,
    redis_database: String,
    name: String,
    _bucket: Bucket,
}

impl Backends {
    /// `None`, unless in the binary that tests with all of them; that ends, well, after one line where it cannot have them.
    pub(super) async fn if_wanted() -> Option<Self> {
        const IS_WANTED: bool = matches!(env!("CARGO_CRATE_NAME").as_bytes(), b"real");
        if !IS_WANTED {
            return None;
        }
        Some(Self::start().await.unwrap_or_else(|| std::process::exit(0)))
    }

    /// `None`, after one line, where not all of them can be had.
    pub(crate) async fn start() -> Option<Self> {
        let (mysql_server, mongo_server) = (variable("TEST_MYSQL_URL")?, variable("TEST_MONGO_URL")?);
        let redis = redis_server::database().await?;
        let sink = Sink::start(&[])?;
        let bucket = Bucket::start_public();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let name = format!("test_real_{}_{}", now.as_nanos(), std::process::id());
        execute(&mysql_server, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await;
        let (redis_server, redis_database) =
            redis.reveal().strip_prefix("redis://").unwrap().split_once('/').unwrap();
        let line = |server: &str| Proxy::to(server.rsplit(['@', '/']).next().unwrap().parse().unwrap());
        Some(Self {
            mysql: line(&mysql_server),
            redis: line(redis_server),
            mongo: line(&mongo_server),
            bucket: Proxy::to(bucket.address),
            smtp: line(&format!("127.0.0.1:{}", sink.port)),
            sink,
            redis_database: redis_database.to_owned(),
            mysql_server,
            mongo_server,
            name,
            _bucket: bucket,
        })
    }

    /// What a server is to be started with.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("DATABASE_URL", self.mysql_url()),
            ("REDIS_URL", format!("redis://{}/{}", self.redis.address, self.redis_database)),
            ("MONGO_DB", format!("mongodb://{}/{}?directConnection=true", self.mongo.address, self.name)),
            ("S3_BUCKET", BUCKET.to_owned()),
            ("S3_ENDPOINT", format!("http://{}", self.bucket.address)),
            // The clock of a test may stand elsewhere than the bucket's, which would take no signature of it.
            ("S3_PUBLIC_URL", format!("http://{}/{BUCKET}", self.bucket.address)),
            ("S3_ACCESS_KEY", ACCESS_KEY.to_owned()),
            ("S3_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
            ("SMTP_URL", format!("smtp://{}", self.smtp.address)),
            ("MAILER_EMAIL", "nine@example.com".to_owned()),
        ];
        variables.extend(LIMITS.map(|limit| (limit, "1000000/60s".to_owned())));
        variables
    }

    /// The driver would take a shorter way to a server on this machine, past the line.
    pub(crate) fn mysql_url(&self) -> String {
        format!("mysql://root@{}/{}", self.mysql.address, self.name)
    }
}

impl Drop for Backends {
    fn drop(&mut self) {
        let (mysql, mongo, name) = (self.mysql_server.clone(), self.mongo_server.clone(), self.name.clone());
        let removed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                execute(&mysql, &format!("DROP DATABASE {name}")).await;
                let url = format!("{mongo}/?directConnection=true");
                mongodb::Client::with_uri_str(url).await.unwrap().database(&name).drop().await.unwrap();
            });
        });
        assert!(removed.join().is_ok() || std::thread::panicking(), "the databases could not be dropped");
    }
}

async fn execute(url: &str, sql: &str) {
    let mut connection = AsyncMysqlConnection::establish(url).await.unwrap();
    connection.batch_execute(sql).await.unwrap();
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
    let value = std::env::var(name).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        // Past the capture of the test harness, so that nobody takes skipped tests for passed ones.
        let _ = writeln!(std::io::stderr(), "{name} is not set: the tests on all real backends are skipped");
    }
    value.map(|value| value.trim_end_matches('/').to_owned())
}
