//! A client of the live chat: Socket.IO over a WebSocket, by hand.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Person, TestApp};

/// One socket. It closes with this value.
pub(crate) struct Chat {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    acks: u64,
    heard: VecDeque<(String, Value)>,
}

enum Packet {
    Event(String, Value),
    Ack(u64, Value),
    /// What a CONNECT was answered with.
    Connected(Result<Value, Value>),
    /// The server wants this client to stay away, or has closed the connection.
    Ended {
        for_good: bool,
    },
}

impl TestApp {
    /// Somebody without an account, in the plaza.
    pub(crate) async fn chat(&self) -> Chat {
        self.try_chat(json!({})).await.unwrap()
    }

    /// The answer to a CONNECT that shows `auth`.
    pub(crate) async fn try_chat(&self, auth: Value) -> Result<Chat, Value> {
        let address = self.address.replace("http://", "ws://");
        let url = format!("{address}/community/chat/socket.io/?EIO=4&transport=websocket");
        let (socket, _) = connect_async(url).await.unwrap();
        let mut chat = Chat { socket, acks: 0, heard: VecDeque::new() };
        chat.send(format!("40{auth}")).await;
        match chat.next().await {
            Packet::Connected(answer) => answer.map(|_| chat),
            _ => panic!("an answer to the CONNECT comes first"),
        }
    }
}

impl Person<'_> {
    /// A socket of theirs, in no room yet.
    pub(crate) async fn chat(&self) -> Chat {
        self.app.try_chat(json!({"token": self.authorization()})).await.unwrap()
    }
}

impl Chat {
    /// The acknowledgement of an event.
    pub(crate) async fn ask(&mut self, event: &str, arg: Value) -> Value {
        let id = self.acks;
        self.acks += 1;
        self.send(format!("42{id}{}", json!([event, arg]))).await;
        loop {
            match self.next().await {
                Packet::Ack(of, answer) if of == id => return answer,
                Packet::Event(name, payload) => self.heard.push_back((name, payload)),
                _ => panic!("no answer to {event}"),
            }
        }
    }

    /// As [`Self::ask`], when it is not refused.
    pub(crate) async fn does(&mut self, event: &str, arg: Value) -> Value {
        let answer = self.ask(event, arg).await;
        assert_eq!(answer["ok"], true, "{event}: {answer}");
        answer
    }

    /// The payload of the next event of this name; others before it are forgotten.
    pub(crate) async fn hears(&mut self, event: &str) -> Value {
        loop {
            let (name, payload) = match self.heard.pop_front() {
                Some(heard) => heard,
                None => match self.next().await {
                    Packet::Event(name, payload) => (name, payload),
                    _ => panic!("{event} was not heard"),
                },
            };
            if name == event {
                return payload;
            }
        }
    }

    /// Waits for the end; whether the client is not to come back.
    pub(crate) async fn gets_put_out(mut self) -> bool {
        loop {
            if let Packet::Ended { for_good } = self.next().await {
                return for_good;
            }
        }
    }

    async fn send(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    async fn next(&mut self) -> Packet {
        loop {
            let read = tokio::time::timeout(Duration::from_secs(30), self.socket.next()).await.unwrap();
            let Some(Ok(Message::Text(text))) = read else { return Packet::Ended { for_good: false } };
            let (kind, rest) = text.split_at(if text.starts_with('4') { 2 } else { 1 });
            match kind {
                "0" | "6" => {}
                "2" => self.send("3".to_owned()).await,
                "40" => return Packet::Connected(Ok(serde_json::from_str(rest).unwrap())),
                "41" => return Packet::Ended { for_good: true },
                "42" => {
                    let args: Vec<Value> = serde_json::from_str(rest).unwrap();
                    return Packet::Event(args[0].as_str().unwrap().to_owned(), args[1].clone());
                }
                "43" => {
                    let (id, args) = rest.split_at(rest.find('[').unwrap());
                    let args: Vec<Value> = serde_json::from_str(args).unwrap();
                    return Packet::Ack(id.parse().unwrap(), args[0].clone());
                }
                "44" => return Packet::Connected(Err(serde_json::from_str(rest).unwrap())),
                _ => panic!("an unexpected packet: {text}"),
            }
        }
    }
}
