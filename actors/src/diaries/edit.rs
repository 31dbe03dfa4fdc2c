//! Changing a diary afterwards.

use super::draft::read_content;
use crate::domain::diary::{Diary, DiaryChange};
use crate::domain::ids::DiaryId;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Changes the text or the visibility of a diary of the caller's own.
pub struct EditDiary {
    /// Which.
    pub diary: DiaryId,
    /// New text as the editor made it; `None` leaves it.
    pub content: Option<String>,
    /// The client leaves the key out to say "private" (contract invariant 13).
    pub is_public: bool,
}

impl PersonCommand for EditDiary {
    type Reply = Diary;
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<Diary> {
        let content = self.content.as_deref().map(read_content).transpose()?;
        let change = DiaryChange { content, is_public: self.is_public };
        let now = person.ports.clock.now();
        let edited = person.ports.diaries.edit(person.account.id, self.diary, change, now).await?;
        edited.ok_or(Refusal::DiaryNotYoursToEdit)
    }
}
