//! Taking a diary away.

use crate::domain::ids::DiaryId;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Removes a diary of the caller's own with its likes, comments and drawing. Without that of today, they leave its cloud.
pub struct DeleteDiary(pub DiaryId);

impl PersonCommand for DeleteDiary {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let (now, today) = (person.ports.clock.now(), person.ports.lobby.today());
        let is_of_today = person.ports.diaries.find_of_day(person.account.id, today).await? == Some(self.0);
        let deleted = person.ports.diaries.delete(person.account.id, self.0, now).await?;
        if !deleted {
            return Err(Refusal::DiaryNotYoursToDelete);
        }
        person.ports.uploads.wake();
        if is_of_today {
            person.lose_cloud();
        }
        Ok(())
    }
}
