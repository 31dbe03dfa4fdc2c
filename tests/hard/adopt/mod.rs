//! `nine-cloud adopt`: from a database of the previous service to a server that its people find everything on.
//!
//! Needs `TEST_MYSQL_URL`, a server where databases and users may be created.

mod client;
mod fixture;
mod old_database;

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};
use tempfile::TempDir;

use crate::kit::{KEY, Server};
use fixture::Fixture;
use old_database::{Line, MysqlDatabase};

pub(crate) use old_database::mysql_server;

static FIXTURE: LazyLock<Fixture> = LazyLock::new(Fixture::new);

/// Columns as text, in the order of the fixture; `{int}` is the integer type of the database.
const ACCOUNTS: &str =
    "id email email_key username password_hash profile_image kind is_admin purge_at created_at updated_at";
const DIARIES: &str = "id author_id diary_date {emotion} image content is_public author_leaving view_count like_count \
    sentence weather temperature humid sleep created_at updated_at";
const LIKES: &str = "id user_id diary_id created_at";
const COMMENTS: &str = "id diary_id author_id content is_edited created_at updated_at";
const REPLIES: &str = "id comment_id diary_id author_id content created_at updated_at";

fn all_rows(table: &str, columns: &str, integer: &str) -> String {
    let columns: Vec<String> = columns
        .split_whitespace()
        .map(|column| match column {
            "{emotion}" => format!("CAST(CAST(emotion * 10 AS {integer}) AS CHAR)"),
            column => format!("COALESCE(CAST({column} AS CHAR), '-')"),
        })
        .collect();
    format!("SELECT CONCAT_WS('|', {}) AS line FROM {table} ORDER BY id", columns.join(", "))
}

/// Where to, and how it is read behind the server's back.
enum Target<'a> {
    Sqlite(&'a Path),
    Mysql(&'a MysqlDatabase),
}

impl Target<'_> {
    async fn rows(&self, table: &str, columns: &str) -> Vec<String> {
        match self {
            Self::Mysql(database) => database.lines(&all_rows(table, columns, "SIGNED")).await,
            Self::Sqlite(file) => sqlite_lines(file, &all_rows(table, columns, "INTEGER")),
        }
    }

    async fn assert_adopted(&self) {
        let expected = &*FIXTURE;
        for (table, columns, rows) in [
            ("accounts", ACCOUNTS, &expected.people),
            ("diary_entries", DIARIES, &expected.diaries),
            ("diary_likes", LIKES, &expected.likes),
            ("diary_comments", COMMENTS, &expected.comments),
            ("comment_replies", REPLIES, &expected.replies),
        ] {
            let found = self.rows(table, columns).await;
            for (found, expected) in found.iter().zip(&rows.new) {
                assert_eq!(found, expected, "{table}");
            }
            assert_eq!(found.len(), rows.new.len(), "{table}");
        }
    }
}

