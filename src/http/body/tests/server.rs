//! A server that says what it read, and a client that sends what it likes.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::body::{Patience, read_capped, read_form};

pub(super) const NAMES: [&str; 8] =
    ["EmotionStatus", "content", "isPublic", "sentence", "weather", "temperature", "humid", "sleep"];
const LIMIT: usize = 1000;

/// Short enough for a test; long enough for a busy machine.
const HASTE: Patience = Patience { idle: Duration::from_millis(300), whole: Duration::from_millis(1200) };
const CALM: Patience = Patience { idle: Duration::from_secs(10), whole: Duration::from_secs(20) };

async fn form(request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let patience = if request.path() == "/hasty" { HASTE } else { CALM };
    answer(&read_form(request.headers(), payload, &NAMES, patience).await.map(|form| {
        let fields: Vec<_> =
            NAMES.iter().filter_map(|name| Some((*name, form.get(name)?.to_owned()))).collect();
        (fields, form.image.map(|image| image.len()))
    }))
}

async fn capped(payload: web::Payload) -> HttpResponse {
    answer(&read_capped(payload, LIMIT, HASTE).await.map(|bytes| bytes.len()))
}

fn answer<T: std::fmt::Debug, E: std::fmt::Debug>(outcome: &Result<T, E>) -> HttpResponse {
    let text = format!("{outcome:?}");
    if outcome.is_ok() { HttpResponse::Ok().body(text) } else { HttpResponse::BadRequest().body(text) }
}

/// Starts the server; it ends with the test.
pub(super) fn start() -> SocketAddr {
    let app = || {
        App::new()
            .route("/form", web::post().to(form))
            .route("/hasty", web::post().to(form))
            .route("/capped", web::post().to(capped))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    rt::spawn(server.run());
    address
}

/// A connection to it.
pub(super) struct Client(TcpStream);

impl Client {
    pub(super) async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Sends; a server that has hung up is noticed when reading.
    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = timeout(Duration::from_secs(5), self.0.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Says that nothing more comes.
    pub(super) async fn hang_up(&mut self) {
        self.0.shutdown().await.unwrap();
    }

    /// The body of the next answer.
    pub(super) async fn answer(&mut self) -> String {
        timeout(Duration::from_secs(5), self.read_answer()).await.expect("an answer in time")
    }

    async fn read_answer(&mut self) -> String {
        let mut read = Vec::new();
        loop {
            if let Some(body) = whole_body(&read) {
                return body;
            }
            let mut chunk = [0; 4096];
            let n = self.0.read(&mut chunk).await.expect("a readable answer");
            assert_ne!(n, 0, "the connection ended without an answer: {}", String::from_utf8_lossy(&read));
            read.extend_from_slice(&chunk[..n]);
        }
    }
}

fn whole_body(read: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(read).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length: usize =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok())?;
    (body.len() == length).then(|| body.to_owned())
}

/// One request on a connection of its own.
pub(super) async fn post(address: SocketAddr, head: String, body: impl AsRef<[u8]>) -> String {
    let mut client = Client::connect(address).await;
    client.send(head).await;
    client.send(body).await;
    client.answer().await
}
