//! A server with both protocols on a free port, shared by all tests, and clients that speak the bare wire.

use std::sync::{Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use actix_web::{App, HttpRequest, HttpServer};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use nine_cloud::realtime::engine::{
    self, CloseReason, Connection, Engine, Mailbox, Message, NodeTag, Origins, Refusal, Settings, Socket,
    remember_peer,
};
use nine_cloud::realtime::socket::{
    Accepted, Ack, Application, Args, Client, ConnectError, DisconnectReason, Event, Io, SocketIo,
};
use serde_json::json;
use serde_json::value::RawValue;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub(crate) const PING_INTERVAL: Duration = Duration::from_millis(300);
pub(crate) const PING_TIMEOUT: Duration = Duration::from_millis(200);
pub(crate) const UPGRADE_TIMEOUT: Duration = Duration::from_millis(400);
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_millis(400);
pub(crate) const MAX_PAYLOAD: usize = 1_000_000;
/// What must close at once closes within this.
pub(crate) const AT_ONCE: Duration = Duration::from_millis(150);

/// Sends everything back. `…/?busy` and `…/?banned` are refused.
pub(crate) struct Echo;

impl engine::Application for Echo {
    type Connection = EchoConnection;

    fn accept(&self, request: &HttpRequest) -> Result<EchoConnection, Refusal> {
        match request.query_string() {
            query if query.ends_with("&busy") => Err(Refusal::Unavailable),
            query if query.ends_with("&banned") => Err(Refusal::Forbidden),
            _ => Ok(EchoConnection),
        }
    }
}

pub(crate) struct EchoConnection;

impl Connection for EchoConnection {
    type Note = String;

    fn message(&mut self, message: Message<'_>, socket: &mut Socket<'_, Self>) {
        match message {
            Message::Text("close") => socket.close(CloseReason::ServerClose),
            Message::Text(text) => socket.text(text),
            Message::Binary(data) => socket.binary(data),
        }
    }

    fn note(&mut self, note: String, socket: &mut Socket<'_, Self>) {
        socket.text(&note);
    }

    fn moved(&mut self, socket: &mut Socket<'_, Self>) {
        socket.text("moved");
    }

    fn closed(&mut self, _: CloseReason) {}
}

/// Why the client with this tag left a namespace, in order.
static LEFT: Mutex<Vec<(String, String, &'static str)>> = Mutex::new(Vec::new());
static MAILBOXES: Mutex<Vec<(String, Mailbox<Client<Lab>>)>> = Mutex::new(Vec::new());

/// The engine below `/counted`, which one test has for itself.
pub(crate) static COUNTED: OnceLock<Engine<Echo>> = OnceLock::new();

/// The Socket.IO application of the tests.
#[derive(Default)]
pub(crate) struct Lab {
    tag: String,
}

pub(crate) enum Note {
    LetIn(String),
    Say(u64),
}

impl Application for Lab {
    type Note = Note;

    fn connect(&mut self, namespace: &str, auth: Option<&RawValue>, io: &mut Io<'_, '_, Self>) {
        if let Some(auth) = auth.and_then(|auth| serde_json::from_str::<serde_json::Value>(auth.get()).ok())
            && let Some(tag) = auth["tag"].as_str()
        {
            tag.clone_into(&mut self.tag);
            MAILBOXES.lock().unwrap().push((tag.to_owned(), io.mailbox()));
        }
        match namespace {
            "/" | "/custom" => io.accept(namespace, Accepted::default()),
            "/recovered" => {
                io.emit(namespace, "missed", &Args::new());
                io.accept(
                    namespace,
                    Accepted { sid: Some("same".to_owned()), pid: Some("private".to_owned()) },
                );
            }
            "/later" => {
                let (mailbox, namespace) = (io.mailbox(), namespace.to_owned());
                actix_web::rt::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    let _ = mailbox.tell(Note::LetIn(namespace));
                });
            }
            "/locked" => {
                let error =
                    ConnectError { message: "no".to_owned(), data: Some(json!({ "code": "bad_token" })) };
                io.refuse(namespace, &error);
            }
            _ => io.unknown_namespace(namespace),
        }
    }

    fn event(&mut self, event: &Event<'_>, ack: Option<Ack>, io: &mut Io<'_, '_, Self>) {
        let same = Args::same(event.args, event.attachments);
        match (&*event.name, ack) {
            ("message", _) => io.emit(event.namespace, "message-back", &same),
            ("message-with-ack", Some(ack)) => io.ack(&ack, &same),
            ("ask", _) => drop(io.emit_with_ack(event.namespace, "question", &same)),
            ("binary", _) => {
                let args = Args::of(&"x")
                    .unwrap()
                    .and_binary(Bytes::from_static(&[1]))
                    .and_binary(Bytes::from_static(&[2]));
                io.emit(event.namespace, "binary", &args);
            }
            ("kick", _) => io.disconnect(event.namespace),
            ("close", _) => io.close(),
            _ => {}
        }
    }

    fn acked(&mut self, _: u64, answer: &Event<'_>, io: &mut Io<'_, '_, Self>) {
        io.emit(answer.namespace, "acked", &Args::same(answer.args, answer.attachments));
    }

    fn note(&mut self, note: Note, io: &mut Io<'_, '_, Self>) {
        match note {
            Note::LetIn(namespace) => io.accept(&namespace, Accepted::default()),
            Note::Say(number) => io.emit("/", "said", &Args::of(&number).unwrap()),
        }
    }

    fn disconnected(&mut self, namespace: &str, reason: DisconnectReason) {
        if !self.tag.is_empty() {
            LEFT.lock().unwrap().push((self.tag.clone(), namespace.to_owned(), reason.as_str()));
        }
    }
}

