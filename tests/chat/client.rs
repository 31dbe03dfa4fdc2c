//! A Socket.IO client that comes back as the official one does (4.7.2): with its `pid`, and the last offset it has seen.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::wire::{Transport, Wire};
use crate::kit::{Person, TestApp};

/// Nothing takes as long, however busy the machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is not to come does not come within this.
const QUIET: Duration = Duration::from_millis(300);

/// What a client was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    Event(String, Value),
    Ack(u64, Value),
}

/// Why a client is not in.
#[derive(Debug)]
pub(crate) enum NotIn {
    /// CONNECT_ERROR
    Refused(Value),
    /// The connection broke, or was never there.
    Broken,
}

/// One client, which may have one connection after another.
pub(crate) struct Chat {
    address: String,
    pub(crate) transport: Transport,
    auth: Value,
    pub(crate) wire: Option<Wire>,
    pub(crate) sid: String,
    pub(crate) pid: Option<String>,
    pub(crate) offset: Option<String>,
    /// As the official client has it: the last connection took up where the one before it had ended.
    pub(crate) recovered: bool,
    heard: VecDeque<Heard>,
    asked: u64,
}

impl Chat {
    /// The existing client: no token.
    pub(crate) async fn guest(app: &TestApp) -> Self {
        Self::of(app, json!({})).await
    }

    /// A new client: with the token of a person.
    pub(crate) async fn person(person: &Person<'_>) -> Self {
        Self::of(person.app, json!({ "token": person.authorization() })).await
    }

    /// Somebody who is in a room.
    pub(crate) async fn in_room(person: &Person<'_>, room: &str) -> Self {
        let mut chat = Self::person(person).await;
        let joined = chat.ask("join", json!({ "room": room })).await;
        assert_eq!(joined["ok"], true, "{joined}");
        chat
    }

    async fn of(app: &TestApp, auth: Value) -> Self {
        let mut chat = Self::new(app.host(), auth, Transport::WebSocket);
        chat.connect().await.unwrap();
        chat
    }

    /// Not connected yet.
    pub(crate) fn new(address: &str, auth: Value, transport: Transport) -> Self {
        Self {
            address: address.to_owned(),
            transport,
            auth,
            wire: None,
            sid: String::new(),
            pid: None,
            offset: None,
            recovered: false,
            heard: VecDeque::new(),
            asked: 0,
        }
    }

    /// The server lives elsewhere now.
    pub(crate) fn move_to(&mut self, address: &str) {
        address.clone_into(&mut self.address);
    }

    /// Connects, or connects again.
    pub(crate) async fn connect(&mut self) -> Result<(), NotIn> {
        timeout(PATIENCE, self.try_connect()).await.expect("no answer to CONNECT")
    }

    async fn try_connect(&mut self) -> Result<(), NotIn> {
        let broken = |_: io::Error| NotIn::Broken;
        let mut wire = Wire::open(&self.address, self.transport).await.map_err(broken)?;
        let mut auth = self.auth.clone();
        if let Some(pid) = &self.pid {
            auth["pid"] = pid.as_str().into();
            auth["offset"] = self.offset.as_deref().into();
        }
        wire.send(&format!("0{auth}"));
        let mut missed: Vec<String> = Vec::new();
        loop {
            let packet = wire.next().await.ok_or(NotIn::Broken)?;
            match packet.split_at(1) {
                ("0", open) => {
                    let open: Value = serde_json::from_str(open).unwrap();
                    let pid = open["pid"].as_str().map(str::to_owned);
                    self.recovered = pid.is_some() && pid == self.pid;
                    open["sid"].as_str().unwrap().clone_into(&mut self.sid);
                    self.pid = pid;
                    self.wire = Some(wire);
                    for packet in &missed {
                        self.take(packet);
                    }
                    return Ok(());
                }
                ("4", error) => return Err(NotIn::Refused(serde_json::from_str(error).unwrap())),
                _ => missed.push(packet.clone()),
            }
        }
    }

    /// Breaks the connection. What has come until then was received.
    pub(crate) async fn cut(&mut self) {
        if let Some(mut wire) = self.wire.take() {
            wire.cut().await;
            while let Some(packet) = wire.next().await {
                self.take(&packet);
            }
        }
    }

    /// Breaks the connection and connects again.
    pub(crate) async fn cut_and_return(&mut self) {
        self.cut().await;
        self.connect().await.unwrap();
    }

    pub(crate) fn emit(&self, name: &str, arg: &Value) {
        self.send(&format!("2{}", json!([name, arg])));
    }

    /// A raw Socket.IO packet.
    pub(crate) fn send(&self, packet: &str) {
        if let Some(wire) = &self.wire {
            wire.send(packet);
        }
    }

    /// A raw Engine.IO packet.
    pub(crate) fn send_raw(&self, packet: &str) {
        if let Some(wire) = &self.wire {
            let _ = wire.outgoing.send(packet.to_owned());
        }
    }

