//! One diary, seen by a signed-in person.

use std::time::Duration;

use super::comment_reads::Viewer;
use crate::domain::diary::DiaryDetail;
use crate::domain::ids::DiaryId;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// A second look within this time is the same view (contract §5.4).
const VIEW_WINDOW: Duration = Duration::from_mins(10);

/// Reads a diary that the caller may see, and counts the view of someone else's.
pub struct GetDiary(pub DiaryId);

impl PersonCommand for GetDiary {
    type Reply = DiaryDetail;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<DiaryDetail> {
        let (viewer, ports) = (person.account.id, &person.ports);
        let found = ports.diaries.find_visible(self.0, Some(viewer)).await?;
        let mut detail = found.ok_or(Refusal::DiaryNotFound)?;
        if detail.diary.author != viewer
            && ports.cache.mark_view(viewer, self.0, ports.clock.now(), VIEW_WINDOW).await?
            && let Some(count) = ports.diaries.count_view(self.0).await?
        {
            detail.diary.view_count = count;
        }
        ports.comment_reads.settle(Viewer::Person(viewer), self.0).await;
        Ok(detail)
    }
}
