//! A host of its own: nginx, two colours, one database, and the script that swaps the colours.

use std::fmt::Write as _;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use diesel_async::{
    AsyncConnection as _, AsyncMysqlConnection, RunQueryDsl as _, SimpleAsyncConnection as _,
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::people::KEY;
use super::variable;

/// Longest graceful stop of a colour; what a rollout is to take less than.
pub(crate) const DRAIN_SECS: u64 = 20;

/// Everything ends with this value.
pub(crate) struct Stage {
    folder: TempDir,
    /// Where people go.
    pub(crate) front: SocketAddr,
    /// Where they go by TLS, once [`end_tls`](Self::end_tls) was called.
    pub(crate) tls: SocketAddr,
    database: String,
    server: String,
    colours: [SocketAddr; 2],
}

/// What a rollout did.
pub(crate) struct Rollout {
    pub(crate) succeeded: bool,
    pub(crate) said: String,
    pub(crate) took: Duration,
    /// From the first word to the old colour until it was gone.
    pub(crate) drained_in: Duration,
}

impl Stage {
    /// Nothing runs yet. `None`, with a line about it, where there is no nginx or no MySQL for tests.
    pub(crate) async fn set() -> Option<Self> {
        let Some(server) = variable("TEST_MYSQL_URL") else {
            eprintln!("skipped: TEST_MYSQL_URL is not set");
            return None;
        };
        if Command::new("nginx").arg("-v").stderr(Stdio::null()).status().is_err() {
            eprintln!("skipped: there is no nginx");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("nine-cloud-deploy.").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let age = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let database = format!("test_deploy_{}_{age}", std::process::id());
        let mut conn = AsyncMysqlConnection::establish(&server).await.unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {database} CHARACTER SET utf8mb4")).await.unwrap();
        let [front, tls, blue, green] = free_addresses();
        let stage = Self { folder, front, tls, database, server, colours: [blue, green] };
        stage.write_nginx();
        stage.write_home();
        stage.write_config();
        Some(stage)
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn home(&self) -> PathBuf {
        self.path("home")
    }

    pub(crate) fn database_url(&self) -> String {
        format!("{}/{}", self.server, self.database)
    }

    /// The configuration that is shipped, but for what a site is to say itself.
    fn write_nginx(&self) {
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("docker/nginx"), self.path("nginx"));
        fs::create_dir_all(to.join("site/colours")).unwrap();
        for file in [
            "nginx.conf",
            "nine-cloud.conf",
            "error.conf",
            "site/origins.conf",
            "site/colours/blue.conf",
            "site/colours/green.conf",
        ] {
            fs::copy(from.join(file), to.join(file)).unwrap();
        }
        let write = |file: &str, text: &str| fs::write(to.join("site").join(file), text).unwrap();
        write("listen.conf", &format!("listen {};\n", self.front));
        let [blue, green] = self.colours;
        let upstream = |name, first, second| {
            format!(
                "upstream {name} {{ server {first} max_fails=0; server {second} max_fails=0 backup; keepalive 64; }}\n"
            )
        };
        write("nodes.conf", &(upstream("blue", blue, green) + &upstream("green", green, blue)));
        write("limits.conf", "limit_req_zone $binary_remote_addr zone=requests:1m rate=10000r/s;\n");
        let mut log = format!("access_log {} line;\n", self.path("access.log").display());
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(log, "{kind}_temp_path {};", self.path(kind).display()).unwrap();
        }
        write("log.conf", &log);
    }

    /// What is shipped for TLS, with the addresses and the certificates (`fullchain.pem`, `privkey.pem`) of this stage.
    pub(crate) fn end_tls(&self, certificates: &Path) {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("docker/nginx/listen/https.conf");
        let text: String = fs::read_to_string(shipped)
            .unwrap()
            .lines()
            .filter(|line| !line.starts_with("listen [::]"))
            .map(|line| line.replace("/etc/nginx/certificates", &certificates.display().to_string()) + "\n")
            .collect();
        let text = text.replace("listen 443", &format!("listen {}", self.tls));
        let text = text.replace("listen 80", &format!("listen {}", self.front));
        fs::write(self.path("nginx/site/listen.conf"), text).unwrap();
        self.configure(&format!("front=https://{}\n", self.tls));
    }

    /// Settings of both colours, as an operator would write them; the uploads of one host are shared by a link.
    fn write_home(&self) {
        let home = self.home();
        fs::create_dir_all(home.join("uploads")).unwrap();
        for colour in ["blue", "green"] {
            fs::create_dir_all(home.join(colour).join("data")).unwrap();
            symlink(home.join("uploads"), home.join(colour).join("data/uploads")).unwrap();
        }
        let mut settings = format!(
            "DATABASE_URL='{}'\nSECRET_KEY='{KEY}'\nPUBLIC_URL=http://{}\nTRUSTED_PROXIES=127.0.0.1\n\
             RATE_LIMITS=off\nDRAIN_SECS={DRAIN_SECS}\nLOG_FORMAT=json\n",
            self.database_url(),
            self.front
        );
        if let Some(redis) = variable("TEST_REDIS_URL") {
            // A database that no other test uses.
            writeln!(settings, "REDIS_URL={redis}/9").unwrap();
        }
        fs::write(home.join("nine-cloud.env"), settings).unwrap();
    }

    fn write_config(&self) {
        let [blue, green] = self.colours;
        let nginx = self.path("nginx");
        let config = format!(
            "driver=process\nhome='{home}'\nsite='{nginx}/site'\nfront=http://{front}\nblue_url=http://{blue}\n\
             green_url=http://{green}\nready_secs=30\ndrain_secs={patience}\n\
             nginx_command=(nginx -p '{nginx}' -c '{nginx}/nginx.conf' -g 'pid {nginx}/pid;')\n",
            home = self.home().display(),
            nginx = nginx.display(),
            front = self.front,
            patience = DRAIN_SECS + 10,
        );
        fs::write(self.path("rollout.conf"), config).unwrap();
    }

    /// A release that is this build.
    pub(crate) fn build(&self, release: &str) {
        let folder = self.home().join("releases").join(release);
        fs::create_dir_all(&folder).unwrap();
        symlink(env!("CARGO_BIN_EXE_nine-cloud"), folder.join("nine-cloud")).unwrap();
    }

    /// A release that is a script of bash; `$SERVER` is this build.
    pub(crate) fn build_script(&self, release: &str, script: &str) {
        let folder = self.home().join("releases").join(release);
        fs::create_dir_all(&folder).unwrap();
        let script = format!("#!/bin/bash\nSERVER='{}'\n{script}\n", env!("CARGO_BIN_EXE_nine-cloud"));
        fs::write(folder.join("nine-cloud"), script).unwrap();
        fs::set_permissions(folder.join("nine-cloud"), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs the script, and takes the times of what it says.
    pub(crate) async fn rollout(&self, words: &[&str]) -> Rollout {
        let mut command = self.script(words);
        tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
            let (mut said, mut draining) = (String::new(), None);
            for line in std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap())) {
                let line = line.unwrap();
                if line.contains(" draining ") {
                    draining = Some(Instant::now());
                }
                said += &(line + "\n");
            }
            let succeeded = child.wait().unwrap().success();
            let drained_in = draining.map(|began| began.elapsed()).unwrap_or_default();
            Rollout { succeeded, said, took: began.elapsed(), drained_in }
        })
        .await
        .unwrap()
    }

    /// What it answers at once.
    pub(crate) fn ask_script(&self, words: &[&str]) -> Output {
        self.script(words).output().unwrap()
    }

    fn script(&self, words: &[&str]) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/rollout");
        let mut command = Command::new("bash");
        command.arg("-c").arg("exec \"$@\" 2>&1").arg("-").arg(script).arg("--config");
        command.arg(self.path("rollout.conf")).args(words).stdin(Stdio::null());
        command
    }

    /// Where new requests go.
    pub(crate) fn live(&self) -> String {
        let target = fs::read_link(self.path("nginx/site/live.conf")).unwrap();
        target.file_stem().unwrap().to_str().unwrap().to_owned()
    }

    /// Adds to the settings of the script.
    pub(crate) fn configure(&self, more: &str) {
        let file = self.path("rollout.conf");
        fs::write(&file, fs::read_to_string(&file).unwrap() + more).unwrap();
    }

    /// Of blue and green.
    pub(crate) fn ports(&self) -> [u16; 2] {
        self.colours.map(|address| address.port())
    }

    /// Where the colour listens that is not live.
    pub(crate) fn idle_url(&self) -> String {
        let [blue, green] = self.colours;
        format!("http://{}", if self.live() == "blue" { green } else { blue })
    }

    /// Starts a colour beside the one that is live, behind the script's back.
    pub(crate) async fn start_beside(&self, release: &str) {
        let colour = if self.live() == "blue" { "green" } else { "blue" };
        let start = format!(
            "source '{config}'; here='{root}/deploy'; fail() {{ echo \"$*\"; exit 1; }}\n\
             url_of() {{ local name=\"$1_url\"; echo \"${{!name}}\"; }}\n\
             source \"$here/lib/host.sh\"; start_colour {colour} {release}\n\
             until curl --silent --fail --output /dev/null \"$(url_of {colour})/ready\"; do sleep 0.1; done",
            config = self.path("rollout.conf").display(),
            root = env!("CARGO_MANIFEST_DIR"),
        );
        let started = tokio::task::spawn_blocking(move || Command::new("bash").arg("-c").arg(start).status());
        assert!(started.await.unwrap().unwrap().success());
    }

    pub(crate) fn signal(&self, colour: &str, signal: Signal) {
        if let Some(pid) = self.pid_of(colour) {
            let _ = kill_process(pid, signal);
        }
    }

    fn pid_of(&self, colour: &str) -> Option<Pid> {
        read_pid(&self.home().join(colour).join("pid"))
    }

    /// Whether a colour still runs.
    pub(crate) fn runs(&self, colour: &str) -> bool {
        self.pid_of(colour).is_some_and(|pid| {
            fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).is_ok_and(|line| !line.is_empty())
        })
    }

    /// What both colours logged.
    pub(crate) fn log_of(&self, colour: &str) -> String {
        fs::read_to_string(self.home().join(colour).join("log")).unwrap_or_default()
    }

    /// Runs SQL on the database of the colours.
    pub(crate) async fn execute(&self, sql: &str) {
        let mut conn = AsyncMysqlConnection::establish(&self.database_url()).await.unwrap();
        conn.batch_execute(sql).await.unwrap();
    }

    /// The texts that a query answers, under the name `text`.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let mut conn = AsyncMysqlConnection::establish(&self.database_url()).await.unwrap();
        let rows: Vec<Row> = diesel::sql_query(query).load(&mut conn).await.unwrap();
        rows.into_iter().map(|row| row.text).collect()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Releases that are scripts end what they have started.
        for signal in [Signal::TERM, Signal::KILL] {
            for colour in ["blue", "green"] {
                self.signal(colour, signal);
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        if let Some(nginx) = read_pid(&self.path("nginx/pid")) {
            let _ = kill_process(nginx, Signal::TERM);
        }
        let (server, database) = (self.server.clone(), self.database.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut conn = AsyncMysqlConnection::establish(&server).await.unwrap();
                conn.batch_execute(&format!("DROP DATABASE {database}")).await.unwrap();
            });
        });
        let _ = dropped.join();
    }
}

fn read_pid(file: &Path) -> Option<Pid> {
    fs::read_to_string(file).ok()?.trim().parse().ok().and_then(Pid::from_raw)
}

fn free_addresses<const N: usize>() -> [SocketAddr; N] {
    // All held at once, or one could be found twice.
    let held: [TcpListener; N] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap())
}
