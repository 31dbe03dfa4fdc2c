//! Engine.IO as the official client speaks it, over sockets that can be cut at any moment.
//!
//! A connection lives on a runtime of its own: it answers pings and takes what comes while a test looks elsewhere.

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use socket2::SockRef;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;

/// Where the existing client connects.
const PATH: &str = "/community/chat/socket.io/";

static WIRES: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
});

type WebSocket = WebSocketStream<TcpStream>;
type Task<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

/// How a client connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    WebSocket,
    Polling,
    /// As the existing client does: polling first.
    Upgrading,
}

/// One connection, from its open packet on.
pub(crate) struct Wire {
    pub(crate) outgoing: UnboundedSender<String>,
    incoming: UnboundedReceiver<String>,
    task: JoinHandle<()>,
    /// What the server said in its handshake.
    pub(crate) handshake: Value,
}

impl Wire {
    pub(crate) async fn open(address: &str, transport: Transport) -> io::Result<Self> {
        let address = address.to_owned();
        let opened = WIRES.spawn(async move {
            let (outgoing, to_send) = unbounded_channel();
            let (received, incoming) = unbounded_channel();
            let line = Line { to_send, received };
            let (handshake, task) = match transport {
                Transport::WebSocket => {
                    let mut socket = connect(&address, "").await?;
                    let open = text(&mut socket).await?;
                    (open, WIRES.spawn(async move { drop(line.run(socket).await) }))
                }
                Transport::Polling | Transport::Upgrading => {
                    let url = format!("{PATH}?EIO=4&transport=polling");
                    let (status, open) = request(&address, "GET", &url, None).await?;
                    if status != 200 {
                        return Err(io::Error::other(format!("{status} {open}")));
                    }
                    let polling = Polling::new(address, &open, transport == Transport::Upgrading);
                    (open, WIRES.spawn(async move { drop(polling.run(line).await) }))
                }
            };
            let handshake = serde_json::from_str(&handshake[1..])?;
            Ok(Self { outgoing, incoming, task, handshake })
        });
        opened.await.unwrap()
    }

    /// Sends a Socket.IO packet; what is sent into a broken connection is lost, as with any client.
    pub(crate) fn send(&self, packet: &str) {
        let _ = self.outgoing.send(format!("4{packet}"));
    }