/// The mailbox of the client that connected with this tag.
pub(crate) fn mailbox(tag: &str) -> Mailbox<Client<Lab>> {
    let mailboxes = MAILBOXES.lock().unwrap();
    mailboxes.iter().find(|(known, _)| known == tag).map(|(_, mailbox)| mailbox.clone()).expect("connected")
}

/// Waits until the client with this tag has left, and says which namespace and why.
pub(crate) async fn left(tag: &str) -> (String, &'static str) {
    let start = Instant::now();
    loop {
        let found = LEFT.lock().unwrap().iter().find(|(known, ..)| known == tag).cloned();
        if let Some((_, namespace, reason)) = found {
            return (namespace, reason);
        }
        assert!(start.elapsed() < Duration::from_secs(2), "{tag} never left");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn settings(path: &str, origins: Origins) -> Settings {
    let mut settings = Settings::new(path, NodeTag::new("lab").unwrap(), origins);
    settings.ping_interval = PING_INTERVAL;
    settings.ping_timeout = PING_TIMEOUT;
    settings.upgrade_timeout = UPGRADE_TIMEOUT;
    settings.max_payload = MAX_PAYLOAD;
    settings
}

/// `127.0.0.1:<port>` of the one server, with two workers, so that a session and its WebSocket meet on different ones.
pub(crate) fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let listed = Origins::List(vec!["https://page.example".to_owned()]);
                let echo = Engine::new(settings("/engine.io", Origins::Any), Echo);
                let guarded = Engine::new(settings("/guarded", listed), Echo);
                let counted = Engine::new(settings("/counted", Origins::Any), Echo);
                assert!(COUNTED.set(counted.clone()).is_ok());
                let socket = Engine::new(
                    settings("/socket.io", Origins::Any),
                    SocketIo::new(CONNECT_TIMEOUT, |_: &HttpRequest| Ok(Lab::default())),
                );
                let server = HttpServer::new(move || {
                    App::new()
                        .configure(|config| echo.mount(config))
                        .configure(|config| counted.mount(config))
                        .configure(|config| guarded.mount(config))
                        .configure(|config| socket.mount(config))
                })
                .on_connect(remember_peer)
                .workers(2)
                .bind(("127.0.0.1", 0))
                .unwrap();
                sender.send(server.addrs()[0].to_string()).unwrap();
                server.run().await.unwrap();
            });
        });
        receiver.recv().unwrap()
    })
}

pub(crate) fn url(path_and_query: &str) -> String {
    format!("http://{}{path_and_query}", address())
}

/// A polling session by hand.
pub(crate) struct Polling {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) sid: String,
}

