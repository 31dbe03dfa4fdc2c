//! Several nodes behave as one. Here they are in one process; `tests/cluster` has real ones.

use std::time::Duration;

use chrono::TimeDelta;
use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::ports::Fact;
use serde_json::{Value, json};

use crate::kit::{PASSWORD, Person, TestApp, eventually};
use crate::people::{code, people, say, writes_rain_sad};
use crate::wire::request;
use crate::{Chat, Heard, Transport, closing};

/// Within a second (chat.md), on a machine with other things to do.
const AT_ONCE: Duration = Duration::from_secs(3);

async fn on(node: &TestApp, person: &Person<'_>) -> Chat {
    let token = json!({"token": person.authorization()});
    let mut chat = Chat::new(node.host(), token, Transport::WebSocket);
    chat.connect().await.unwrap();
    chat
}

async fn in_plaza_on(node: &TestApp, person: &Person<'_>) -> Chat {
    let mut chat = on(node, person).await;
    let joined = chat.ask("join", json!({"room": "plaza"})).await;
    assert_eq!(joined["ok"], true, "{joined}");
    chat
}

async fn move_to(chat: &mut Chat, node: &TestApp) {
    chat.cut().await;
    chat.move_to(node.host());
    chat.connect().await.unwrap();
}

async fn is_ended_for_good(chat: &mut Chat) -> bool {
    chat.is_closed_within(AT_ONCE).await
        && chat.drain().last() == Some(&Heard::Event("disconnect".to_owned(), Value::Null))
}

async fn ways_to_end_sessions(hears: bool) {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno", "hana", "sora"]).await;
    let node = app.another_node(hears);
    let ends: [(&str, &str, Value); 4] = [
        ("POST", "/logout", Value::Null),
        ("DELETE", "/myInfo/sessions", Value::Null),
        ("PATCH", "/myInfo/edit-pw", json!({"password": PASSWORD, "newPassword": "password2@"})),
        ("DELETE", "/signoff", Value::Null),
    ];
    for (mina, (method, path, body)) in people.iter().zip(ends) {
        let phone = app.sign_in(&mina.email).await;
        let mut socket = in_plaza_on(&node, &phone).await;
        // A change of password leaves the session from which it is asked for.
        let by = if method == "PATCH" { mina } else { &phone };
        let answer = match method {
            "POST" => by.post_nothing(path).await,
            "PATCH" => by.patch(path, body).await,
            _ => by.delete(path).await,
        };
        assert!(answer.status < 300, "{answer}");
        assert!(is_ended_for_good(&mut socket).await, "{method} {path}");
    }
}

#[tokio::test]
async fn a_session_that_ends_on_one_node_ends_its_sockets_on_the_others() {
    ways_to_end_sessions(true).await;
}

#[tokio::test]
async fn so_it_does_when_the_nodes_do_not_hear_each_other() {
    ways_to_end_sessions(false).await;
}

#[tokio::test]
async fn a_session_whose_time_is_over_ends_its_sockets() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = in_plaza_on(&app, &mina).await;
    app.wait(TimeDelta::days(8));
    assert!(is_ended_for_good(&mut chat).await);
}

#[tokio::test]
async fn a_deed_on_one_node_is_told_on_every_node_and_in_the_same_words() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let node = app.another_node(true);
    let (mina, juno) = (&people[0], &people[1]);
    let diary = mina.writes("<p>오늘</p>").await;
    let (mut here, mut there) = (on(&app, mina).await, on(&node, mina).await);
    juno.post_null(&format!("/feeds/{diary}/like")).await.expect(201);
    assert_eq!(there.event("notification").await, here.event("notification").await);
    juno.comments(diary, "좋아요").await;
    let told = there.event("notification").await;
    assert_eq!(told, here.event("notification").await);
    assert_eq!((&told["kind"], &told["preview"]), (&json!("comment"), &json!("좋아요")));
}

#[tokio::test]
async fn presence_adds_up_and_a_node_that_goes_takes_its_people_along() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno", "hana"]).await;
    let node = app.another_node(true);
    let mut mina = in_plaza_on(&app, &people[0]).await;
    let _juno = in_plaza_on(&node, &people[1]).await;
    while mina.event("presence").await["members"] != 2 {}
    let rooms = async |node: &TestApp, members: i64| {
        let answer = node.visitor().get("/community/rooms").await.expect(200);
        (answer.list()[0]["members"] == members).then_some(())
    };
    eventually("the sum here", async || rooms(&app, 2).await).await;
    eventually("the sum there", async || rooms(&node, 2).await).await;
    let mut hana = on(&node, &people[2]).await;
    assert_eq!(hana.ask("join", json!({"room": "plaza"})).await["members"], 3);
    while mina.event("presence").await["members"] != 3 {}
    hana.ask("leave", json!({"room": "plaza"})).await;
    while mina.event("presence").await["members"] != 2 {}
    drop(node);
    while mina.event("presence").await["members"] != 1 {}
}

