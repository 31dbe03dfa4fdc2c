//! The fifteen days between asking to leave and being gone, seen from outside a session.

use chrono::TimeDelta;

use super::actor::Services;
use super::messages::{CancelSignOff, GetSignOff};
use crate::domain::seoul::Instant;
use crate::refusal::{Outcome, Refusal};

/// After the right password, how long the owner may act on the removal by address alone: the client has nothing else
/// to send (D-B7).
pub(super) const RECALL_GRANT: TimeDelta = TimeDelta::minutes(10);

pub(super) async fn cancel(services: &Services, request: CancelSignOff) -> Outcome<()> {
    let recalled = services.accounts.recall(&request.email, services.clock.now()).await?;
    if recalled { Ok(()) } else { Err(Refusal::NoRecallGrant) }
}

/// Now and the time of removal, for the words that say how long it is between them.
pub(super) async fn get(services: &Services, request: GetSignOff) -> Outcome<(Instant, Instant)> {
    let now = services.clock.now();
    let due = services.accounts.pending_sign_off(&request.email, now).await?;
    due.map(|due| (now, due)).ok_or(Refusal::NoRecallGrant)
}
