//! A database of a test's own.

use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use diesel_async::{AsyncConnection as _, AsyncMysqlConnection, SimpleAsyncConnection as _};
use nine_cloud::adapters::sql::Migrations;

/// A test binary whose name ends so runs on MySQL, any other on SQLite.
const ON_MYSQL: bool = {
    let name = env!("CARGO_CRATE_NAME").as_bytes();
    matches!(name.last_chunk(), Some(b"_mysql"))
};

pub(super) struct Database {
    url: String,
    /// On which server, and its name there.
    mysql: Option<(&'static str, String)>,
}

impl Database {
    pub(super) async fn make(folder: &Path) -> Self {
        if ON_MYSQL { Self::on_mysql().await } else { Self::on_sqlite(folder) }
    }

    /// One that somebody else made, and removes.
    pub(super) fn at(url: String) -> Self {
        Migrations::of(&url).unwrap().run().unwrap();
        Self { url, mysql: None }
    }

    fn on_sqlite(folder: &Path) -> Self {
        let file = folder.join("nine-cloud.db");
        std::fs::write(&file, &*TEMPLATE).unwrap();
        Self { url: format!("sqlite://{}", file.display()), mysql: None }
    }

    async fn on_mysql() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let server = mysql_server();
        let (now, count) =
            (SystemTime::now().duration_since(UNIX_EPOCH), COUNT.fetch_add(1, Ordering::Relaxed));
        let name = format!("test_http_{}_{}_{count}", now.unwrap().as_secs(), std::process::id());
        execute(server, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await;
        let url = format!("{server}/{name}");
        Migrations::of(&url).unwrap().run().unwrap();
        Self { url, mysql: Some((server, name)) }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Call it when the server has stopped. A file goes with its folder.
    pub(super) fn remove(&mut self) {
        let Some((server, name)) = self.mysql.take() else { return };
        let removed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(execute(server, &format!("DROP DATABASE {name}")));
        });
        assert!(removed.join().is_ok() || std::thread::panicking(), "the database could not be dropped");
    }
}

/// A database file that was migrated once; copying it is faster than migrating again.
static TEMPLATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("template.db");
    Migrations::of(&format!("sqlite://{}", file.display())).unwrap().run().unwrap();
    std::fs::read(file).unwrap()
});

/// Without a server there is nothing to test: the whole binary ends, well, after one line.
fn mysql_server() -> &'static str {
    static SERVER: LazyLock<String> = LazyLock::new(|| {
        #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
        let url = std::env::var("TEST_MYSQL_URL").ok().filter(|url| !url.is_empty());
        let Some(url) = url else {
            // Past the capture of the test harness, so that nobody takes skipped tests for passed ones.
            let _ =
                writeln!(std::io::stderr(), "TEST_MYSQL_URL is not set: the HTTP tests on MySQL are skipped");
            std::process::exit(0)
        };
        url.trim_end_matches('/').to_owned()
    });
    &SERVER
}

async fn execute(server: &str, sql: &str) {
    let mut connection = AsyncMysqlConnection::establish(server).await.unwrap();
    connection.batch_execute(sql).await.unwrap();
}