    /// The next Socket.IO packet; `None` once the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<String> {
        self.incoming.recv().await
    }

    /// Breaks the connection, in the middle of whatever it does. What has come until then can still be read.
    pub(crate) async fn cut(&mut self) {
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the two kinds of connection have in common.
struct Line {
    to_send: UnboundedReceiver<String>,
    received: UnboundedSender<String>,
}

impl Line {
    /// The answer to a packet; an error ends the connection.
    fn take(&self, packet: &str) -> io::Result<Option<String>> {
        match packet.split_at_checked(1) {
            Some(("2", rest)) => Ok(Some(format!("3{rest}"))),
            Some(("4", rest)) => {
                let _ = self.received.send(rest.to_owned());
                Ok(None)
            }
            Some(("6", "")) => Ok(None),
            _ => Err(io::Error::other(format!("ended by {packet:?}"))),
        }
    }

    async fn run(mut self, mut socket: WebSocket) -> io::Result<()> {
        loop {
            tokio::select! {
                packet = self.to_send.recv() => {
                    let Some(packet) = packet else { return Ok(()) };
                    socket.send(Frame::text(packet)).await.map_err(io::Error::other)?;
                }
                frame = socket.next() => match frame {
                    Some(Ok(Frame::Text(packet))) => {
                        if let Some(answer) = self.take(&packet)? {
                            socket.send(Frame::text(answer)).await.map_err(io::Error::other)?;
                        }
                    }
                    Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => {}
                    _ => return Ok(()),
                }
            }
        }
    }
}

struct Polling {
    address: String,
    url: String,
    get: Option<Task<(u16, String)>>,
    post: Option<Task<(u16, String)>>,
    probe: Option<Task<WebSocket>>,
    /// Open to be moved to, once no request is under way.
    web_socket: Option<WebSocket>,
    waiting: VecDeque<String>,
}

impl Polling {
    fn new(address: String, open: &str, upgrades: bool) -> Self {
        let open: Value = serde_json::from_str(&open[1..]).unwrap();
        let sid = open["sid"].as_str().unwrap();
        let url = format!("{PATH}?EIO=4&transport=polling&sid={sid}");
        let probe: Option<Task<WebSocket>> = upgrades.then(|| {
            let (address, sid) = (address.clone(), format!("&sid={sid}"));
            Box::pin(async move { probe(&address, &sid).await }) as Task<WebSocket>
        });
        Self { address, url, get: None, post: None, probe, web_socket: None, waiting: VecDeque::new() }
    }

    async fn run(mut self, mut line: Line) -> io::Result<()> {
        loop {
            if self.web_socket.is_none() && self.get.is_none() {
                self.get = Some(self.request("GET", None));
            }
            if self.web_socket.is_none() && self.post.is_none() && !self.waiting.is_empty() {
                let packets: Vec<String> = self.waiting.drain(..).collect();
                self.post = Some(self.request("POST", Some(packets.join("\x1e"))));
            }
            if self.get.is_none()
                && self.post.is_none()
                && let Some(mut socket) = self.web_socket.take()
            {
                socket.send(Frame::text("5")).await.map_err(io::Error::other)?;
                for packet in self.waiting.drain(..) {
                    socket.send(Frame::text(packet)).await.map_err(io::Error::other)?;
                }
                return line.run(socket).await;
            }
            tokio::select! {
                answer = due(&mut self.get) => {
                    self.get = None;
                    for packet in good(answer?)?.split('\x1e') {
                        self.waiting.extend(line.take(packet)?);
                    }
                }
                answer = due(&mut self.post) => {
                    self.post = None;
                    good(answer?)?;
                }
                probed = due(&mut self.probe) => {
                    // A client whose probe fails goes on polling.
                    (self.probe, self.web_socket) = (None, probed.ok());
                }
                packet = line.to_send.recv() => match packet {
                    Some(packet) => self.waiting.push_back(packet),
                    None => return Ok(()),
                }
            }
        }
    }

    fn request(&self, method: &'static str, body: Option<String>) -> Task<(u16, String)> {
        let (address, url) = (self.address.clone(), self.url.clone());
        Box::pin(async move { request(&address, method, &url, body).await })
    }
}

async fn due<T>(task: &mut Option<Task<T>>) -> io::Result<T> {
    match task {
        Some(task) => task.await,
        None => pending().await,
    }
}

fn good((status, body): (u16, String)) -> io::Result<String> {
    if status == 200 { Ok(body) } else { Err(io::Error::other(format!("{status} {body}"))) }
}

async fn tcp(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    // When it is dropped, it breaks.
    SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
    Ok(stream)
}

async fn connect(address: &str, session: &str) -> io::Result<WebSocket> {
    let url = format!("ws://{address}{PATH}?EIO=4&transport=websocket{session}");
    let opened = tokio_tungstenite::client_async(url, tcp(address).await?).await;
    opened.map(|(socket, _)| socket).map_err(io::Error::other)
}

async fn probe(address: &str, session: &str) -> io::Result<WebSocket> {
    let mut socket = connect(address, session).await?;
    socket.send(Frame::text("2probe")).await.map_err(io::Error::other)?;
    let answer = text(&mut socket).await?;
    if answer == "3probe" { Ok(socket) } else { Err(io::Error::other(answer)) }
}

async fn text(socket: &mut WebSocket) -> io::Result<String> {
    match socket.next().await {
        Some(Ok(Frame::Text(text))) => Ok(text.to_string()),
        other => Err(io::Error::other(format!("{other:?}"))),
    }
}

/// Status and body of one request on a connection of its own.
pub(crate) async fn request(
    address: &str,
    method: &str,
    url: &str,
    body: Option<String>,
) -> io::Result<(u16, String)> {
    let mut stream = tcp(address).await?;
    let body = body.unwrap_or_default();
    let head = format!(
        "{method} {url} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let answer = String::from_utf8(answer).map_err(io::Error::other)?;
    let cut_short = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut_short)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut_short)?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(cut_short());
    }
    Ok((status, body.to_owned()))
}
