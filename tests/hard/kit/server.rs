//! The binary, running.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::BigInt;
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::mongo::MongoDatabase;

/// Opens `/admin`.
pub(crate) const ADMIN: &str = "admin-token-of-the-hard-tests";
/// Signs tokens.
pub(crate) const KEY: &str = "key-of-the-hard-tests-thirty-two-bytes";

/// A server of its own; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    folder: Arc<TempDir>,
    variables: Vec<(String, String)>,
    /// Where the chat log is, when not in SQL.
    pub(crate) mongo: Option<Arc<MongoDatabase>>,
    pub(crate) http: reqwest::Client,
}

impl Server {
    /// A fresh one without rate limits.
    pub(crate) fn start() -> Self {
        Self::start_with(&[("RATE_LIMITS", "off")])
    }

    /// A fresh one with these settings.
    pub(crate) fn start_with(variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mongo = MongoDatabase::if_wanted().map(Arc::new);
        let url = mongo.iter().map(|mongo| ("MONGO_DB".to_owned(), mongo.url()));
        Self::launch(Arc::new(tempfile::tempdir().unwrap()), variables.chain(url).collect(), mongo)
    }

    /// On data that is in `folder/data` already.
    pub(crate) fn start_in(folder: Arc<TempDir>, variables: Vec<(String, String)>) -> Self {
        Self::launch(folder, variables, None)
    }

    fn launch(
        folder: Arc<TempDir>,
        variables: Vec<(String, String)>,
        mongo: Option<Arc<MongoDatabase>>,
    ) -> Self {
        // Somebody else may take the port between our look and the server's.
        for _ in 0..5 {
            let address = free_address();
            let mut child = command(folder.path(), address.port())
                .envs(variables.iter().map(|(name, value)| (name, value)))
                .stderr(log(folder.path()))
                .spawn()
                .unwrap();
            let began = Instant::now();
            while began.elapsed() < Duration::from_secs(20) {
                if TcpStream::connect(address).is_ok() {
                    nine_cloud::tls::use_ring();
                    let http = reqwest::Client::new();
                    return Self { child, address, folder, variables, mongo, http };
                }
                if child.try_wait().unwrap().is_some() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("the server does not start: {}", std::fs::read_to_string(folder.path().join("log")).unwrap());
    }

    /// Another process on the same data.
    pub(crate) fn again(self) -> Self {
        let (folder, variables, mongo) =
            (Arc::clone(&self.folder), self.variables.clone(), self.mongo.clone());
        drop(self);
        Self::launch(folder, variables, mongo)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Everything the server has written to standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Panics when one of `secrets` is in the log, or the server panicked.
    pub(crate) fn assert_discreet<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        let log = self.log();
        assert!(!log.contains("panicked"), "{log}");
        for secret in secrets.into_iter().chain([KEY, ADMIN, super::INTIMATE]) {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }

    /// The single number that a query answers.
    pub(crate) fn count(&self, query: &str) -> i64 {
        let sql = diesel::dsl::sql::<BigInt>(&format!("({query})"));
        diesel::select(sql).get_result(&mut self.database()).unwrap()
    }

    /// Changes the data behind the server's back.
    pub(crate) fn execute(&self, sql: &str) {
        self.database().batch_execute(sql).unwrap();
    }

    /// The single text that a statement answers.
    pub(crate) fn text(&self, statement: &str) -> String {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            integrity_check: String,
        }
        let row: Row = diesel::sql_query(statement).get_result(&mut self.database()).unwrap();
        row.integrity_check
    }

    /// Lets nobody write to the database until the connection is dropped.
    pub(crate) fn hold_writes(&self) -> SqliteConnection {
        let mut connection = self.database();
        connection.batch_execute("BEGIN IMMEDIATE").unwrap();
        connection
    }

    /// Waits for something that takes a few seconds at most.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < Duration::from_secs(20), "not in time: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How many images the file store holds, unfinished ones too.
    pub(crate) fn files(&self) -> usize {
        fn below(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { below(&path) } else { 1 }).sum()
        }
        below(&self.data().join("uploads"))
    }

    /// The mails in the outbox.
    pub(crate) fn mails(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.data().join("outbox")) else { return Vec::new() };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|kind| kind == "eml"))
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect()
    }

    /// The code in the only mail, once it is there.
    pub(crate) async fn mailed_code(&self) -> String {
        self.until("a mail", || !self.mails().is_empty()).await;
        let mail = self.mails().remove(0);
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_alphanumeric());
        mail.lines().find(is_code).unwrap_or_else(|| panic!("no code in {mail}")).to_owned()
    }

    fn database(&self) -> SqliteConnection {
        let path = self.data().join("nine-cloud.db");
        let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
        connection
    }

    /// What `/admin/actors` says of one type of actor.
    pub(crate) async fn actor(&self, name: &str) -> Value {
        let answer = self.http.get(self.url("/admin/actors")).bearer_auth(ADMIN).send().await.unwrap();
        let report: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let actors = report["actors"].as_array().unwrap();
        actors.iter().find(|actor| actor["actor"] == name).unwrap_or_else(|| panic!("{report}")).clone()
    }

    /// Bytes in memory.
    pub(crate) fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Descriptors that it has open.
    pub(crate) fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Its exit, if it comes within `patience`.
    pub(crate) async fn exit_within(&mut self, patience: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        while began.elapsed() < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    /// A second process that is to fail: its exit code, and what it says.
    pub(crate) fn fail_to_start(data_dir: &Path, port: u16) -> (Option<i32>, String) {
        let folder = tempfile::tempdir().unwrap();
        let output = command(folder.path(), port).env("DATA_DIR", data_dir).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nine-cloud"));
    command
        .arg("serve")
        .current_dir(folder)
        .env_clear()
        .env("PORT", port.to_string())
        .env("DATA_DIR", folder.join("data"))
        .env("SECRET_KEY", KEY)
        .env("ADMIN_TOKEN", ADMIN)
        .env("RUST_BACKTRACE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

fn log(folder: &Path) -> File {
    File::options().create(true).append(true).open(folder.join("log")).unwrap()
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
