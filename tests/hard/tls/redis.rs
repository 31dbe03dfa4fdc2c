//! `rediss://` in `REDIS_URL`.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::authority::Authority;
use crate::kit::Server;

const PASSWORD: &str = "hunter2";

/// A redis-server that speaks nothing but TLS; killed when dropped.
struct TlsRedis {
    process: Child,
    port: u16,
}

impl TlsRedis {
    /// `None`, after one line, where tests with Redis are not asked for.
    fn start(authority: &Authority) -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
        let is_wanted = std::env::var("TEST_REDIS_URL").is_ok_and(|url| !url.is_empty());
        if !is_wanted {
            // Past the capture of the test harness, so that nobody takes a skipped test for a passed one.
            let _ =
                writeln!(std::io::stderr(), "TEST_REDIS_URL is not set: the test of TLS to Redis is skipped");
            return None;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let process = Command::new("redis-server")
            .args(["--port", "0", "--bind", "127.0.0.1", "--save", "", "--tls-auth-clients", "no"])
            .args(["--requirepass", PASSWORD, "--tls-port", &port.to_string(), "--tls-cert-file"])
            .arg(authority.certificate())
            .arg("--tls-key-file")
            .arg(authority.key())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { process, port };
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(server)
    }
}

impl Drop for TlsRedis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn failing(node: &Server) -> Value {
    let bytes = node.http.get(node.url("/ready")).send().await.unwrap().bytes().await.unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap();
    body["failing"].clone()
}

#[tokio::test]
async fn redis_is_spoken_to_when_its_certificate_is_good() {
    let Some(ours) = Authority::issuing_to("localhost") else { return };
    let Some(others) = Authority::issuing_to("localhost") else { return };
    let Some(redis) = TlsRedis::start(&ours) else { return };
    for (host, trusted, problem) in [
        ("localhost", &ours, None),
        ("localhost", &others, Some("UnknownIssuer")),
        ("127.0.0.1", &ours, Some("not valid for name")),
    ] {
        let url = format!("rediss://:{PASSWORD}@{host}:{}", redis.port);
        let node = Server::start_with(&[
            ("REDIS_URL", &url),
            ("SSL_CERT_FILE", &trusted.itself()),
            ("RUST_LOG", "warn,nine_cloud=trace,redis=trace,rustls=trace"),
        ]);
        let expected = if problem.is_none() { json!([]) } else { json!(["redis"]) };
        assert_eq!(failing(&node).await, expected, "{host}: {}", node.log());
        assert!(node.log().contains(problem.unwrap_or_default()), "{}", node.log());
        node.assert_discreet([PASSWORD]);
    }
}
