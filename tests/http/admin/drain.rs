//! `POST /admin/drain`

use serde_json::json;

use super::{deeds, operator, start};

#[tokio::test]
async fn a_drained_node_is_not_ready_sends_its_sockets_away_and_serves_on() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    assert_eq!(mina.post_nothing("/admin/drain").await.refusal(), (403, "not_admin"));
    app.visitor().get("/ready").await.expect(200);
    let mut chat = mina.chat().await;
    chat.does("join", json!({"room": "plaza"})).await;

    operator(&app).post_nothing("/admin/drain").await.expect(202);
    let ready = app.visitor().get("/ready").await.expect(503);
    assert_eq!(ready.json["failing"], json!(["draining"]));
    assert!(chat.hears("reconnect").await["inMs"].is_u64());
    assert!(!chat.gets_put_out().await, "it may come back, elsewhere");
    mina.get("/myInfo").await.expect(200);
    assert_eq!(operator(&app).get("/admin/status").await.json["draining"], true);
    assert_eq!(deeds(&app).await, [["token", "drain_node", "test", "done"]]);
}
