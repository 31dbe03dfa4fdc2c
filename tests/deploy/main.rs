//! Rollouts under load, with a real nginx and real processes: what `deploy/rollout` promises.
//!
//! `make test` runs them small. `make deploy-test` runs them as issue D asks for: `DEPLOY_ROLLOUTS`, `DEPLOY_SOCKETS` and
//! `DEPLOY_RATE` (requests a second).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail")]

mod containers;
mod front;
mod people;
mod previous;
mod rollouts;
mod stage;
mod stops;
mod talkers;
mod tls;
mod visitors;
#[path = "../chat/wire.rs"]
#[expect(dead_code, reason = "the chat's own tests need more of it")]
mod wire;
mod workers;

/// Rollouts load the whole machine: two at a time would measure each other.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A number from the environment.
fn number(name: &str, default: usize) -> usize {
    variable(name).and_then(|text| text.parse().ok()).unwrap_or(default)
}
