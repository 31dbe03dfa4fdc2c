//! `/admin/chat`

mod bans;
mod messages;
mod reports;

use crate::kit::{Client, TestApp};

const TOKEN: &str = "a token of the operators";

async fn start() -> TestApp {
    TestApp::with("ADMIN_TOKEN", TOKEN).start().await
}

fn operator(app: &TestApp) -> Client<'_> {
    app.bearing(&format!("Bearer {TOKEN}"))
}
