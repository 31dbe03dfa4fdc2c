//! `GET /admin/status`

use serde_json::{Value, json};

use super::{operator, start};
use crate::kit::{diary, eventually};

#[tokio::test]
async fn it_shows_backends_uploads_mails_and_the_chat() {
    let app = start().await;
    let mina = app.sign_up("mina").await;
    assert_eq!(mina.get("/admin/status").await.refusal(), (403, "not_admin"));
    assert_eq!(app.stranger().get("/admin/status").await.refusal(), (401, "token_missing"));
    mina.post_diary(diary("오늘")).await.expect(201);
    let mut chat = mina.chat().await;
    chat.does("join", json!({"room": "plaza"})).await;
    chat.does("send", json!({"room": "plaza", "text": "안녕"})).await;

    let look = async || operator(&app).get("/admin/status").await.expect(200).json;
    let moved = async || (look().await["backends"][1]["calls"].as_u64() >= Some(1)).then_some(());
    eventually("the drawing is in the store", moved).await;
    let status = look().await;
    assert_eq!((&status["node"], &status["draining"]), (&"test".into(), &false.into()));
    let backends = status["backends"].as_array().unwrap();
    let names: Vec<&Value> = backends.iter().map(|backend| &backend["backend"]).collect();
    assert_eq!(names, ["sql", "files", "disk", "mail"]);
    // An outbox is not asked whether it answers.
    assert_eq!((&backends[3]["up"], &backends[3]["checkMicros"]), (&Value::Null, &Value::Null));
    assert!(backends[..3].iter().all(|backend| backend["up"] == true), "{status}");
    for counted in [&backends[0], &backends[1], &backends[3]] {
        assert!(counted["calls"].as_u64().unwrap() > 0 && counted["failures"] == 0, "{status}");
    }
    let node = status["nodes"].as_array().unwrap();
    assert_eq!(node.len(), 1, "{status}");
    assert_eq!(
        (&node[0]["node"], &node[0]["sockets"], &node[0]["this"]),
        (&"test".into(), &1.into(), &true.into())
    );
    assert_eq!(status["uploads"], json!({"inFlight": 0, "waiting": 0, "done": 1}));
    assert_eq!((&status["chat"]["logged"], &status["chat"]["cut"]), (&1.into(), &0.into()));
    assert!(status["mails"]["sent"].as_u64().unwrap() >= 1 && status["mails"]["letters"] == json!([]));
    assert_eq!(status["deeds"], json!([]));
}
