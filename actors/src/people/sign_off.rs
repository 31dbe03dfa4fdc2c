//! Leaving.

use chrono::TimeDelta;

use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// How long an account can still be taken back (contract §5.4).
const KEPT_FOR: TimeDelta = TimeDelta::days(15);

/// Marks the caller's account for removal and ends all their sessions. Asking again does not extend the time.
pub struct SignOff;

impl PersonCommand for SignOff {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let now = person.ports.clock.now();
        person.ports.accounts.begin_sign_off(person.account.id, now + KEPT_FOR, now).await?;
        person.sessions_ended();
        Ok(())
    }
}
