//! The new client's events, one by one (chat.md, "For new clients").

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::kit::TestApp;
use crate::people::{code, people, say, writes_rain_sad};
use crate::{Chat, Heard};

fn texts(messages: &Value) -> Vec<&str> {
    messages.as_array().unwrap().iter().map(|message| message["chat"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn joining_says_who_one_is_and_what_was_said_last() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let mut mina = Chat::in_room(&people[0], "plaza").await;
    for number in 1..=60 {
        say(&mut mina, "plaza", &number.to_string()).await;
    }
    let mut juno = Chat::person(&people[1]).await;
    let joined = juno.ask("join", json!({"room": "plaza"})).await;
    assert_eq!((&joined["room"], &joined["members"]), (&json!("plaza"), &json!(2)));
    assert_eq!(joined["you"]["id"].as_str().unwrap().len(), 24);
    assert!(!joined["you"]["alias"].as_str().unwrap().is_empty());
    let last: Vec<String> = (11..=60).map(|number: u32| number.to_string()).collect();
    assert_eq!(texts(&joined["recent"]), last);
    let seqs: Vec<_> =
        joined["recent"].as_array().unwrap().iter().map(|m| m["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (11..=60).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_person_is_in_no_room_until_they_join_one() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let (mut mina, mut juno) = (Chat::in_room(&people[0], "plaza").await, Chat::person(&people[1]).await);
    say(&mut mina, "plaza", "안녕").await;
    assert_eq!(juno.what_else_comes().await, [] as [String; 0]);
    for (event, arg) in [
        ("send", json!({"room": "plaza", "text": "x"})),
        ("leave", json!({"room": "plaza"})),
        ("hide", json!({"room": "plaza", "alias": "x"})),
    ] {
        assert_eq!(code(&juno.ask(event, arg).await), "not_in_room", "{event}");
    }
    assert_eq!(code(&juno.ask("sendMessage", json!("x")).await), "not_in_room");
    assert_eq!(code(&juno.ask("login", json!("행복한 구름. 1")).await), "bad_request", "a person has a name");
}

#[tokio::test]
async fn what_is_recent_ends_where_live_delivery_starts() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let mut mina = Chat::in_room(&people[0], "plaza").await;
    let mut juno = Chat::person(&people[1]).await;
    let is_over = std::sync::atomic::AtomicBool::new(false);
    let talk = async {
        let mut number = 0;
        while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
            let sent: Vec<_> = (0..8)
                .map(|i| mina.post("send", &json!({"room": "plaza", "text": format!("{}", number + i)})))
                .collect();
            number += 8;
            for sent in sent {
                assert_eq!(mina.answer(sent).await["ok"], true);
            }
            mina.drain();
        }
    };
    let come_and_go = async {
        for _ in 0..40 {
            let joined = juno.ask("join", json!({"room": "plaza"})).await;
            let mut last =
                joined["recent"].as_array().unwrap().last().map_or(0, |m| m["seq"].as_u64().unwrap());
            juno.drain();
            for _ in 0..5 {
                let seq = juno.message().await["seq"].as_u64().unwrap();
                assert_eq!(seq, last + 1, "no gap, no double");
                last = seq;
            }
            assert_eq!(juno.ask("leave", json!({"room": "plaza"})).await, json!({"ok": true}));
            juno.drain();
        }
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    };
    tokio::join!(talk, come_and_go);
}

#[tokio::test]
async fn sending_tells_where_it_was_put_after_everybody_got_it() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let (mut mina, mut juno) =
        (Chat::in_room(&people[0], "plaza").await, Chat::in_room(&people[1], "plaza").await);
    mina.listen_for(Duration::from_millis(700)).await;
    let number = mina.post("send", &json!({"room": "plaza", "text": "  안녕 😀  ", "clientId": "a-1"}));
    let Heard::Event(name, message) = mina.next().await else { panic!("the answer came first") };
    assert_eq!(name, "message");
    let answer = mina.answer(number).await;
    assert_eq!((&answer["id"], &answer["seq"]), (&message["_id"], &message["seq"]));
    assert_eq!(answer["createdAt"], message["createdAt"]);
    assert_eq!((&message["seq"], &message["room"]), (&json!(1), &json!("plaza")));
    assert_eq!(message["chat"], "  안녕 😀  ", "kept as typed");
    assert_eq!(juno.message().await, message);
}

#[tokio::test]
async fn the_same_client_id_says_a_thing_once_however_often_and_from_wherever_it_is_sent() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let (mut here, mut there) = (Chat::in_room(&mina, "plaza").await, Chat::in_room(&mina, "plaza").await);
    let send = json!({"room": "plaza", "text": "한 번", "clientId": "once"});
    let (ours, theirs): (Vec<_>, Vec<_>) =
        (0..20).map(|_| (here.post("send", &send), there.post("send", &send))).unzip();
    let mut answers = HashSet::new();
    for number in ours {
        answers.insert(here.answer(number).await.to_string());
    }
    for number in theirs {
        answers.insert(there.answer(number).await.to_string());
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    say(&mut here, "plaza", "끝").await;
    assert_eq!(there.message().await["chat"], "한 번");
    assert_eq!(there.message().await["chat"], "끝");
    let history = here.ask("history", json!({"room": "plaza"})).await;
    assert_eq!(texts(&history["messages"]), ["끝", "한 번"]);
}

#[tokio::test]
async fn a_client_id_is_its_authors_own() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let send = json!({"room": "plaza", "text": "내 것", "clientId": "1"});
    let mut ids = HashSet::new();
    for person in &people {
        ids.insert(Chat::in_room(person, "plaza").await.ask("send", send.clone()).await["id"].to_string());
    }
    assert_eq!(ids.len(), 2);
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_refused_one_by_one() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = Chat::in_room(&mina, "plaza").await;
    let bad = [
        json!(null),
        json!("plaza"),
        json!([]),
        json!({}),
        json!({"room": 7}),
        json!({"room": null}),
        json!(1e300),
    ];
    for event in ["join", "leave", "send", "history", "typing", "report", "hide", "delete"] {
        for arg in &bad {
            assert_eq!(code(&chat.ask(event, arg.clone()).await), "bad_request", "{event} {arg}");
        }
    }
    let long = "가".repeat(501);
    for (event, arg) in [
        ("send", json!({"room": "plaza", "text": ""})),
        ("send", json!({"room": "plaza", "text": long})),
        ("send", json!({"room": "plaza", "text": "x", "clientId": ""})),
        ("send", json!({"room": "plaza", "text": "x", "clientId": 7})),
        ("send", json!({"room": "plaza", "text": "x", "clientId": "x".repeat(5000)})),
        ("history", json!({"room": "plaza", "limit": 0})),
        ("history", json!({"room": "plaza", "limit": 101})),
        ("history", json!({"room": "plaza", "before": -1})),
        ("typing", json!({"room": "plaza", "on": "yes"})),
        ("delete", json!({"messageId": "x"})),
        ("report", json!({"messageId": "a0a0a0a0a0a0a0a0a0a0a0a0"})),
        ("report", json!({"messageId": "a0a0a0a0a0a0a0a0a0a0a0a0", "reason": long})),
    ] {
        assert_eq!(code(&chat.ask(event, arg.clone()).await), "bad_request", "{event} {arg}");
    }
    for room in
        ["", "PLAZA", "nowhere", "rain", "rain-sad@2026-1-2", "rain-sad@x", "plaza@2026-11-22", "../plaza"]
    {
        assert_eq!(code(&chat.ask("join", json!({"room": room})).await), "no_such_room", "{room}");
    }
    say(&mut chat, "plaza", "여전히").await;
}

