//! 3. No loss and no double on reconnect.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::hard_kit::Server;
use crate::kit::TestApp;
use crate::people::{say, writes};
use crate::{Chat, Heard, NotIn, Transport};

const TRANSPORTS: [Transport; 3] = [Transport::WebSocket, Transport::Polling, Transport::Upgrading];

/// A source of whims that a failing test can be repeated with.
struct Whim(u64);

impl Whim {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// What one client was shown, by room.
#[derive(Default)]
struct Shown(HashMap<String, Vec<(u64, String)>>);

impl Shown {
    /// Notes messages and gives back the acknowledgements.
    fn take(&mut self, heard: Vec<Heard>) -> Vec<(u64, Value)> {
        let mut acks = Vec::new();
        for heard in heard {
            match heard {
                Heard::Event(name, message) if name == "message" && message["system"] != true => {
                    let room = message["room"].as_str().unwrap().to_owned();
                    let place =
                        (message["seq"].as_u64().unwrap(), message["chat"].as_str().unwrap().to_owned());
                    self.0.entry(room).or_default().push(place);
                }
                Heard::Event(..) => {}
                Heard::Ack(number, answer) => acks.push((number, answer)),
            }
        }
        acks
    }

    fn last(&self, room: &str) -> u64 {
        self.0.get(room).and_then(|shown| shown.last()).map_or(0, |(seq, _)| *seq)
    }

