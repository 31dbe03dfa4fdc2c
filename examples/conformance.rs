//! The protocol alone, with the settings and the little application that the public Engine.IO v4 and Socket.IO v5 test
//! suites expect: `PORT=3000 cargo run --example conformance`.
//!
//! `/engine.io/` sends every message straight back. `/socket.io/`, and `/community/chat/` with it, has the namespaces
//! `/` and `/custom`. The suites want a heartbeat so quick that a busy client misses it: `CHAT_PING_INTERVAL_MS` and
//! `CHAT_PING_TIMEOUT_MS` slow it down, as they do in the product.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpServer};
use nine_cloud::realtime::engine::{
    self, CloseReason, Connection, Engine, Message, NodeTag, Origins, Refusal, Settings, Socket,
    remember_peer,
};
use nine_cloud::realtime::socket::{Accepted, Ack, Application, Args, DisconnectReason, Event, Io, SocketIo};
use serde_json::value::RawValue;

struct Echo;

impl engine::Application for Echo {
    type Connection = Echo;

    fn accept(&self, _: &HttpRequest) -> Result<Echo, Refusal> {
        Ok(Self)
    }
}

impl Connection for Echo {
    type Note = ();

    fn message(&mut self, message: Message<'_>, socket: &mut Socket<'_, Self>) {
        match message {
            Message::Text(text) => socket.text(text),
            Message::Binary(data) => socket.binary(data),
        }
    }

    fn note(&mut self, (): (), _: &mut Socket<'_, Self>) {}

    fn closed(&mut self, _: CloseReason) {}
}

struct MessageBack;

impl Application for MessageBack {
    type Note = ();

    fn connect(&mut self, namespace: &str, auth: Option<&RawValue>, io: &mut Io<'_, '_, Self>) {
        if !["/", "/custom"].contains(&namespace) {
            return io.unknown_namespace(namespace);
        }
        io.accept(namespace, Accepted::default());
        let auth = auth.map_or("{}", RawValue::get);
        io.emit(namespace, "auth", &Args::json(auth));
    }

    fn event(&mut self, event: &Event<'_>, ack: Option<Ack>, io: &mut Io<'_, '_, Self>) {
        let same = Args::same(event.args, event.attachments);
        match (event.namespace, &*event.name, ack) {
            ("/", "message", _) => io.emit("/", "message-back", &same),
            ("/", "message-with-ack", Some(ack)) => io.ack(&ack, &same),
            _ => {}
        }
    }

    fn note(&mut self, (): (), _: &mut Io<'_, '_, Self>) {}

    fn disconnected(&mut self, _: &str, _: DisconnectReason) {}
}

fn settings(path: &str, node: &NodeTag) -> Settings {
    let mut settings = Settings::new(path, node.clone(), Origins::Any);
    settings.ping_interval = Duration::from_millis(variable("CHAT_PING_INTERVAL_MS").unwrap_or(300));
    settings.ping_timeout = Duration::from_millis(variable("CHAT_PING_TIMEOUT_MS").unwrap_or(200));
    settings
}

/// `None` also when it is no number.
fn variable<T: FromStr>(name: &str) -> Option<T> {
    #[expect(clippy::disallowed_methods, reason = "an example has no settings module")]
    let value = std::env::var(name).ok();
    value?.parse().ok()
}

#[actix_web::main]
async fn main() -> io::Result<()> {
    let port = variable("PORT").unwrap_or(3000);
    let node = NodeTag::new("conformance").ok_or(io::ErrorKind::InvalidInput)?;
    let socket_io = |path| {
        let accept = |_: &HttpRequest| Ok(MessageBack);
        Engine::new(settings(path, &node), SocketIo::new(Duration::from_secs(1), accept))
    };
    let (socket, chat) = (socket_io("/socket.io"), socket_io("/community/chat"));
    let echo = Engine::new(settings("/engine.io", &node), Echo);
    HttpServer::new(move || {
        App::new()
            .configure(|config| echo.mount(config))
            .configure(|config| socket.mount(config))
            .configure(|config| chat.mount(config))
    })
    .on_connect(remember_peer)
    // One worker: some public cases race a request against a frame on another connection and rely on being served in
    // the order of arrival.
    .workers(1)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}
