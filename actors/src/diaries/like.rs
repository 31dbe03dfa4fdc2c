//! Liking a diary, and taking it back.

use crate::domain::ids::DiaryId;
use crate::domain::notification::Deed;
use crate::notifications::News;
use crate::ports::Toggled;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Turns the caller's like of a visible diary on or off; its author is told of the former.
pub struct ToggleLike(pub DiaryId);

impl PersonCommand for ToggleLike {
    type Reply = Toggled;
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<Toggled> {
        let now = person.ports.clock.now();
        let toggled = person.ports.diaries.toggle_like(person.account.id, self.0, now).await?;
        let toggled = toggled.ok_or(Refusal::DiaryNotVisible)?;
        let news = News { diary: self.0, deed: Deed::Like, preview: None, at: now };
        news.tell(&person, toggled.notified);
        Ok(toggled)
    }
}
