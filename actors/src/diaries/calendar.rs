//! A month as a calendar of clouds.

use chrono::Datelike;

use crate::domain::account::Account;
use crate::domain::diary::Diary;
use crate::domain::seoul::SeoulMonth;
use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads the caller's month.
pub struct GetCalendar(pub SeoulMonth);

/// Reply to [`GetCalendar`].
pub struct Calendar {
    /// One entry per day of the month, in order; the client tells `null` from a missing entry (contract §1.12).
    pub days: Vec<Option<Diary>>,
    /// The caller.
    pub owner: Account,
}

impl PersonCommand for GetCalendar {
    type Reply = Calendar;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Calendar> {
        let Self(month) = self;
        let mut days = vec![None; month.days()];
        for diary in person.ports.diaries.list_month(person.account.id, month).await? {
            let day = usize::try_from(diary.date.day0()).unwrap_or(usize::MAX);
            if let Some(place) = days.get_mut(day) {
                *place = Some(diary);
            }
        }
        Ok(Calendar { days, owner: person.account })
    }
}
