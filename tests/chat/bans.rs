//! Bans hold for a person or an address, until when they say.

use chrono::TimeDelta;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::ports::{BanSubject, ChatPeople as _, Clock as _};
use serde_json::json;

use crate::kit::TestApp;
use crate::{Chat, NotIn, Transport};

async fn code(app: &TestApp, auth: serde_json::Value) -> Option<String> {
    match Chat::new(app.host(), auth, Transport::WebSocket).connect().await {
        Ok(()) => None,
        Err(NotIn::Refused(error)) => Some(error["data"]["code"].as_str().unwrap().to_owned()),
        Err(NotIn::Broken) => panic!("broken"),
    }
}

#[tokio::test]
async fn a_banned_person_stays_out_until_the_ban_ends_and_others_do_not() {
    let app = TestApp::start().await;
    let (mina, juno) = (app.sign_up("mina").await, app.sign_up("juno").await);
    let until = app.clock.now() + TimeDelta::minutes(30);
    app.store().ban(BanSubject::Person(UserId(mina.id)), until, "욕설", app.clock.now()).await.unwrap();
    let token = json!({"token": mina.authorization()});
    assert_eq!(code(&app, token.clone()).await.as_deref(), Some("banned"));
    assert_eq!(code(&app, json!({"token": juno.authorization()})).await, None);
    assert_eq!(code(&app, json!({})).await, None);
    app.wait(TimeDelta::minutes(31));
    assert_eq!(code(&app, token).await, None);
}

#[tokio::test]
async fn a_banned_address_keeps_everyone_from_there_out() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let address = "127.0.0.1".parse().unwrap();
    let until = app.clock.now() + TimeDelta::hours(1);
    app.store().ban(BanSubject::Address(address), until, "도배", app.clock.now()).await.unwrap();
    assert_eq!(code(&app, json!({})).await.as_deref(), Some("banned"));
    assert_eq!(code(&app, json!({"token": mina.authorization()})).await.as_deref(), Some("banned"));
    app.store().lift_ban(BanSubject::Address(address)).await.unwrap();
    assert_eq!(code(&app, json!({})).await, None);
}

#[tokio::test]
async fn whoever_was_banned_meanwhile_does_not_come_back() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = Chat::in_room(&mina, "plaza").await;
    let until = app.clock.now() + TimeDelta::hours(1);
    app.store().ban(BanSubject::Person(UserId(mina.id)), until, "욕설", app.clock.now()).await.unwrap();
    let rejoined = chat.ask("join", json!({"room": "plaza"})).await;
    assert_eq!(rejoined["code"], "banned");
    chat.cut().await;
    match chat.connect().await {
        Err(NotIn::Refused(error)) => assert_eq!(error["data"]["code"], "banned"),
        other => panic!("{other:?}"),
    }
}
