//! What happens on one node takes effect on all.

use std::time::Duration;

use reqwest::Method;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::client::{Chat, Heard};
use crate::cluster::{Cluster, join};
use crate::hard_kit::server::ADMIN;
use crate::hard_kit::{Person, Server};
use crate::kit::{diary, eventually};
use crate::wire::request;

/// Within a second (chat.md), on a machine with other things to do.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(3);

const CLOSING: &str = "/admin/chat/rooms/plaza/closing";

async fn post(server: &Server, path: &str, person: &Person, body: &Value) {
    let request = server.http.post(server.url(path)).header("authorization", &person.access).json(body);
    let answer = request.header("refreshtoken", &person.refresh).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {answer:?}");
}

async fn by_admin(server: &Server, method: Method, path: &str) -> Value {
    let answer = server.http.request(method, server.url(path)).bearer_auth(ADMIN).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {answer:?}");
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

pub(crate) async fn is_ended_for_good(chat: &mut Chat) -> bool {
    chat.is_closed_within(AT_ONCE).await
        && chat.drain().last() == Some(&Heard::Event("disconnect".to_owned(), Value::Null))
}

async fn members_are(cluster: &Cluster, nodes: &[usize], expected: i64) {
    for node in nodes {
        eventually(&format!("{expected} members on node {node}"), async || {
            (cluster.members(*node).await == expected).then_some(())
        })
        .await;
    }
}

async fn writes_a_diary(server: &Server, person: &Person) -> i64 {
    let form = diary("<p>오늘</p>").without("image").into_form();
    let request = server.http.post(server.url("/diary/posting")).header("authorization", &person.access);
    let answer = request.header("refreshtoken", &person.refresh).multipart(form).send().await.unwrap();
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    answer["data"]["diaryId"].as_i64().unwrap_or_else(|| panic!("{answer}"))
}

#[tokio::test]
async fn sessions_bans_notifications_and_presence_are_everywhere() {
    let Some(cluster) = Cluster::start().await else { return };
    let people = cluster.people(4).await;
    let [mina, juno, hana, sora] = &people[..] else { panic!() };

    // A sign-out ends the sockets of its session, on whatever node they are.
    let (mut two, mut three) = (cluster.on(1, mina).await, cluster.on(2, mina).await);
    join(&mut two).await;
    let began = std::time::Instant::now();
    post(&cluster.nodes[0], "/logout", mina, &Value::Null).await;
    assert!(is_ended_for_good(&mut two).await && is_ended_for_good(&mut three).await);
    println!("a sign-out took effect on two other nodes after {:?}", began.elapsed());

    // What others do is told to every socket of a person.
    let diary = writes_a_diary(&cluster.nodes[0], juno).await;
    let mut sockets = Vec::new();
    for node in 0..3 {
        sockets.push(cluster.on(node, juno).await);
    }
    post(&cluster.nodes[1], &format!("/feeds/{diary}/like"), hana, &Value::Null).await;
    let mut told = Vec::new();
    for socket in &mut sockets {
        told.push(socket.event("notification").await);
    }
    assert_eq!(told[0]["kind"], "like");
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");

    // An administrator closes all sockets of a person; they may come back.
    by_admin(&cluster.nodes[0], Method::DELETE, &format!("/admin/accounts/{}/sockets", juno.id)).await;
    for socket in &mut sockets {
        assert!(socket.is_closed_within(AT_ONCE).await);
        assert!(!socket.drain().contains(&Heard::Event("disconnect".to_owned(), Value::Null)));
    }
    drop(sockets);

    // Presence adds up, also when a node dies without a word.
    let mut chats = Vec::new();
    for (node, person) in [juno, hana, sora].into_iter().enumerate() {
        let mut chat = cluster.on(node, person).await;
        join(&mut chat).await;
        chats.push(chat);
    }
    members_are(&cluster, &[0, 1, 2], 3).await;
    while chats[0].event("presence").await["members"] != 3 {}

    // A room closes everywhere, and opens.
    by_admin(&cluster.nodes[1], Method::POST, CLOSING).await;
    for chat in &mut chats {
        assert_eq!(chat.event("room:closed").await, json!({"room": "plaza", "reason": "closed"}));
        assert_eq!(chat.ask("join", json!({"room": "plaza"})).await["code"], "no_such_room");
    }
    members_are(&cluster, &[0, 1, 2], 0).await;
    by_admin(&cluster.nodes[2], Method::DELETE, CLOSING).await;
    for chat in &mut chats {
        eventually("it is open", async || {
            (chat.ask("join", json!({"room": "plaza"})).await["ok"] == true).then_some(())
        })
        .await;
    }

    // Administrators see all nodes, whichever they ask.
    for node in &cluster.nodes {
        eventually("three nodes", async || {
            let status = by_admin(node, Method::GET, "/admin/status").await;
            let nodes = status["nodes"].as_array().unwrap();
            let mut known: Vec<_> =
                nodes.iter().map(|node| (node["node"].clone(), node["sockets"].clone())).collect();
            known.sort_by_key(|(name, _)| name.to_string());
            (known == ["one", "three", "two"].map(|name| (json!(name), json!(1)))).then_some(())
        })
        .await;
    }

    // A ban puts out everywhere.
    let ban = json!({"userId": hana.id, "until": "2999-01-01T00:00:00Z", "reason": "도배"});
    let server = &cluster.nodes[2];
    let answer = server.http.post(server.url("/admin/chat/bans")).bearer_auth(ADMIN).json(&ban).send().await;
    assert_eq!(answer.unwrap().status(), 201);
    assert!(is_ended_for_good(&mut chats[1]).await);
    members_are(&cluster, &[0, 1, 2], 2).await;

    cluster.nodes[2].signal(Signal::KILL);
    members_are(&cluster, &[0, 1], 1).await;
    while chats[0].event("presence").await["members"] != 1 {}
    cluster.end(&people).await;
}

#[tokio::test]
async fn a_socket_is_known_to_its_node_alone_and_nginx_finds_it() {
    const POLL: &str = "/community/chat/socket.io/?EIO=4&transport=polling";
    let Some(cluster) = Cluster::start().await else { return };
    let nginx = cluster.nginx.address.to_string();
    let mut nodes = Vec::new();
    for _ in 0..6 {
        let (_, open) = request(&nginx, "GET", POLL, None).await.unwrap();
        let open: Value = serde_json::from_str(&open[1..]).unwrap();
        let sid = open["sid"].as_str().unwrap();
        let tag = sid.split_once('-').unwrap().0;
        let url = format!("{POLL}&sid={sid}");
        assert_eq!(request(&nginx, "POST", &url, Some("40".to_owned())).await.unwrap().0, 200);
        let (status, connected) = request(&nginx, "GET", &url, None).await.unwrap();
        assert!(status == 200 && connected.starts_with("40{"), "{status} {connected}");
        for _ in 0..3 {
            let packet = "42[\"nothing\"]".to_owned();
            assert_eq!(request(&nginx, "POST", &url, Some(packet)).await.unwrap().0, 200);
        }
        let other = usize::from(tag == "one");
        let (status, error) =
            request(&cluster.nodes[other].address.to_string(), "GET", &url, None).await.unwrap();
        let error: Value = serde_json::from_str(&error).unwrap();
        assert_eq!((status, &error["code"]), (400, &json!(1)));
        nodes.push(tag.to_owned());
    }
    nodes.sort();
    nodes.dedup();
    assert_eq!(nodes, ["one", "three", "two"], "the new go anywhere");
    cluster.end(&[]).await;
}