impl Polling {
    pub(crate) async fn open(mount: &str) -> Self {
        nine_cloud::tls::use_ring();
        let http = reqwest::Client::new();
        let base = url(&format!("{mount}/?EIO=4&transport=polling"));
        let answer = http.get(&base).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let body = answer.text().await.unwrap();
        let open: serde_json::Value = serde_json::from_str(body.strip_prefix('0').unwrap()).unwrap();
        let sid = open["sid"].as_str().unwrap().to_owned();
        Self { http, url: format!("{base}&sid={sid}"), sid }
    }

    /// Status and body.
    pub(crate) async fn get(&self) -> (u16, String) {
        let answer = self.http.get(&self.url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> (u16, String) {
        let answer = self.http.post(&self.url).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// A GET that runs beside the test; returns once it has surely arrived.
    pub(crate) async fn waiting_get(&self) -> tokio::task::JoinHandle<(u16, String)> {
        let request = self.http.get(&self.url);
        let poll = tokio::spawn(async move {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        poll
    }

    pub(crate) async fn probe(&self) -> WebSocket {
        let mount = self.url.split("/?").next().unwrap().rsplit('/').next().unwrap();
        WebSocket::connect(&format!("/{mount}/?EIO=4&transport=websocket&sid={}", self.sid)).await
    }
}

/// A WebSocket that sees pings of the protocol as any other text.
pub(crate) struct WebSocket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl WebSocket {
    pub(crate) async fn connect(path_and_query: &str) -> Self {
        let url = format!("ws://{}{path_and_query}", address());
        let at_once = true;
        Self(tokio_tungstenite::connect_async_with_config(url, None, at_once).await.unwrap().0)
    }

    /// With the open packet already read.
    pub(crate) async fn open(mount: &str) -> Self {
        let mut socket = Self::connect(&format!("{mount}/?EIO=4&transport=websocket")).await;
        assert!(socket.text().await.starts_with('0'));
        socket
    }

    /// In the main namespace of the Socket.IO application.
    pub(crate) async fn joined(auth: &str) -> Self {
        let mut socket = Self::open("/socket.io").await;
        socket.send(&format!("40{auth}")).await;
        assert!(socket.packet().await.starts_with("40{"));
        socket
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Frame::text(text)).await.unwrap();
    }

    pub(crate) async fn send_binary(&mut self, data: &[u8]) {
        self.0.send(Frame::binary(data.to_vec())).await.unwrap();
    }

    /// The next text; anything else is a failure.
    pub(crate) async fn text(&mut self) -> String {
        match self.next().await {
            Some(Frame::Text(text)) => text.to_string(),
            other => panic!("not a text but {other:?}"),
        }
    }

    /// The next text that is no ping of the protocol; pings are answered.
    pub(crate) async fn packet(&mut self) -> String {
        loop {
            let text = self.text().await;
            if text != "2" {
                return text;
            }
            self.send("3").await;
        }
    }

    pub(crate) async fn binary(&mut self) -> Vec<u8> {
        match self.next().await {
            Some(Frame::Binary(data)) => data.to_vec(),
            other => panic!("not binary but {other:?}"),
        }
    }

    pub(crate) async fn next(&mut self) -> Option<Frame> {
        let next = tokio::time::timeout(Duration::from_secs(2), self.0.next()).await.expect("silence");
        next.and_then(Result::ok)
    }

    /// The TCP connection ends within `limit`; gives the close code. Packets before it are passed over.
    pub(crate) async fn closed_within(&mut self, limit: Duration) -> u16 {
        tokio::time::timeout(limit, self.drained()).await.expect("still open")
    }

    /// Reads to the end of the TCP connection; gives the close code.
    pub(crate) async fn drained(&mut self) -> u16 {
        let mut code = 0;
        while let Some(Ok(frame)) = self.0.next().await {
            if let Frame::Close(Some(close)) = frame {
                code = close.code.into();
            }
        }
        code
    }

    /// Nothing but pings for a while.
    pub(crate) async fn stays_open(&mut self) {
        let quiet = tokio::time::timeout(AT_ONCE, async {
            while let Some(Ok(Frame::Text(text))) = self.0.next().await {
                assert_eq!(text.as_str(), "2");
            }
        });
        assert!(quiet.await.is_err(), "it closed");
    }
}
