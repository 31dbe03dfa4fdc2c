//! `/admin`

mod accounts;
mod actors;
mod chat;
mod drain;
mod jobs;
mod mails;
mod page;
mod status;

use serde_json::Value;

use crate::kit::{Client, TestApp};

const TOKEN: &str = "a token of the operators";

async fn start() -> TestApp {
    TestApp::with("ADMIN_TOKEN", TOKEN).start().await
}

fn operator(app: &TestApp) -> Client<'_> {
    app.bearing(&format!("Bearer {TOKEN}"))
}

/// The deeds that are on record: who, what, to what, and how it went; newest first.
async fn deeds(app: &TestApp) -> Vec<[String; 4]> {
    let status = operator(app).get("/admin/status").await.expect(200);
    let word = |deed: &Value, key: &str| deed[key].as_str().unwrap_or_default().to_owned();
    let read = |deed: &Value| ["by", "action", "subject", "outcome"].map(|key| word(deed, key));
    status.json["deeds"].as_array().unwrap().iter().map(read).collect()
}