#[tokio::test]
async fn history_is_read_page_by_page_backwards() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = Chat::in_room(&mina, "plaza").await;
    for number in 1..=130 {
        say(&mut chat, "plaza", &number.to_string()).await;
    }
    let mut before = json!(null);
    let mut all = Vec::new();
    loop {
        let page = chat.ask("history", json!({"room": "plaza", "before": before, "limit": 50})).await;
        let messages = page["messages"].as_array().unwrap().clone();
        let Some(last) = messages.last() else { break };
        before = last["seq"].clone();
        all.extend(messages.iter().map(|message| message["seq"].as_u64().unwrap()));
    }
    assert_eq!(all, (1..=130).rev().collect::<Vec<_>>());
    let hundred = chat.ask("history", json!({"room": "plaza", "limit": 100})).await;
    assert_eq!(hundred["messages"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn the_plaza_can_be_read_by_anyone() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    say(&mut Chat::in_room(&mina, "plaza").await, "plaza", "안녕").await;
    let mut guest = Chat::guest(&app).await;
    let history = guest.ask("history", json!({"room": "plaza"})).await;
    assert_eq!(texts(&history["messages"]), ["안녕"]);
}

#[tokio::test]
async fn whoever_is_hidden_is_heard_no_more_by_me_alone_also_after_i_come_back() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno", "hana"]).await;
    let mut mina = Chat::in_room(&people[0], "plaza").await;
    let mut hana = Chat::in_room(&people[2], "plaza").await;
    let mut juno = Chat::person(&people[1]).await;
    let alias = juno.ask("join", json!({"room": "plaza"})).await["you"]["alias"].clone();
    say(&mut juno, "plaza", "앞서").await;
    assert_eq!(mina.message().await["chat"], "앞서");
    assert_eq!(mina.ask("hide", json!({"room": "plaza", "alias": alias})).await, json!({"ok": true}));
    assert_eq!(code(&mina.ask("hide", json!({"room": "plaza", "alias": "없는 이름"})).await), "not_found");
    say(&mut juno, "plaza", "숨은 말").await;
    say(&mut hana, "plaza", "보이는 말").await;
    assert_eq!(mina.message().await["chat"], "보이는 말");
    assert_eq!(hana.message().await["chat"], "앞서");
    assert_eq!(hana.message().await["chat"], "숨은 말");
    assert_eq!(texts(&mina.ask("history", json!({"room": "plaza"})).await["messages"]), ["보이는 말"]);
    mina.cut().await;
    say(&mut juno, "plaza", "숨은 말 2").await;
    say(&mut hana, "plaza", "보이는 말 2").await;
    mina.connect().await.unwrap();
    assert!(mina.recovered);
    assert_eq!(mina.message().await["chat"], "보이는 말 2");
    say(&mut juno, "plaza", "숨은 말 3").await;
    say(&mut hana, "plaza", "보이는 말 3").await;
    assert_eq!(mina.message().await["chat"], "보이는 말 3");
}

