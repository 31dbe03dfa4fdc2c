//! The caller's own list.

use crate::domain::diary::{DiaryPage, MAX_PAGES};
use crate::domain::seoul::{Instant, SeoulMonth, midnight};
use crate::ports::Span;
use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads one page of the caller's diaries, newest first.
pub struct ListMyDiaries {
    /// Only the month in Seoul that contains this; `None` for all.
    pub month: Option<SeoulMonth>,
    /// Pages before it.
    pub page: u32,
}

impl PersonCommand for ListMyDiaries {
    type Reply = DiaryPage;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<DiaryPage> {
        if self.page >= MAX_PAGES {
            return Ok(DiaryPage::beyond_the_end());
        }
        let span = match self.month {
            Some(month) => Span { from: midnight(month.first_day()), until: midnight(month.end_day()) },
            None => Span { from: Instant::UNIX_EPOCH, until: midnight(END_OF_TIME) },
        };
        Ok(person.ports.diaries.list_own(person.account.id, span, self.page).await?)
    }
}

/// The last day that both databases can hold.
const END_OF_TIME: chrono::NaiveDate = match chrono::NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(date) => date,
    None => chrono::NaiveDate::MAX,
};