    /// Emits, and says under which number the answer will come.
    pub(crate) fn post(&mut self, name: &str, arg: &Value) -> u64 {
        self.asked += 1;
        self.send(&format!("2{}{}", self.asked, json!([name, arg])));
        self.asked
    }

    /// Emits, and waits for the answer. Events that come before it can be read afterwards.
    pub(crate) async fn ask(&mut self, name: &str, arg: Value) -> Value {
        let number = self.post(name, &arg);
        self.answer(number).await
    }

    /// The answer to a number.
    pub(crate) async fn answer(&mut self, number: u64) -> Value {
        self.find(&format!("answer {number}"), |heard| matches!(heard, Heard::Ack(n, _) if *n == number))
            .await
    }

    /// The next event of a name; others stay.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        self.find(name, |heard| matches!(heard, Heard::Event(n, _) if n == name)).await
    }

    /// The next message that somebody wrote.
    pub(crate) async fn message(&mut self) -> Value {
        let is_written = |value: &Value| value["system"] != true;
        self.find("a message", |heard| matches!(heard, Heard::Event(n, m) if n == "message" && is_written(m)))
            .await
    }

    /// The next words of the server.
    pub(crate) async fn notice(&mut self) -> Value {
        let is_notice = |value: &Value| value["system"] == true;
        self.find("a notice", |heard| matches!(heard, Heard::Event(n, m) if n == "message" && is_notice(m)))
            .await
    }

    async fn find(&mut self, what: &str, is_it: impl Fn(&Heard) -> bool) -> Value {
        let search = async {
            loop {
                if let Some(place) = self.heard.iter().position(&is_it) {
                    break match self.heard.remove(place) {
                        Some(Heard::Event(_, value) | Heard::Ack(_, value)) => Some(value),
                        None => None,
                    };
                }
                if !self.listen().await {
                    break None;
                }
            }
        };
        let found = timeout(PATIENCE, search).await;
        match found {
            Ok(Some(value)) => value,
            Ok(None) => panic!("the connection ended before {what}: {:?}", self.heard),
            Err(elapsed) => panic!("{what} did not come, {elapsed}: {:?}", self.heard),
        }
    }

    /// The next thing, whatever it is.
    pub(crate) async fn next(&mut self) -> Heard {
        timeout(PATIENCE, async {
            while self.heard.is_empty() {
                assert!(self.listen().await, "the connection ended");
            }
        })
        .await
        .expect("nothing came");
        self.heard.pop_front().unwrap()
    }

    /// Takes the next packet; `false`: the connection has ended.
    pub(crate) async fn listen(&mut self) -> bool {
        let Some(wire) = &mut self.wire else { return false };
        let packet = wire.next().await;
        match &packet {
            Some(packet) => self.take(packet),
            None => self.wire = None,
        }
        packet.is_some()
    }

    /// Everything that has come and that was not asked for yet.
    pub(crate) fn drain(&mut self) -> Vec<Heard> {
        self.heard.drain(..).collect()
    }

    /// All that comes within a moment.
    pub(crate) async fn listen_for(&mut self, moment: Duration) -> Vec<Heard> {
        let _ = timeout(moment, async { while self.listen().await {} }).await;
        self.drain()
    }

    /// The names of all events that come within a moment.
    pub(crate) async fn what_else_comes(&mut self) -> Vec<String> {
        let name = |heard| match heard {
            Heard::Event(name, _) => name,
            Heard::Ack(number, _) => format!("ack {number}"),
        };
        self.listen_for(QUIET).await.into_iter().map(name).collect()
    }

    /// The server ends the connection within this time.
    pub(crate) async fn is_closed_within(&mut self, limit: Duration) -> bool {
        timeout(limit, async { while self.listen().await {} }).await.is_ok()
    }

    fn take(&mut self, packet: &str) {
        let (kind, rest) = packet.split_at(1);
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, args) = rest.split_at(digits);
        let args: Vec<Value> = serde_json::from_str(args).unwrap_or_default();
        match kind {
            "2" => {
                if let [_, .., Value::String(offset)] = &args[..] {
                    self.offset = Some(offset.clone());
                }
                let mut args = args.into_iter();
                let name = args.next().unwrap().as_str().unwrap().to_owned();
                self.heard.push_back(Heard::Event(name, args.next().unwrap_or_default()));
            }
            "3" => {
                let arg = args.into_iter().next().unwrap_or_default();
                self.heard.push_back(Heard::Ack(number.parse().unwrap(), arg));
            }
            // DISCONNECT
            "1" => self.heard.push_back(Heard::Event("disconnect".to_owned(), Value::Null)),
            // There is no such namespace.
            "4" => {}
            _ => panic!("what is {packet}?"),
        }
    }
}

/// Counts messages by what is said in them.
pub(crate) fn count(texts: impl IntoIterator<Item = String>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    counts
}

impl TestApp {
    /// `127.0.0.1:<port>`
    pub(crate) fn host(&self) -> &str {
        self.address.strip_prefix("http://").unwrap()
    }
}