fn sqlite_lines(file: &Path, sql: &str) -> Vec<String> {
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
    let lines: Vec<Line> = diesel::sql_query(sql).load(&mut connection).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

fn adopt(folder: &Path, from: &str, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nine-cloud"));
    command
        .args(["adopt", "--from", from])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("DATA_DIR", folder.join("data"))
        .env("SECRET_KEY", KEY)
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The report is that of the fixture, line by line, and nobody's words or addresses are in it or in the log.
fn assert_reported(output: &Output) {
    let (report, log) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{log}");
    let mut found: Vec<&str> = report.lines().collect();
    found.sort_unstable();
    let expected: Vec<&str> = FIXTURE.report.iter().map(String::as_str).collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
    let summary = format!("Users: {} read, {} adopted", fixture::PEOPLE, fixture::PEOPLE);
    assert!(log.contains(&summary), "{log}");
    for secret in FIXTURE.secrets.iter().map(String::as_str).chain(["비밀", "hunter2", "$2b$"]) {
        assert!(!report.contains(secret) && !log.contains(secret), "{secret} is told");
    }
}

async fn old_database(server: &str) -> MysqlDatabase {
    let old = MysqlDatabase::create(server).await;
    old.fill(&FIXTURE.tables()).await;
    old
}

fn folder() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

#[tokio::test]
async fn a_killed_run_starts_over_and_its_people_find_everything_on_sqlite() {
    let Some(server) = mysql_server() else { return };
    let old = old_database(&server).await;
    let (from, before) = (old.read_only_url().await, old.checksums().await);
    let folder = folder();
    let file = folder.path().join("data/nine-cloud.db");

    // Nobody reads the report, so that it stops the run in the middle, when the pipe is full.
    let mut run =
        adopt(folder.path(), &from, &[], &[]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    let count = |table: &str| format!("SELECT CAST(COUNT(*) AS CHAR) AS line FROM {table}");
    let is_half_full = || file.exists() && half_full(&file);
    while !is_half_full() {
        assert!(began.elapsed() < Duration::from_mins(1), "not in time");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run.kill().unwrap();
    assert!(!run.wait().unwrap().success());
    let diaries: usize = sqlite_lines(&file, &count("diary_entries"))[0].parse().unwrap();
    assert!((1..FIXTURE.diaries.new.len()).contains(&diaries), "{diaries}");
    let (code, said) = Server::fail_to_start(&folder.path().join("data"), 1);
    assert!(code == Some(1) && said.contains("run `nine-cloud adopt` again"), "{said}");

    let output = adopt(folder.path(), &from, &[], &[]).output().unwrap();
    assert_reported(&output);
    Target::Sqlite(&file).assert_adopted().await;
    assert_eq!(old.checksums().await, before);
    assert_eq!(sqlite_lines(&file, "SELECT integrity_check AS line FROM pragma_integrity_check"), ["ok"]);
    assert_eq!(sqlite_lines(&file, &count("pragma_foreign_key_check")), ["0"]);

    let variables = vec![("RATE_LIMITS".to_owned(), "off".to_owned())];
    let server = Server::start_in(folder, variables);
    client::finds_everything(&server).await;
    server.assert_discreet(["user1@example.com"]);
    old.remove().await;
}

/// There are diaries, and the run has not ended; `false` as long as the tables are not there.
fn half_full(file: &Path) -> bool {
    let Ok(mut connection) = SqliteConnection::establish(file.to_str().unwrap()) else { return false };
    let query = "SELECT CAST(COUNT(*) AS CHAR) AS line FROM diary_entries";
    let found: Result<Line, _> = diesel::sql_query(query).get_result(&mut connection);
    found.is_ok_and(|found| found.line != "0")
}

#[tokio::test]
async fn people_find_everything_on_mysql_and_nobody_is_adopted_twice() {
    let Some(server) = mysql_server() else { return };
    let (old, new) = (old_database(&server).await, MysqlDatabase::create(&server).await);
    let (from, before) = (old.read_only_url().await, old.checksums().await);
    let folder = folder();
    let variables = [("DATABASE_URL", new.url.as_str())];
    assert_reported(&adopt(folder.path(), &from, &variables, &[]).output().unwrap());
    Target::Mysql(&new).assert_adopted().await;
    assert_eq!(old.checksums().await, before);

    let again = adopt(folder.path(), &from, &variables, &[]).output().unwrap();
    assert_eq!((again.status.code(), again.stdout.len()), (Some(1), 0));
    assert!(text(&again.stderr).contains("holds people already"), "{}", text(&again.stderr));
    Target::Mysql(&new).assert_adopted().await;

    let server = Server::start_with(&[("RATE_LIMITS", "off"), variables[0]]);
    client::finds_everything(&server).await;
    drop(server);
    old.remove().await;
    new.remove().await;
}

#[tokio::test]
async fn a_database_with_a_server_on_it_is_left_alone() {
    let Some(server) = mysql_server() else { return };
    let (old, new) = (old_database(&server).await, MysqlDatabase::create(&server).await);
    let variables = [("DATABASE_URL", new.url.as_str())];
    let node = Server::start_with(&variables);
    let folder = folder();
    let refused = adopt(folder.path(), &old.url, &variables, &[]).output().unwrap();
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0));
    assert!(text(&refused.stderr).contains("stop the server on it"), "{}", text(&refused.stderr));
    drop(node);
    assert_reported(&adopt(folder.path(), &old.url, &variables, &[]).output().unwrap());
    old.remove().await;
    new.remove().await;
}

#[tokio::test]
async fn a_dry_run_reports_the_same_and_writes_nothing() {
    let Some(server) = mysql_server() else { return };
    let (old, new) = (old_database(&server).await, MysqlDatabase::create(&server).await);
    let before = old.checksums().await;
    let folder = folder();
    let output =
        adopt(folder.path(), &old.url, &[("DATABASE_URL", &new.url)], &["--dry-run"]).output().unwrap();
    assert_reported(&output);
    assert!(text(&output.stderr).ends_with("Nothing was written: a dry run.\n"));
    assert_eq!(old.checksums().await, before);
    let tables = "SELECT table_name AS line FROM information_schema.tables WHERE table_schema = DATABASE()";
    assert!(new.lines(tables).await.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    old.remove().await;
    new.remove().await;
}

#[tokio::test]
async fn a_run_that_is_overtaken_stops() {
    let Some(server) = mysql_server() else { return };
    let old = old_database(&server).await;
    let folder = folder();
    let file = folder.path().join("data/nine-cloud.db");
    let mut run = adopt(folder.path(), &old.url, &[], &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !(file.exists() && half_full(&file)) {
        assert!(run.try_wait().unwrap().is_none());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // What the beginning of another run does, from another machine.
    let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 10000; UPDATE adoptions SET run = 'another'").unwrap();
    let mut report = String::new();
    run.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    let mut said = String::new();
    run.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(1));
    assert!(said.contains("another run of `adopt` has taken over"), "{said}");
    old.remove().await;
}

#[tokio::test]
async fn what_is_no_database_of_the_previous_service_is_refused_by_name() {
    let Some(server) = mysql_server() else { return };
    let empty = MysqlDatabase::create(&server).await;
    let folder = folder();
    for (from, expected) in [
        (empty.url.as_str(), "the old database has no table `Users`"),
        ("sqlite://data/nine-cloud.db", "--from takes the address of the previous service's database"),
        ("mysql://root:hunter2@127.0.0.1:1/nine", "cannot connect to the old database"),
    ] {
        let output = adopt(folder.path(), from, &[], &[]).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
    }
    empty.remove().await;
}