    /// No gap, no double, nothing out of order.
    fn assert_whole(&self, who: usize) {
        for (room, shown) in &self.0 {
            for pair in shown.windows(2) {
                assert_eq!(pair[1].0, pair[0].0 + 1, "client {who} in {room}: {pair:?}");
            }
        }
    }
}

/// One client: it talks until the cuts are used up, breaks off at any moment, and says again what was not acknowledged.
async fn live(
    chat: &mut Chat,
    who: usize,
    rooms: &[&str],
    cuts: &AtomicUsize,
    shown: &mut Shown,
) -> Vec<String> {
    let mut whim = Whim(0x9e37_79b9 + who as u64 * 7919);
    let mut said = Vec::new();
    let mut open: Option<(u64, String, String)> = None;
    let take_cut =
        || cuts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    loop {
        if open.is_none() {
            let (text, room) = (format!("{who}-{}", said.len()), whim.one_of(rooms));
            let number = chat.post("send", &json!({"room": room, "text": text, "clientId": text}));
            open = Some((number, room.to_owned(), text));
        }
        let until = Instant::now() + Duration::from_millis(whim.below(25));
        let mut is_open = true;
        while is_open && open.is_some() && Instant::now() < until {
            is_open = tokio::time::timeout_at(until.into(), chat.listen()).await.unwrap_or(true);
            for (number, answer) in shown.take(chat.drain()) {
                if let Some((_, _, text)) = open.take_if(|(asked, ..)| *asked == number) {
                    assert_eq!(answer["ok"], true, "{answer}");
                    said.push(text);
                }
            }
        }
        if open.is_some()
            && is_open
            && Instant::now() < until + Duration::from_millis(50)
            && whim.below(3) > 0
        {
            continue;
        }
        if !take_cut() {
            break;
        }
        // Sometimes it breaks again before it is back, at whatever point of the way in.
        loop {
            chat.cut().await;
            shown.take(chat.drain()).into_iter().for_each(|(number, answer)| {
                if let Some((_, _, text)) = open.take_if(|(asked, ..)| *asked == number) {
                    assert_eq!(answer["ok"], true, "{answer}");
                    said.push(text);
                }
            });
            chat.transport = whim.one_of(&TRANSPORTS);
            let patience = if whim.below(4) == 0 { whim.below(12) } else { 20_000 };
            let back = tokio::time::timeout(Duration::from_millis(patience), chat.connect()).await;
            match back {
                Ok(Ok(())) => break,
                // An attempt that was given up may yet have taken over this one's place.
                Ok(Err(NotIn::Broken)) | Err(_) => {
                    take_cut();
                }
                Ok(Err(refused)) => panic!("client {who}: {refused:?}"),
            }
        }
        assert!(chat.recovered, "client {who}");
        if let Some((number, room, text)) = &mut open {
            *number = chat.post("send", &json!({"room": *room, "text": *text, "clientId": *text}));
        }
    }
    while let Some((number, _, text)) = open.take() {
        let answer = chat.answer(number).await;
        assert_eq!(answer["ok"], true, "{answer}");
        said.push(text);
    }
    said
}

#[tokio::test]
async fn a_thousand_cuts_lose_nothing_double_nothing_and_reorder_nothing() {
    const CLIENTS: usize = 20;
    let app = TestApp::start().await;
    let cuts = Arc::new(AtomicUsize::new(1000));
    let mut chats = Vec::new();
    for who in 0..CLIENTS {
        let person = app.sign_up(&format!("person{who}")).await;
        let (weather, cloud) = if who % 2 == 0 { ("1", "rain-sad") } else { ("3", "sun-sad") };
        writes(&person, weather, "1").await;
        let mut chat = Chat::new(app.host(), json!({"token": person.authorization()}), TRANSPORTS[who % 3]);
        chat.connect().await.unwrap();
        for room in ["plaza", cloud] {
            assert_eq!(chat.ask("join", json!({"room": room})).await["ok"], true);
        }
        chats.push((chat, vec!["plaza", cloud], Shown::default()));
    }
    let began = Instant::now();
    let all_said = join_all(
        chats
            .iter_mut()
            .enumerate()
            .map(async |(who, (chat, rooms, shown))| live(chat, who, rooms, &cuts, shown).await),
    )
    .await;
    println!("1000 cuts in {:?}", began.elapsed());
    // The tails of the logs are what everybody has to have seen.
    for (who, (chat, rooms, shown)) in chats.iter_mut().enumerate() {
        for room in rooms.iter() {
            let tail = chat.ask("history", json!({"room": room, "limit": 1})).await["messages"][0]["seq"]
                .as_u64()
                .unwrap();
            let patience = Instant::now() + Duration::from_secs(10);
            shown.take(chat.drain());
            while shown.last(room) < tail {
                let came = tokio::time::timeout_at(patience.into(), chat.listen()).await;
                assert_eq!(came, Ok(true), "client {who} has seen {} of {tail} in {room}", shown.last(room));
                shown.take(chat.drain());
            }
        }
        shown.assert_whole(who);
    }
    let said: usize = all_said.iter().map(Vec::len).sum();
    let plaza = &chats[0].2.0["plaza"];
    let texts = crate::client::count(
        chats[..2]
            .iter()
            .flat_map(|(_, _, shown)| shown.0.iter())
            .flat_map(|(room, shown)| {
                shown.iter().filter(|_| room != "plaza").map(|(_, text)| text.clone()).collect::<Vec<_>>()
            })
            .chain(plaza.iter().map(|(_, text)| text.clone())),
    );
    for text in all_said.iter().flatten() {
        assert!(texts.get(text) == Some(&1), "{text}: {:?} of {said}", texts.get(text));
    }
    assert_eq!(texts.len(), said, "and nothing else was said");
}

#[tokio::test]
async fn a_restart_in_between_loses_nothing() {
    let mut server = Server::start_with(&[("RATE_LIMITS", "off"), ("DRAIN_SECS", "3")]);
    let people = server.people(6);
    let mut chats = Vec::new();
    for (who, person) in people.iter().enumerate() {
        let mut chat =
            Chat::new(&server.address.to_string(), json!({"token": person.access}), TRANSPORTS[who % 3]);
        chat.connect().await.unwrap();
        chat.ask("join", json!({"room": "plaza"})).await;
        chats.push((chat, Shown::default()));
    }
    let mut all_said = Vec::new();
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::KILL] {
        let cuts = AtomicUsize::new(60);
        let said = join_all(chats.iter_mut().enumerate().map(async |(who, (chat, shown))| {
            let who = who + 100 * (1 + usize::from(signal == rustix::process::Signal::KILL));
            live(chat, who, &["plaza"], &cuts, shown).await
        }))
        .await;
        all_said.extend(said.into_iter().flatten());
        // Half of them are away when it happens, and all have something to say.
        for (chat, _) in chats.iter_mut().step_by(2) {
            chat.cut().await;
        }
        for (chat, _) in &chats {
            chat.emit("send", &json!({"room": "plaza", "text": "?"}));
        }
        server.signal(signal);
        assert!(server.exit_within(Duration::from_secs(8)).await.is_some());
        server = server.again();
        for (chat, shown) in &mut chats {
            chat.cut().await;
            shown.take(chat.drain());
            chat.move_to(&server.address.to_string());
            chat.connect().await.unwrap();
            assert!(chat.recovered);
        }
    }
    let last = say(&mut chats[0].0, "plaza", "끝").await["seq"].as_u64().unwrap();
    for (who, (chat, shown)) in chats.iter_mut().enumerate() {
        shown.take(chat.drain());
        while shown.last("plaza") < last {
            assert!(chat.listen().await);
            shown.take(chat.drain());
        }
        shown.assert_whole(who);
        let texts = crate::client::count(shown.0["plaza"].iter().map(|(_, text)| text.clone()));
        // Whoever came in later has not seen what was said before.
        for text in &all_said {
            assert!(texts.get(text).is_none_or(|count| *count == 1), "{text} twice");
        }
    }
}

