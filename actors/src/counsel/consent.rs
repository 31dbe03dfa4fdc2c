//! Whether a model may read what somebody writes.

use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads whether the caller agreed that a model reads their diaries.
pub struct GetAiConsent;

/// Agrees to it, or no longer.
pub struct SetAiConsent(pub bool);

impl PersonCommand for GetAiConsent {
    type Reply = bool;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<bool> {
        Ok(person.ports.accounts.ai_consent(person.account.id).await?)
    }
}

impl PersonCommand for SetAiConsent {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let now = person.ports.clock.now();
        let found = person.ports.accounts.set_ai_consent(person.account.id, self.0, now).await?;
        if found { Ok(()) } else { Err(Refusal::UserGone) }
    }
}