#[tokio::test]
async fn whoever_comes_back_to_another_node_misses_nothing_and_goes_on() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let node = app.another_node(true);
    let mut mina = in_plaza_on(&app, &people[0]).await;
    let mut juno = in_plaza_on(&node, &people[1]).await;
    say(&mut mina, "plaza", "하나").await;
    assert_eq!(mina.message().await["chat"], "하나");
    mina.cut().await;
    for text in ["둘", "셋"] {
        say(&mut juno, "plaza", text).await;
    }
    move_to(&mut mina, &node).await;
    assert!(mina.recovered);
    for text in ["둘", "셋"] {
        assert_eq!(mina.message().await["chat"], text);
    }
    say(&mut mina, "plaza", "넷").await;
    assert_eq!(mina.message().await["chat"], "넷");
    move_to(&mut mina, &app).await;
    assert!(mina.recovered, "and back");
    assert!(!mina.what_else_comes().await.contains(&"message".to_owned()));
}

#[tokio::test]
async fn whoever_has_seen_more_than_the_node_has_heard_of_sees_nothing_twice() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno", "hana"]).await;
    let node = app.another_node(false);
    let mut hana = in_plaza_on(&node, &people[2]).await;
    let (mut mina, mut juno) = (in_plaza_on(&app, &people[0]).await, in_plaza_on(&app, &people[1]).await);
    for text in ["하나", "둘"] {
        say(&mut juno, "plaza", text).await;
        assert_eq!(mina.message().await["chat"], text);
    }
    mina.cut().await;
    say(&mut juno, "plaza", "셋").await;
    move_to(&mut mina, &node).await;
    assert!(mina.recovered);
    assert_eq!(mina.message().await["chat"], "셋", "what the node was never told, it reads");
    say(&mut juno, "plaza", "넷").await;
    assert_eq!(mina.message().await["chat"], "넷");
    for text in ["하나", "둘", "셋", "넷"] {
        assert_eq!(hana.message().await["chat"], text, "nor is anything lost for those who were there");
    }
}

#[tokio::test]
async fn a_pid_whose_socket_looks_alive_on_another_node_is_taken_over() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let node = app.another_node(true);
    for transport in [Transport::WebSocket, Transport::Polling] {
        let mut old = Chat::new(app.host(), json!({"token": mina.authorization()}), transport);
        old.connect().await.unwrap();
        old.ask("join", json!({"room": "plaza"})).await;
        let mut new = on(&node, &mina).await;
        new.cut().await;
        (new.pid, new.offset) = (old.pid.clone(), old.offset.clone());
        new.connect().await.unwrap();
        assert!(new.recovered);
        assert!(old.is_closed_within(AT_ONCE).await);
        let is_told = |heard: &Heard| *heard == Heard::Event("disconnect".to_owned(), Value::Null);
        assert!(!old.drain().iter().any(is_told), "it may come back");
        // Its record is that of the new socket.
        new.cut_and_return().await;
        assert!(new.recovered);
        eventually("one is there", async || {
            (new.ask("join", json!({"room": "plaza"})).await["members"] == 1).then_some(())
        })
        .await;
        new.ask("leave", json!({"room": "plaza"})).await;
    }
}

#[tokio::test]
async fn a_ban_puts_out_on_every_node() {
    const TOKEN: &str = "a token of the operators";
    let app = TestApp::with("ADMIN_TOKEN", TOKEN).start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let node = app.another_node(true);
    let mut socket = in_plaza_on(&node, &people[0]).await;
    let mut other = in_plaza_on(&node, &people[1]).await;
    let ban = json!({"userId": people[0].id, "until": "2026-11-23T09:00:00Z", "reason": "욕설"});
    app.bearing(&format!("Bearer {TOKEN}")).post("/admin/chat/bans", ban).await.expect(201);
    assert!(is_ended_for_good(&mut socket).await);
    say(&mut other, "plaza", "저는 있어요").await;
}