#[tokio::test]
async fn more_than_three_hundred_missed_is_a_new_start_with_a_whole_history() {
    let app = TestApp::start().await;
    let (mina, juno) = (app.sign_up("mina").await, app.sign_up("juno").await);
    let (mut mina, mut juno) = (Chat::in_room(&mina, "plaza").await, Chat::in_room(&juno, "plaza").await);
    for missed in [300, 301] {
        say(&mut mina, "plaza", "앞서").await;
        while juno.message().await["chat"] != "앞서" {}
        juno.cut().await;
        juno.drain();
        let numbers: Vec<_> = (0..missed)
            .map(|number| mina.post("send", &json!({"room": "plaza", "text": format!("{number}")})))
            .collect();
        for number in numbers {
            assert_eq!(mina.answer(number).await["ok"], true);
        }
        juno.connect().await.unwrap();
        if missed == 300 {
            assert!(juno.recovered);
            for number in 0..missed {
                assert_eq!(juno.message().await["chat"], number.to_string());
            }
        }
    }
    assert!(!juno.recovered);
    assert_eq!(juno.what_else_comes().await, [] as [String; 0], "a person enters rooms anew");
    assert_eq!(juno.ask("join", json!({"room": "plaza"})).await["ok"], true);
    let mut all = Vec::new();
    let mut before = Value::Null;
    while let Some(last) = {
        let page = juno.ask("history", json!({"room": "plaza", "limit": 100, "before": before})).await;
        all.extend(page["messages"].as_array().unwrap().iter().map(|m| m["seq"].as_u64().unwrap()));
        page["messages"].as_array().unwrap().last().cloned()
    } {
        before = last["seq"].clone();
    }
    assert_eq!(all, (1..=603).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn more_than_two_minutes_is_a_new_start() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = Chat::in_room(&mina, "plaza").await;
    say(&mut chat, "plaza", "하나").await;
    let mut guest = Chat::guest(&app).await;
    for (seconds, recovered) in [(119, true), (122, false)] {
        chat.cut().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        guest.ask("sendMessage", json!("둘")).await;
        app.wait(TimeDelta::seconds(seconds));
        chat.connect().await.unwrap();
        assert_eq!(chat.recovered, recovered, "after {seconds} s");
    }
}

#[tokio::test]
async fn a_cut_before_what_was_missed_arrived_loses_none_of_it() {
    let app = TestApp::start().await;
    let (mina, juno) = (app.sign_up("mina").await, app.sign_up("juno").await);
    let (mut mina, mut juno) = (Chat::in_room(&mina, "plaza").await, Chat::in_room(&juno, "plaza").await);
    say(&mut mina, "plaza", "하나").await;
    juno.message().await;
    juno.cut().await;
    for text in ["둘", "셋"] {
        say(&mut mina, "plaza", text).await;
    }
    let seen = juno.offset.clone();
    juno.connect().await.unwrap();
    assert!(juno.recovered);
    // As if nothing of the answer had come through.
    juno.cut().await;
    juno.drain();
    juno.offset = seen;
    tokio::time::sleep(Duration::from_millis(200)).await;
    juno.connect().await.unwrap();
    assert!(juno.recovered);
    assert_eq!(juno.message().await["chat"], "둘");
    assert_eq!(juno.message().await["chat"], "셋");
}