#[tokio::test]
async fn a_guest_who_hides_somebody_comes_back_to_that() {
    let app = TestApp::start().await;
    let juno = app.sign_up("juno").await;
    let mut guest = Chat::guest(&app).await;
    guest.ask("login", json!("행복한 구름. 1")).await;
    let mut juno = Chat::in_room(&juno, "plaza").await;
    say(&mut juno, "plaza", "앞서").await;
    let alias = guest.message().await["user"]["name"].clone();
    assert_eq!(guest.ask("hide", json!({"room": "plaza", "alias": alias})).await, json!({"ok": true}));
    guest.cut().await;
    say(&mut juno, "plaza", "숨은 말").await;
    guest.connect().await.unwrap();
    assert!(guest.recovered);
    say(&mut juno, "plaza", "숨은 말 2").await;
    guest.drain();
    assert_eq!(guest.ask("sendMessage", json!("나")).await["ok"], true);
    assert_eq!(guest.message().await["chat"], "나");
}

#[tokio::test]
async fn a_guest_who_leaves_and_joins_is_somebody_else_from_then_on() {
    let app = TestApp::start().await;
    let mut guest = Chat::guest(&app).await;
    let name = guest.ask("login", json!("행복한 구름. 1111-2222")).await["data"]["name"].clone();
    guest.ask("leave", json!({"room": "plaza"})).await;
    let you = guest.ask("join", json!({"room": "plaza"})).await["you"].clone();
    assert_ne!(you["alias"], name);
    guest.cut_and_return().await;
    assert!(guest.recovered);
    guest.ask("sendMessage", json!("나예요")).await;
    assert_eq!(guest.message().await["user"], json!({"id": you["id"], "name": you["alias"]}));
}

#[tokio::test]
async fn a_report_is_kept_with_what_was_said() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let (mut mina, mut juno) =
        (Chat::in_room(&people[0], "plaza").await, Chat::in_room(&people[1], "plaza").await);
    let id = say(&mut juno, "plaza", "나쁜 말").await["id"].clone();
    for _ in 0..2 {
        let answer = mina.ask("report", json!({"messageId": id, "reason": "욕설"})).await;
        assert_eq!(answer, json!({"ok": true}));
    }
    let unknown = json!({"messageId": "a0a0a0a0a0a0a0a0a0a0a0a0", "reason": "욕설"});
    assert_eq!(code(&mina.ask("report", unknown).await), "not_found");
}

#[tokio::test]
async fn one_takes_back_ones_own_messages_and_no_others() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let (mut mina, mut juno) =
        (Chat::in_room(&people[0], "plaza").await, Chat::in_room(&people[1], "plaza").await);
    let said = say(&mut juno, "plaza", "앗").await;
    let delete = json!({"messageId": said["id"]});
    assert_eq!(code(&mina.ask("delete", delete.clone()).await), "not_yours");
    assert_eq!(juno.ask("delete", delete.clone()).await, json!({"ok": true}));
    let deleted = mina.event("message:deleted").await;
    assert_eq!(deleted, json!({"room": "plaza", "_id": said["id"], "seq": 2}));
    assert_eq!(code(&juno.ask("delete", delete).await), "not_found");
    assert_eq!(mina.ask("history", json!({"room": "plaza"})).await["messages"], json!([]));
    let joined = mina.ask("join", json!({"room": "plaza"})).await;
    assert_eq!(joined["recent"], json!([]));
}