#[tokio::test]
async fn a_room_closes_and_opens_on_every_node_also_when_they_do_not_hear_each_other() {
    for hears in [true, false] {
        let app = TestApp::with("ADMIN_TOKEN", closing::TOKEN).start().await;
        let mina = app.sign_up("mina").await;
        let node = app.another_node(hears);
        let mut socket = in_plaza_on(&node, &mina).await;
        closing::close(&app, "plaza").await;
        let closed = json!({"room": "plaza", "reason": "closed"});
        assert_eq!(socket.event("room:closed").await, closed, "heard: {hears}");
        let join = json!({"room": "plaza"});
        assert_eq!(code(&socket.ask("join", join.clone()).await), "no_such_room");
        closing::reopen(&app, "plaza").await;
        eventually("it is open there", async || {
            (socket.ask("join", join.clone()).await["ok"] == true).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_kick_closes_the_sockets_on_every_node_and_they_may_come_back() {
    let app = TestApp::with("ADMIN_TOKEN", closing::TOKEN).start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let node = app.another_node(true);
    let (mut here, mut there) = (on(&app, &people[0]).await, in_plaza_on(&node, &people[0]).await);
    let mut other = in_plaza_on(&node, &people[1]).await;
    let path = format!("/admin/accounts/{}/sockets", people[0].id);
    app.bearing(&format!("Bearer {}", closing::TOKEN)).delete(&path).await.expect(200);
    for socket in [&mut here, &mut there] {
        assert!(socket.is_closed_within(AT_ONCE).await);
        assert!(!socket.drain().contains(&Heard::Event("disconnect".to_owned(), Value::Null)));
    }
    there.connect().await.unwrap();
    assert!(there.recovered);
    say(&mut other, "plaza", "저는 있어요").await;
}

#[tokio::test]
async fn who_deletes_the_diary_of_today_leaves_its_cloud_on_every_node() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let node = app.another_node(true);
    let mut chats = Vec::new();
    for person in &people {
        writes_rain_sad(person).await;
        let mut chat = on(&node, person).await;
        assert_eq!(chat.ask("join", json!({"room": "rain-sad"})).await["ok"], true);
        chats.push(chat);
    }
    let mine = people[0].get("/feeds/mydiaries").await.expect(200);
    let diary = mine.list()[0]["diaryId"].as_i64().unwrap();
    people[0].delete(&format!("/diary/delete/{diary}")).await.expect(201);
    let closed = chats[0].event("room:closed").await;
    assert_eq!(closed, json!({"room": "rain-sad", "reason": "not-your-cloud"}));
    say(&mut chats[1], "rain-sad", "저는 있어요").await;
}

#[tokio::test]
async fn administrators_see_all_nodes_that_can_be_heard() {
    let app = TestApp::with("ADMIN_TOKEN", closing::TOKEN).start().await;
    let people = people(&app, &["mina"]).await;
    let (node, _deaf) = (app.another_node(true), app.another_node(false));
    let _chat = on(&node, &people[0]).await;
    let seen = async || {
        let token = format!("Bearer {}", closing::TOKEN);
        let status = app.bearing(&token).get("/admin/status").await.expect(200);
        let nodes = status.json["nodes"].as_array().unwrap().clone();
        let brief = |node: &Value| ["node", "sockets", "draining", "this"].map(|key| node[key].clone());
        nodes.iter().map(brief).collect::<Vec<_>>()
    };
    let this = [json!("test"), json!(0), json!(false), json!(true)];
    let other = |sockets: i64| [json!("test2"), json!(sockets), json!(false), json!(false)];
    eventually("both", async || (seen().await == [this.clone(), other(1)]).then_some(())).await;
    drop(node);
    eventually("its last words", async || (seen().await[1][2] == true).then_some(())).await;
}

#[tokio::test]
async fn at_midnight_a_cloud_closes_on_every_node_and_once_in_the_log() {
    let app = TestApp::at("2026-11-22T14:59:55Z").start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let node = app.another_node(true);
    let mut chats = Vec::new();
    for (person, node) in people.iter().zip([&app, &node]) {
        writes_rain_sad(person).await;
        let mut chat = on(node, person).await;
        assert_eq!(chat.ask("join", json!({"room": "rain-sad"})).await["ok"], true);
        chats.push(chat);
    }
    say(&mut chats[0], "rain-sad", "어제의 말").await;
    app.wait(TimeDelta::seconds(10));
    for chat in &mut chats {
        assert_eq!(chat.event("room:closed").await["room"], "rain-sad");
        assert_eq!(chat.event("day").await, json!({"date": "2026-11-23"}));
        assert!(!chat.what_else_comes().await.contains(&"room:closed".to_owned()));
    }
    let room: LogKey = "rain-sad@2026-11-22".parse().unwrap();
    let log = app.log().read_after(room, 0, 100).await.unwrap();
    assert_eq!(log.iter().filter(|entry| matches!(entry.fact, Fact::Closed)).count(), 1);
    assert!(matches!(log.last().unwrap().fact, Fact::Closed));
}

#[tokio::test]
async fn a_sid_of_another_node_is_not_known() {
    const POLL: &str = "/community/chat/socket.io/?EIO=4&transport=polling";
    let app = TestApp::start().await;
    let node = app.another_node(true);
    let (status, open) = request(app.host(), "GET", POLL, None).await.unwrap();
    let open: Value = serde_json::from_str(&open[1..]).unwrap();
    let sid = open["sid"].as_str().unwrap();
    assert_eq!((status, sid.split_once('-').unwrap().0), (200, "test"));
    for (method, body) in [("GET", None), ("POST", Some("40".to_owned()))] {
        let url = format!("{POLL}&sid={sid}");
        let (status, error) = request(node.host(), method, &url, body).await.unwrap();
        let error: Value = serde_json::from_str(&error).unwrap();
        assert_eq!((status, &error["code"]), (400, &json!(1)));
    }
    assert_eq!(
        request(app.host(), "POST", &format!("{POLL}&sid={sid}"), Some("40".to_owned())).await.unwrap().0,
        200
    );
}
