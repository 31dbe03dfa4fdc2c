//! Requests byte by byte, and the answers to them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{ORIGIN, PROMPT};

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Status line and headers, lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Panics unless it is a refusal that the client's pages can read (contract invariants 1 and 2).
    pub(crate) fn assert_refused(&self, what: &str) {
        assert!((400..500).contains(&self.status), "{what}: {self:?}");
        self.assert_readable(what);
    }

    /// Panics unless it is a success, or an error that the client's pages can read; never the server's own fault.
    pub(crate) fn assert_readable(&self, what: &str) {
        assert!(self.status < 500, "{what}: {self:?}");
        assert_eq!(self.header("access-control-allow-origin"), Some(ORIGIN), "{what}: {self:?}");
        if self.status >= 400 {
            assert_eq!(self.header("content-type"), Some("application/json"), "{what}: {self:?}");
            let body = self.json();
            assert!(body["message"].is_string() && body["code"].is_string(), "{what}: {body}");
        }
    }
}

/// One TCP connection to a server.
pub(crate) struct Connection(TcpStream);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Sends; a server that hangs up is noticed when its answer is read.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = timeout(Duration::from_secs(10), self.0.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Says that nothing more comes.
    pub(crate) async fn half_close(&mut self) {
        // The server may have closed first.
        let _ = self.0.shutdown().await;
    }

    /// The next answer but `100 Continue`, within `patience`.
    pub(crate) async fn answer_within(&mut self, patience: Duration, what: &str) -> Answer {
        let reading = self.read_answer(false);
        timeout(patience, reading)
            .await
            .unwrap_or_else(|_| panic!("{what}: no answer in time"))
            .unwrap_or_else(|read| panic!("{what}: the connection ended: {}", String::from_utf8_lossy(&read)))
    }

    pub(crate) async fn answer(&mut self, what: &str) -> Answer {
        self.answer_within(PROMPT, what).await
    }

    /// The answer to a `HEAD`: whatever length it tells, nothing follows.
    pub(crate) async fn head_answer(&mut self, what: &str) -> Answer {
        timeout(PROMPT, self.read_answer(true)).await.expect(what).expect(what)
    }

    /// The next answer, or what came of it before the connection ended.
    pub(crate) async fn read_answer(&mut self, is_head: bool) -> Result<Answer, Vec<u8>> {
        let mut read = Vec::new();
        let mut chunk = vec![0; 16 * 1024];
        loop {
            if let Some(answer) = parse(&read, is_head) {
                return Ok(answer);
            }
            match self.0.read(&mut chunk).await {
                Ok(n @ 1..) => read.extend_from_slice(&chunk[..n]),
                Ok(0) | Err(_) => return Err(read),
            }
        }
    }
}

fn parse(read: &[u8], is_head: bool) -> Option<Answer> {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&read[..end]).unwrap().to_lowercase();
    let status = head.split(' ').nth(1)?.parse().unwrap();
    if status == 100 {
        return parse(&read[end + 4..], is_head);
    }
    let mut answer = Answer { status, head, body: Vec::new() };
    let length = match answer.header("content-length") {
        _ if is_head || status == 204 => 0,
        length => length.unwrap_or("0").parse().unwrap(),
    };
    let body = &read[end + 4..];
    (body.len() >= length).then(|| {
        answer.body = body[..length].to_owned();
        answer
    })
}

/// A request with our `Origin`, answered promptly on a connection of its own.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
) -> Answer {
    let what = format!("{method} {path} {headers:?}");
    let mut connection = Connection::open(address).await;
    connection.send(request(method, path, headers, body)).await;
    let ended = Instant::now();
    let answer = connection.answer(&what).await;
    assert!(ended.elapsed() < PROMPT, "{what}: answered after {:?}", ended.elapsed());
    answer
}

/// The same, with the first bytes of the body only and then the end of the connection.
pub(crate) async fn send_all(address: SocketAddr, bytes: &[u8], what: &str) -> Answer {
    let mut connection = Connection::open(address).await;
    connection.send(bytes).await;
    connection.half_close().await;
    connection.answer(what).await
}

/// The bytes of a request; each of `headers` ends with CR LF.
pub(crate) fn request(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {ORIGIN}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