#[tokio::test]
async fn a_deletion_reaches_whoever_was_away() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let (mut mina, mut juno) =
        (Chat::in_room(&people[0], "plaza").await, Chat::in_room(&people[1], "plaza").await);
    let seen = say(&mut juno, "plaza", "본 말").await;
    mina.message().await;
    mina.cut().await;
    let unseen = say(&mut juno, "plaza", "못 본 말").await;
    for said in [seen, unseen] {
        juno.ask("delete", json!({"messageId": said["id"]})).await;
    }
    mina.connect().await.unwrap();
    assert!(mina.recovered);
    assert_eq!(mina.event("message:deleted").await["seq"], 3);
    assert_eq!(mina.event("message:deleted").await["seq"], 4);
    let came = mina.drain();
    assert!(
        !came.iter().any(|heard| matches!(heard, Heard::Event(name, _) if name == "message")),
        "{came:?}"
    );
}

#[tokio::test]
async fn typing_is_passed_on_once_a_second_to_others() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let (mut mina, mut juno) =
        (Chat::in_room(&people[0], "plaza").await, Chat::in_room(&people[1], "plaza").await);
    let mut guest = Chat::guest(&app).await;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(1500) {
        juno.emit("typing", &json!({"room": "plaza", "on": true}));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    juno.emit("typing", &json!({"room": "plaza", "on": false}));
    let is_typing = |heard: &Heard| matches!(heard, Heard::Event(name, _) if name == "typing");
    let came: Vec<_> =
        mina.listen_for(Duration::from_millis(300)).await.into_iter().filter(is_typing).collect();
    let on: Vec<_> = came
        .iter()
        .map(|heard| match heard {
            Heard::Event(_, typing) => {
                assert_eq!(typing["room"], "plaza");
                assert!(typing["alias"].is_string());
                typing["on"].as_bool().unwrap()
            }
            Heard::Ack(..) => unreachable!(),
        })
        .collect();
    assert_eq!(on, [true, true, false]);
    assert!(
        !juno.listen_for(Duration::from_millis(50)).await.iter().any(is_typing),
        "one knows that oneself"
    );
    assert!(
        !guest.listen_for(Duration::from_millis(50)).await.iter().any(is_typing),
        "the old page does not know it"
    );
}

#[tokio::test]
async fn presence_is_told_twice_a_second_at_most_with_names() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let mut mina = Chat::in_room(&people[0], "plaza").await;
    mina.listen_for(Duration::from_millis(700)).await;
    let mut juno = Chat::person(&people[1]).await;
    let began = Instant::now();
    let alias = juno.ask("join", json!({"room": "plaza"})).await["you"]["alias"].clone();
    assert_eq!(
        mina.event("presence").await,
        json!({"room": "plaza", "members": 2, "joined": [alias], "left": []})
    );
    let mut changes = 0;
    while began.elapsed() < Duration::from_secs(2) {
        juno.ask("leave", json!({"room": "plaza"})).await;
        juno.ask("join", json!({"room": "plaza"})).await;
        changes += 1;
    }
    juno.cut().await;
    let mut told = 1;
    loop {
        let presence = mina.event("presence").await;
        told += 1;
        if presence["members"] == 1 {
            assert_eq!(presence["left"], json!([alias]));
            break;
        }
    }
    let most = 2 + began.elapsed().as_millis() / 500;
    assert!(changes > 5 && told <= most, "{told} times for {changes} changes");
}

#[tokio::test]
async fn a_crowd_is_counted_without_names() {
    let app = TestApp::start().await;
    let people = people(&app, &["mina", "juno"]).await;
    let mut mina = Chat::in_room(&people[0], "plaza").await;
    let mut crowd = Vec::new();
    for _ in 0..205 {
        crowd.push(Chat::guest(&app).await);
    }
    mina.listen_for(Duration::from_millis(1200)).await;
    let _juno = Chat::in_room(&people[1], "plaza").await;
    let presence = mina.event("presence").await;
    assert_eq!(presence, json!({"room": "plaza", "members": 207, "joined": [], "left": []}));
}

#[tokio::test]
async fn who_is_in_two_rooms_hears_each_under_its_name() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    writes_rain_sad(&mina).await;
    let mut chat = Chat::in_room(&mina, "plaza").await;
    let joined = chat.ask("join", json!({"room": "rain-sad"})).await;
    assert_eq!(joined["ok"], true, "{joined}");
    say(&mut chat, "rain-sad", "비").await;
    say(&mut chat, "plaza", "광장").await;
    assert_eq!(chat.message().await["room"], "rain-sad");
    assert_eq!(chat.message().await["room"], "plaza");
    let offset = chat.offset.clone().unwrap();
    let mut parts: Vec<_> = offset.split(',').collect();
    parts.sort_unstable();
    assert_eq!(parts, ["plaza=1", "rain-sad@2026-11-22=1"]);
}
