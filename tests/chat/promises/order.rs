//! 1. Within a room all see the same messages in the same order, by `seq` without gaps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix::{Actor, Context, Handler};
use futures_util::future::join_all;
use nine_cloud::adapters::host::{SystemClock, SystemIds};
use nine_cloud_actors::domain::chat::{Alias, ChatText, LogKey, Oid};
use nine_cloud_actors::metrics::Registry;
use nine_cloud_actors::ports::{Fact, FanOut, Ids as _, News};
use nine_cloud_actors::rooms::{
    Author, Item, LineId, Lines, Parcel, RoomDirectory, RoomPorts, Rooms, SendMessage, SocketKey, TakeSeat,
};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Chat;
use crate::kit::TestApp;
use crate::people::writes_rain_sad;

#[tokio::test]
async fn many_senders_in_several_rooms_are_seen_in_one_order() {
    const EACH: u64 = 60;
    let app = TestApp::start().await;
    let mut members = Vec::new();
    for number in 0..8 {
        let person = app.sign_up(&format!("person{number}")).await;
        writes_rain_sad(&person).await;
        let mut chat = Chat::in_room(&person, "plaza").await;
        chat.ask("join", json!({"room": "rain-sad"})).await;
        members.push(chat);
    }
    let seen = join_all(members.into_iter().map(async |mut chat| {
        for number in 0..EACH {
            let room = if number % 2 == 0 { "plaza" } else { "rain-sad" };
            chat.emit("send", &json!({"room": room, "text": format!("{number}")}));
        }
        let mut seen = (Vec::new(), Vec::new());
        while ((seen.0.len() + seen.1.len()) as u64) < 8 * EACH {
            let message = chat.message().await;
            let place = (message["seq"].as_u64().unwrap(), message["_id"].as_str().unwrap().to_owned());
            if message["room"] == "plaza" { seen.0.push(place) } else { seen.1.push(place) }
        }
        seen
    }))
    .await;
    for (plaza, cloud) in &seen {
        assert_eq!((plaza, cloud), (&seen[0].0, &seen[0].1));
        for room in [plaza, cloud] {
            let seqs: Vec<u64> = room.iter().map(|(seq, _)| *seq).collect();
            assert_eq!(seqs, (1..=4 * EACH).collect::<Vec<_>>());
        }
    }
}

type Hear = Box<dyn Fn(News) + Send + Sync>;

/// Tells every node but the speaking one; it may be deaf for a while, and loses what is said then.
#[derive(Default)]
struct Ether {
    ears: std::sync::Mutex<Vec<Hear>>,
    is_deaf: AtomicBool,
}

struct Ear {
    ether: Arc<Ether>,
    number: usize,
}

impl FanOut for Ear {
    fn publish(&self, news: News) {
        if self.ether.is_deaf.load(Ordering::Relaxed) {
            return;
        }
        for (number, hear) in self.ether.ears.lock().unwrap().iter().enumerate() {
            if number != self.number {
                hear(news.clone());
            }
        }
    }

    fn subscribe(&self, hear: Hear) {
        self.ether.ears.lock().unwrap().push(hear);
    }

    fn is_up(&self) -> bool {
        !self.ether.is_deaf.load(Ordering::Relaxed)
    }
}

/// The worker of a node: notes its members, and what they would be shown.
struct Worker {
    seated: UnboundedSender<u64>,
    shown: UnboundedSender<(u64, Oid)>,
}

impl Actor for Worker {
    type Context = Context<Self>;
}

impl Handler<Parcel> for Worker {
    type Result = ();

    fn handle(&mut self, parcel: Parcel, _: &mut Self::Context) {
        match parcel {
            Parcel::Batch(batch) => {
                for item in &batch.items {
                    if let Item::Logged(entry) = item
                        && let Fact::Said { id, .. } = &entry.fact
                    {
                        let _ = self.shown.send((entry.seq, *id));
                    }
                }
                for (_, receipt) in &batch.receipts {
                    assert!(receipt.is_ok());
                }
            }
            Parcel::Seat(seat) => {
                let _ = self.seated.send(seat.position);
            }
            _ => {}
        }
    }
}

struct Node {
    rooms: Arc<RoomDirectory>,
    line: LineId,
    seated: UnboundedReceiver<u64>,
    shown: UnboundedReceiver<(u64, Oid)>,
}

fn node(app: &TestApp, ether: &Arc<Ether>, number: usize) -> Node {
    let (lines, rooms, registry) =
        (Arc::new(Lines::default()), Arc::new(RoomDirectory::default()), Registry::default());
    let ports = RoomPorts {
        node: number.to_string().into(),
        log: app.log(),
        people: Arc::new(app.store()),
        fan_out: Arc::new(Ear { ether: Arc::clone(ether), number }),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        lines: Arc::clone(&lines),
        capacity: 100,
    };
    let (seat, seated) = unbounded_channel();
    let (show, shown) = unbounded_channel();
    let line = lines.open(Worker { seated: seat, shown: show }.start().recipient());
    let arbiter = actix::Arbiter::current();
    Rooms::start_on(&arbiter, &rooms, ports, registry.cell("Room"), registry.cell("Rooms"));
    Node { rooms, line, seated, shown }
}

async fn two_nodes(is_deaf: bool) {
    const EACH: u64 = 200;
    let app = TestApp::start().await;
    let ether = Arc::new(Ether::default());
    ether.is_deaf.store(is_deaf, Ordering::Relaxed);
    let key: LogKey = "rain-sad@2026-11-22".parse().unwrap();
    let mut nodes = [node(&app, &ether, 0), node(&app, &ether, 1)];
    let mut sockets = Vec::new();
    for node in &nodes {
        let room = node.rooms.find_or_start(key).await.unwrap();
        for _ in 0..3 {
            let socket = SocketKey::fresh();
            let author = Author { id: Oid::new(&SystemIds.random()), name: Alias::new("구름") };
            let seat = TakeSeat {
                socket,
                line: node.line,
                author: Some(author),
                person: None,
                is_announced: false,
                is_curious: false,
                hidden: Vec::new(),
                seen: None,
            };
            room.tell(seat).unwrap();
            sockets.push((Arc::clone(&room), socket));
        }
    }
    for node in &mut nodes {
        for _ in 0..3 {
            assert_eq!(node.seated.recv().await, Some(0));
        }
    }
    let total = usize::try_from(EACH).unwrap() * sockets.len();
    for number in 0..EACH {
        for (room, socket) in &sockets {
            let text = ChatText::parse(&number.to_string()).unwrap();
            room.tell(SendMessage { socket: *socket, text, client_id: None }).unwrap();
        }
        if number % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let mut orders = Vec::new();
    for node in &mut nodes {
        let mut order = Vec::new();
        while order.len() < total {
            let next = tokio::time::timeout(Duration::from_secs(30), node.shown.recv()).await;
            order.push(next.expect("a message is missing").unwrap());
        }
        orders.push(order);
    }
    assert_eq!(orders[0], orders[1], "both nodes show the same");
    let seqs: Vec<u64> = orders[0].iter().map(|(seq, _)| *seq).collect();
    assert_eq!(seqs, (1..=total as u64).collect::<Vec<_>>());
    assert_eq!(app.log().tail(key).await.unwrap(), total as u64);
}

#[test]
fn two_nodes_on_one_log_deliver_one_order() {
    actix::System::new().block_on(two_nodes(false));
}

#[test]
fn two_nodes_that_do_not_hear_each_other_poll_the_log() {
    actix::System::new().block_on(two_nodes(true));
}
