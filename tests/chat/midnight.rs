//! A new day in Seoul.

use chrono::TimeDelta;
use serde_json::json;

use crate::kit::TestApp;
use crate::people::{code, people, say, writes, writes_rain_sad};
use crate::{Chat, Heard};

/// Five seconds to midnight in Seoul.
const LATE: &str = "2026-11-22T14:59:55Z";

#[tokio::test]
async fn at_midnight_the_clouds_close_and_the_plaza_goes_on() {
    let app = TestApp::at(LATE).start().await;
    let people = people(&app, &["mina", "juno"]).await;
    for person in &people {
        writes_rain_sad(person).await;
    }
    let mut mina = Chat::in_room(&people[0], "rain-sad").await;
    let mut juno = Chat::in_room(&people[1], "plaza").await;
    let mut guest = Chat::guest(&app).await;
    say(&mut mina, "rain-sad", "어제의 말").await;
    app.wait(TimeDelta::seconds(10));
    let closed = mina.event("room:closed").await;
    assert_eq!((&closed["room"], &closed["reason"]), (&json!("rain-sad"), &json!("new-day")));
    for chat in [&mut mina, &mut juno] {
        assert_eq!(chat.event("day").await, json!({"date": "2026-11-23"}));
    }
    assert_eq!(code(&mina.ask("send", json!({"room": "rain-sad", "text": "x"})).await), "not_in_room");
    assert_eq!(code(&mina.ask("join", json!({"room": "rain-sad"})).await), "not_your_cloud");
    assert_eq!(code(&mina.ask("join", json!({"room": "rain-sad@2026-11-22"})).await), "no_such_room");
    say(&mut juno, "plaza", "광장은 열려 있어요").await;
    assert_eq!(guest.message().await["chat"], "광장은 열려 있어요");
}

#[tokio::test]
async fn yesterdays_cloud_is_read_until_the_next_midnight_by_those_who_were_in_it() {
    let app = TestApp::at(LATE).start().await;
    let people = people(&app, &["mina", "juno", "hana"]).await;
    for person in &people {
        writes_rain_sad(person).await;
    }
    let mut mina = Chat::in_room(&people[0], "rain-sad").await;
    let mut juno = Chat::person(&people[1]).await;
    say(&mut mina, "rain-sad", "어제의 말").await;
    app.wait(TimeDelta::seconds(10));
    mina.event("room:closed").await;
    juno.event("day").await;
    let yesterday = json!({"room": "rain-sad@2026-11-22"});
    let read = mina.ask("history", yesterday.clone()).await;
    assert_eq!(read["messages"][0]["chat"], "어제의 말");
    assert_eq!(code(&juno.ask("history", yesterday.clone()).await), "not_your_cloud", "she was not in it");
    // Today's cloud of the same name begins anew.
    let hana = &people[2];
    writes_rain_sad(hana).await;
    let mut today = Chat::person(hana).await;
    let joined = today.ask("join", json!({"room": "rain-sad"})).await;
    assert_eq!((&joined["recent"], &joined["members"]), (&json!([]), &json!(1)));
    assert_eq!(say(&mut today, "rain-sad", "오늘의 말").await["seq"], 1);
    app.wait(TimeDelta::days(1));
    mina.event("day").await;
    assert_eq!(code(&mina.ask("history", yesterday).await), "no_such_room");
}

#[tokio::test]
async fn whoever_was_away_at_midnight_does_not_come_back_into_the_cloud() {
    let app = TestApp::at(LATE).start().await;
    let mina = app.sign_up("mina").await;
    writes_rain_sad(&mina).await;
    let mut chat = Chat::in_room(&mina, "rain-sad").await;
    chat.ask("join", json!({"room": "plaza"})).await;
    say(&mut chat, "rain-sad", "비").await;
    let mut guest = Chat::guest(&app).await;
    chat.cut().await;
    app.wait(TimeDelta::seconds(10));
    guest.event("day").await;
    chat.connect().await.unwrap();
    assert!(chat.recovered);
    assert_eq!(code(&chat.ask("send", json!({"room": "rain-sad", "text": "x"})).await), "not_in_room");
    say(&mut chat, "plaza", "광장").await;
}

#[tokio::test]
async fn nothing_that_was_sent_at_midnight_stays_without_an_answer() {
    let app = TestApp::at(LATE).start().await;
    let mina = app.sign_up("mina").await;
    writes(&mina, "3", "5").await;
    let mut chat = Chat::in_room(&mina, "sun-happy").await;
    app.wait(TimeDelta::seconds(10));
    let mut is_closed = false;
    let mut sent = Vec::new();
    while !is_closed {
        for _ in 0..20 {
            sent.push(chat.post("send", &json!({"room": "sun-happy@2026-11-22", "text": "밤"})));
        }
        is_closed = chat
            .listen_for(std::time::Duration::from_millis(5))
            .await
            .into_iter()
            .filter(|heard| match heard {
                Heard::Ack(number, _) => {
                    sent.retain(|sent| sent != number);
                    false
                }
                Heard::Event(name, _) => name == "room:closed",
            })
            .count()
            > 0;
    }
    for number in sent {
        chat.answer(number).await;
    }
    assert_eq!(chat.ask("join", json!({"room": "plaza"})).await["ok"], true, "it goes on");
}
