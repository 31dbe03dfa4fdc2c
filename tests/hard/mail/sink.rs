//! A mail server of a test's own, on aiosmtpd; what it does is told in `sink.py`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Killed when dropped.
pub(crate) struct Sink {
    process: Child,
    pub(crate) port: u16,
    lines: Arc<Mutex<Vec<Value>>>,
}

impl Sink {
    /// `None`, after one line, where the tests have no Python to run it.
    pub(crate) fn start(options: &[&str]) -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hard/mail/sink.py");
        let mut process = Command::new(python()?)
            .arg(script)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&output.next().unwrap().unwrap()).unwrap();
        let port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&lines);
        std::thread::spawn(move || {
            for line in output.map_while(Result::ok) {
                seen.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Some(Self { process, port, lines })
    }

    /// The mails that it took.
    pub(crate) fn mails(&self) -> Vec<Value> {
        Self::settle();
        self.lines.lock().unwrap().iter().filter(|line| line.get("to").is_some()).cloned().collect()
    }

    /// Whether it has taken a mail to this address by now.
    pub(crate) fn has_mail_to(&self, address: &str) -> bool {
        self.lines.lock().unwrap().iter().any(|line| line["to"][0] == address)
    }

    /// What it prints takes a moment to arrive here, and longer on a busy machine than its answer on the wire.
    fn settle() {
        std::thread::sleep(Duration::from_millis(300));
    }

    /// How often somebody has connected.
    pub(crate) fn connections(&self) -> usize {
        Self::settle();
        self.lines.lock().unwrap().iter().filter(|line| line.get("connected").is_some()).count()
    }

    /// The first mail to this address, once it is there.
    pub(crate) async fn mail_to(&self, address: &str) -> Value {
        let began = Instant::now();
        loop {
            if let Some(mail) = self.mails().into_iter().find(|mail| mail["to"][0] == address) {
                return mail;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "no mail to {address}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The code in a mail.
pub(crate) fn code_in(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    text.split_once("인증코드: ").unwrap().1.lines().next().unwrap().trim().to_owned()
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The interpreter with the packages of `scripts/python-tools.txt`; `None` after one printed line.
pub(crate) fn python() -> Option<&'static str> {
    static PYTHON: LazyLock<Option<String>> = LazyLock::new(|| {
        #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
        let python = std::env::var("TEST_PYTHON").ok().filter(|python| !python.is_empty());
        if python.is_none() {
            // Past the capture of the test harness, so that nobody takes skipped tests for passed ones.
            let _ = writeln!(
                std::io::stderr(),
                "TEST_PYTHON is not set: the tests of mail over SMTP and of TLS are skipped"
            );
        }
        python
    });
    PYTHON.as_deref()
}
