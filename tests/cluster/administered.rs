//! What an administrator does on one node.

use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::client::{Chat, NotIn};
use crate::cluster::{Cluster, join};
use crate::hard_kit::Server;
use crate::hard_kit::server::ADMIN;
use crate::together::{AT_ONCE, is_ended_for_good};
use crate::wire::Transport;

const TRANSPORTS: [Transport; 3] = [Transport::WebSocket, Transport::Upgrading, Transport::Polling];

async fn operate(server: &Server, path: &str) -> u16 {
    let answer = server.http.post(server.url(path)).bearer_auth(ADMIN).send().await.unwrap();
    answer.status().as_u16()
}

async fn status(server: &Server, path: &str, access: &str) -> u16 {
    let answer = server.http.get(server.url(path)).header("authorization", access).send().await.unwrap();
    answer.status().as_u16()
}

/// The node that a socket is on, as its id says.
fn node_of(chat: &Chat) -> &str {
    let handshake = &chat.wire.as_ref().unwrap().handshake;
    handshake["sid"].as_str().unwrap().split_once('-').unwrap().0
}

async fn say(chat: &mut Chat, text: &str) {
    let said = chat.ask("send", json!({"room": "plaza", "text": text, "clientId": text})).await;
    assert_eq!(said["ok"], true, "{said}");
}

#[tokio::test]
async fn a_drained_node_is_left_for_the_others_and_nobody_misses_anything() {
    let Some(cluster) = Cluster::start().await else { return };
    let people = cluster.people(9).await;
    let (mut there, mut elsewhere) = (Vec::new(), Vec::new());
    for (number, person) in people.iter().enumerate() {
        let mut chat = cluster.anywhere(person, TRANSPORTS[number / 3]).await;
        join(&mut chat).await;
        if node_of(&chat) == "one" { there.push(chat) } else { elsewhere.push(chat) }
    }
    assert!(!there.is_empty() && !elsewhere.is_empty(), "the new go anywhere");

    assert_eq!(operate(&cluster.nodes[0], "/admin/drain").await, 202);
    say(&mut elsewhere[0], "while they move").await;
    let moves = there.iter_mut().map(async |chat| {
        assert!(chat.event("reconnect").await["inMs"].is_u64());
        assert!(chat.is_closed_within(AT_ONCE).await);
        chat.connect().await.unwrap();
        assert!(chat.recovered && node_of(chat) != "one", "it goes on where it was, on another node");
    });
    join_all(moves).await;
    say(&mut elsewhere[0], "when all have moved").await;
    for chat in there.iter_mut().chain(&mut elsewhere) {
        for text in ["while they move", "when all have moved"] {
            assert_eq!(chat.message().await["chat"], text);
        }
    }
    for (person, transport) in people.iter().zip(TRANSPORTS.into_iter().cycle()) {
        assert_ne!(node_of(&cluster.anywhere(person, transport).await), "one", "the new go to the others");
    }

    // It waits for its end, and serves on.
    let access = &people[0].access;
    for (node, ready) in [(0, 503), (1, 200), (2, 200)] {
        assert_eq!(status(&cluster.nodes[node], "/ready", access).await, ready);
        assert_eq!(status(&cluster.nodes[node], "/myInfo", access).await, 200);
    }
    cluster.end(&people).await;
}

#[tokio::test]
async fn a_suspended_person_is_put_out_of_every_node() {
    let Some(cluster) = Cluster::start().await else { return };
    let people = cluster.people(2).await;
    let [mina, juno] = &people[..] else { panic!() };
    let mut sockets = Vec::new();
    for node in 0..3 {
        sockets.push(cluster.on(node, mina).await);
        assert_eq!(status(&cluster.nodes[node], "/myInfo", &mina.access).await, 200);
    }
    let mut other = cluster.on(1, juno).await;

    let began = Instant::now();
    assert_eq!(operate(&cluster.nodes[0], &format!("/admin/accounts/{}/suspension", mina.id)).await, 200);
    for socket in &mut sockets {
        assert!(is_ended_for_good(socket).await);
    }
    let took = began.elapsed();
    assert!(took < AT_ONCE, "{took:?}");
    println!("a suspension took effect on all nodes after {took:?}");
    for node in &cluster.nodes {
        assert_eq!(status(node, "/myInfo", &mina.access).await, 401);
        let auth = json!({"token": mina.access});
        let mut again = Chat::new(&node.address.to_string(), auth, Transport::WebSocket);
        let refused = again.connect().await;
        assert!(matches!(&refused, Err(NotIn::Refused(Value::Object(_)))), "{refused:?}");
    }
    join(&mut other).await;
    cluster.end(&people).await;
}
