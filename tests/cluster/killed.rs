//! A node is killed while everybody talks.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::client::{Chat, Heard};
use crate::cluster::{Cluster, join};
use crate::hard_kit;
use crate::wire::Transport;

/// What each says.
const EACH: usize = 120;

/// Longest that the whole conversation takes, on a machine with other things to do.
const LONGEST: Duration = Duration::from_mins(2);

/// One who talks, and notes what is shown.
struct Talker {
    name: String,
    chat: Chat,
    shown: Vec<(u64, String)>,
    returns: usize,
}

impl Talker {
    /// Says it until it is acknowledged, over as many connections as it takes.
    async fn say(&mut self, text: &str) {
        loop {
            let sent = self.chat.post("send", &json!({"room": "plaza", "text": text, "clientId": text}));
            if self.answer(sent).await {
                return;
            }
        }
    }

    async fn answer(&mut self, sent: u64) -> bool {
        while self.chat.listen().await {
            for heard in self.chat.drain() {
                match heard {
                    Heard::Ack(number, answer) if number == sent => {
                        // What was not stored is said again.
                        return answer["ok"] == true;
                    }
                    other => self.note(other),
                }
            }
        }
        self.come_back().await;
        false
    }

    async fn come_back(&mut self) {
        let began = Instant::now();
        while self.chat.connect().await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(30), "{} does not get in again", self.name);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(self.chat.recovered, "{} starts anew", self.name);
        self.returns += 1;
        for heard in self.chat.drain() {
            self.note(heard);
        }
    }

    fn note(&mut self, heard: Heard) {
        if let Heard::Event(name, message) = heard
            && name == "message"
            && message["system"] != true
        {
            self.shown.push((message["seq"].as_u64().unwrap(), text(&message)));
        }
    }

    async fn hear_until(&mut self, messages: usize) {
        while self.shown.len() < messages {
            if !self.chat.listen().await {
                self.come_back().await;
            }
            for heard in self.chat.drain() {
                self.note(heard);
            }
        }
    }
}

fn text(message: &Value) -> String {
    message["chat"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn all_see_one_order_and_nothing_acknowledged_is_lost_or_seen_twice() {
    let Some(cluster) = Cluster::start().await else { return };
    let people = cluster.people(9).await;
    let mut talkers = Vec::new();
    for (number, person) in people.iter().enumerate() {
        // Polling and upgrades need nginx to find the node of a socket.
        let transport = [Transport::WebSocket, Transport::Upgrading, Transport::Polling][number / 3];
        let mut chat = cluster.anywhere(person, transport).await;
        join(&mut chat).await;
        talkers.push(Talker { name: format!("{number}"), chat, shown: Vec::new(), returns: 0 });
    }
    let total = EACH * talkers.len();
    let talk = join_all(talkers.iter_mut().map(async |talker| {
        for number in 0..EACH {
            let text = format!("{} {}-{number}", hard_kit::INTIMATE, talker.name);
            talker.say(&text).await;
        }
        talker.hear_until(total).await;
    }));
    let kill = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.nodes[1].signal(Signal::KILL);
    };
    let all = async { tokio::join!(talk, kill) };
    assert!(tokio::time::timeout(LONGEST, all).await.is_ok(), "the conversation does not end");
    let first = &talkers[0].shown;
    assert_eq!(first.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (1..=total as u64).collect::<Vec<_>>());
    let mut times = HashMap::new();
    for (_, text) in first {
        *times.entry(text.as_str()).or_insert(0) += 1;
    }
    assert_eq!(times.len(), total, "each message once");
    for talker in &talkers {
        assert_eq!(&talker.shown, first, "{} sees another order", talker.name);
    }
    let returns: usize = talkers.iter().map(|talker| talker.returns).sum();
    assert!(returns > 0, "nobody was on the node that was killed");
    for talker in &mut talkers {
        let rest = talker.chat.what_else_comes().await;
        assert!(!rest.contains(&"message".to_owned()), "{rest:?}");
    }
    cluster.end(&people).await;
}
