//! Liking a diary, and taking it back.

use crate::domain::ids::DiaryId;
use crate::ports::Toggled;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Turns the caller's like of a visible diary on or off.
pub struct ToggleLike(pub DiaryId);

impl PersonCommand for ToggleLike {
    type Reply = Toggled;
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<Toggled> {
        let now = person.ports.clock.now();
        let toggled = person.ports.diaries.toggle_like(person.account.id, self.0, now).await?;
        toggled.ok_or(Refusal::DiaryNotVisible)
    }
}
