//! Taking a diary away.

use crate::domain::ids::DiaryId;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Removes a diary of the caller's own with its likes, comments and drawing.
pub struct DeleteDiary(pub DiaryId);

impl PersonCommand for DeleteDiary {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let now = person.ports.clock.now();
        let deleted = person.ports.diaries.delete(person.account.id, self.0, now).await?;
        if !deleted {
            return Err(Refusal::DiaryNotYoursToDelete);
        }
        person.ports.uploads.wake();
        Ok(())
    }
}
