//! `POST` and `DELETE /admin/accounts/{userId}/suspension`, `DELETE /admin/accounts/{userId}/sockets`

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::ports::AccountStore;
use serde_json::json;

use super::{deeds, operator, start};
use crate::kit::{PASSWORD, eventually};

#[tokio::test]
async fn a_suspended_person_is_out_everywhere_and_can_come_back_afterwards() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    let mut chat = mina.chat().await;
    chat.does("join", json!({"room": "plaza"})).await;
    let path = format!("/admin/accounts/{}/suspension", mina.id);
    operator(&app).post_nothing(&path).await.expect(200);
    assert!(chat.gets_put_out().await, "the client is told to stay away");
    assert_eq!(mina.get("/myInfo").await.refusal(), (401, "session_ended"));
    assert_eq!(app.refreshing(mina.refresh_token()).post_nothing("/token").await.status, 401);
    let refused = app.try_sign_in(&mina.email, PASSWORD).await;
    insta::assert_snapshot!(refused, @r#"
    400 {
      "code": "suspended",
      "message": "이용이 정지된 계정입니다."
    }
    "#);
    let guess = app.try_sign_in(&mina.email, "another1!").await;
    assert_eq!(guess.refusal(), (400, "wrong_password"), "only the right password may learn of it");

    operator(&app).delete(&path).await.expect(200);
    app.sign_in(&mina.email).await.get("/myInfo").await.expect(200);
    let subject = format!("user {}", mina.id);
    assert_eq!(
        deeds(&app).await,
        [["token", "reinstate_account", &subject, "done"], ["token", "suspend_account", &subject, "done"]]
    );
}

#[tokio::test]
async fn nobody_suspends_themselves_or_whoever_is_not_there() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    let own = format!("/admin/accounts/{}/suspension", mina.id);
    assert_eq!(mina.post_nothing(&own).await.refusal(), (403, "not_admin"));
    assert!(app.store().set_admin(&Email::parse(&mina.email).unwrap(), true).await.unwrap());
    let refused = async || (mina.post_nothing(&own).await.refusal() == (409, "not_yourself")).then_some(());
    eventually("the grant", refused).await;
    let nobody = "/admin/accounts/99999/suspension";
    assert_eq!(mina.post_nothing(nobody).await.refusal(), (404, "account_not_found"));
    assert_eq!(mina.delete(nobody).await.refusal(), (404, "account_not_found"));
    assert_eq!(mina.post_nothing("/admin/accounts/x/suspension").await.refusal(), (400, "invalid_field"));
    // What was refused is on record as well, with who asked for it.
    let by = format!("user {}", mina.id);
    let recorded = deeds(&app).await;
    assert_eq!(recorded[0], [&*by, "reinstate_account", "user 99999", "no such account"]);
    assert_eq!(recorded[1], [&*by, "suspend_account", "user 99999", "no such account"]);
}

#[tokio::test]
async fn a_kicked_socket_closes_and_may_come_back() {
    let app = start().await;
    let (mina, jun) = (app.sign_up("mina").await, app.sign_up("jun").await);
    let (chat, mut other) = (mina.chat().await, jun.chat().await);
    let path = format!("/admin/accounts/{}/sockets", mina.id);
    operator(&app).delete(&path).await.expect(200);
    assert!(!chat.gets_put_out().await, "it may come back");
    mina.chat().await.does("join", json!({"room": "plaza"})).await;
    other.does("join", json!({"room": "plaza"})).await;
    assert_eq!(
        operator(&app).delete("/admin/accounts/99999/sockets").await.refusal(),
        (404, "account_not_found")
    );
    assert_eq!(jun.delete(&path).await.refusal(), (403, "not_admin"));
}
