//! A redis-server of a test's own, which it may stop, freeze and start again.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use nine_cloud_actors::domain::secret::Secret;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Keeps nothing on disk: started again, it is empty.
pub(crate) struct RedisServer {
    port: u16,
    folder: TempDir,
    process: Option<Child>,
}

impl RedisServer {
    /// A server that answers.
    pub(crate) fn start() -> Self {
        let mut server = Self::away();
        server.start_again();
        server
    }

    /// A server that is yet to be started.
    pub(crate) fn away() -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        Self { port, folder: tempfile::tempdir().unwrap(), process: None }
    }

    pub(crate) fn url(&self) -> Secret {
        Secret::new(format!("redis://{}", self.address()))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    pub(crate) fn start_again(&mut self) {
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"])
            .arg(self.port.to_string())
            .arg("--dir")
            .arg(self.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.process = Some(process);
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// As `kill -9` does it.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Connections stay, and nobody answers.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Has the server do something.
    pub(crate) async fn ask<T: redis::FromRedisValue>(&self, command: &[&str]) -> T {
        let client = redis::Client::open(self.url().reveal()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let (name, arguments) = command.split_first().unwrap();
        redis::cmd(name).arg(arguments).query_async(&mut connection).await.unwrap()
    }

    fn signal(&self, signal: Signal) {
        let process = self.process.as_ref().unwrap();
        kill_process(Pid::from_child(process), signal).unwrap();
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether tests with Redis are asked for, on this machine.
pub(crate) fn is_wanted() -> bool {
    shared().is_some()
}

/// An empty database of its own on the server that `TEST_REDIS_URL` names, or `None` after one printed line.
pub(crate) async fn database() -> Option<Secret> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let url = format!("{}/{}", shared()?, NEXT.fetch_add(1, Ordering::Relaxed));
    let client = redis::Client::open(url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("FLUSHDB").query_async::<()>(&mut connection).await.unwrap();
    Some(Secret::new(url))
}

fn shared() -> Option<&'static str> {
    static SERVER: LazyLock<Option<String>> = LazyLock::new(|| {
        #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
        let url = std::env::var("TEST_REDIS_URL").ok().filter(|url| !url.is_empty());
        if url.is_none() {
            // Past the capture of the test harness, so that nobody takes a skipped half for a passed one.
            let _ = writeln!(std::io::stderr(), "TEST_REDIS_URL is not set: the Redis half is skipped");
        }
        url.map(|url| url.trim_end_matches('/').to_owned())
    });
    SERVER.as_deref()
}
