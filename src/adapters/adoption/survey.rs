//! What must be known of all rows before the first is carried over. Plain memory: some hundred bytes per person, diary
//! and like, so a million of each fit into half a gigabyte.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::seoul::{Instant, date_of};

use super::old::{OldDiary, OldLike, OldPerson};
use super::rules::people;
use super::rules::times::diary_times;

/// See the module. People first, then diaries, then [`settle_addresses`](Self::settle_addresses), then likes.
#[derive(Default)]
pub(super) struct Survey {
    /// Whether they are about to leave.
    people: HashMap<i64, bool>,
    /// Who has an address, by its key, in the order of their ids.
    claims: HashMap<String, Vec<i64>>,
    lost_addresses: HashMap<i64, i64>,
    last_written: HashMap<i64, Instant>,
    diaries: HashSet<i64>,
    /// The latest diary of each author and day.
    of_day: HashMap<(i64, NaiveDate), (Instant, i64)>,
    /// The first like of each person and diary.
    likes: HashMap<(i64, i64), i64>,
    like_counts: HashMap<i64, i64>,
}

/// What a diary has to know of others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DiaryFacts {
    /// `None`: the author is not there. Else whether they are about to leave.
    pub(super) author_leaving: Option<bool>,
    /// The later diary of the same author and day.
    pub(super) later_of_day: Option<i64>,
    /// Likes of people who are there, each once.
    pub(super) likes: i64,
}

impl Survey {
    pub(super) fn see_person(&mut self, person: &OldPerson) {
        self.people.insert(person.id, people::purge_at(person).is_ok_and(|at| at.is_some()));
        if let Some(email) = person.email.as_deref().and_then(|text| Email::parse(text.trim())) {
            self.claims.entry(email.key().to_owned()).or_default().push(person.id);
        }
    }

    pub(super) fn see_diary(&mut self, diary: &OldDiary) {
        let Some(author) = diary.author.filter(|author| self.people.contains_key(author)) else { return };
        let at = diary_times(diary).created_at;
        self.diaries.insert(diary.id);
        let last = self.last_written.entry(author).or_insert(at);
        *last = at.max(*last);
        let latest = self.of_day.entry((author, date_of(at))).or_insert((at, diary.id));
        *latest = (at, diary.id).max(*latest);
    }

    /// An address that two accounts write in different case stays with the one that is in use: not about to leave,
    /// then with the latest diary, then the older account.
    pub(super) fn settle_addresses(&mut self) {
        for claimants in
            std::mem::take(&mut self.claims).into_values().filter(|claimants| claimants.len() > 1)
        {
            let rank = |id: &i64| {
                let stays = !self.people.get(id).copied().unwrap_or(false);
                (stays, self.last_written.get(id).copied(), std::cmp::Reverse(*id))
            };
            let Some(keeps) = claimants.iter().copied().max_by_key(rank) else { continue };
            self.lost_addresses
                .extend(claimants.into_iter().filter(|id| *id != keeps).map(|loses| (loses, keeps)));
        }
    }

    pub(super) fn see_like(&mut self, like: &OldLike) {
        let (Some(person), Some(diary)) = (like.person, like.diary) else { return };
        if !self.has_person(Some(person)) || !self.has_diary(Some(diary)) {
            return;
        }
        if *self.likes.entry((person, diary)).or_insert(like.id) == like.id {
            *self.like_counts.entry(diary).or_default() += 1;
        }
    }

    /// The account that keeps the address of this one.
    pub(super) fn address_lost_to(&self, person: i64) -> Option<i64> {
        self.lost_addresses.get(&person).copied()
    }

    pub(super) fn has_person(&self, person: Option<i64>) -> bool {
        person.is_some_and(|id| self.people.contains_key(&id))
    }

    /// `false` also for a diary whose author is not there.
    pub(super) fn has_diary(&self, diary: Option<i64>) -> bool {
        diary.is_some_and(|id| self.diaries.contains(&id))
    }

    /// The like that counts for this person and diary.
    pub(super) fn first_like(&self, person: i64, diary: i64) -> Option<i64> {
        self.likes.get(&(person, diary)).copied()
    }

    pub(super) fn facts_of(&self, diary: &OldDiary) -> DiaryFacts {
        let author_leaving = diary.author.and_then(|author| self.people.get(&author).copied());
        let day = diary.author.map(|author| (author, date_of(diary_times(diary).created_at)));
        let latest = day.and_then(|day| self.of_day.get(&day)).map(|(_, id)| *id);
        DiaryFacts {
            author_leaving,
            later_of_day: latest.filter(|id| *id != diary.id),
            likes: self.like_counts.get(&diary.id).copied().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64, email: &str) -> OldPerson {
        OldPerson { id, email: Some(email.to_owned()), ..OldPerson::default() }
    }

    fn diary(id: i64, author: i64, stored: &str) -> OldDiary {
        OldDiary {
            id,
            author: Some(author),
            created_at: Some(stored.to_owned()),
            updated_at: Some(stored.to_owned()),
            ..OldDiary::default()
        }
    }

    fn like(id: i64, person: i64, diary: i64) -> OldLike {
        OldLike { id, person: Some(person), diary: Some(diary), ..OldLike::default() }
    }

    #[test]
    fn an_address_stays_with_the_account_in_use() {
        let mut survey = Survey::default();
        survey.see_person(&person(1, "mina@example.com"));
        survey.see_person(&person(2, "Mina@example.com"));
        survey.see_person(&OldPerson {
            deleted_at: Some("2026-12-01 00:00:00.000".to_owned()),
            ..person(3, "MINA@example.com")
        });
        survey.see_person(&person(4, "jun@example.com"));
        survey.see_diary(&diary(10, 1, "2026-01-01 10:00:00.000"));
        survey.see_diary(&diary(11, 2, "2026-01-02 10:00:00.000"));
        survey.see_diary(&diary(12, 3, "2026-01-03 10:00:00.000"));
        survey.settle_addresses();
        assert_eq!([1, 2, 3, 4].map(|id| survey.address_lost_to(id)), [Some(2), None, Some(2), None]);
    }

    #[test]
    fn without_diaries_the_older_account_keeps_the_address() {
        let mut survey = Survey::default();
        survey.see_person(&person(5, "mina@example.com"));
        survey.see_person(&person(6, "MINA@EXAMPLE.COM "));
        survey.settle_addresses();
        assert_eq!((survey.address_lost_to(5), survey.address_lost_to(6)), (None, Some(5)));
    }

    #[test]
    fn the_latest_diary_is_that_of_the_day_in_seoul() {
        let mut survey = Survey::default();
        survey.see_person(&person(1, "mina@example.com"));
        let days = [
            diary(10, 1, "2026-01-01 00:00:00.000"),
            diary(11, 1, "2026-01-01 23:59:59.999"),
            diary(12, 1, "2026-01-01 23:59:59.999"),
            diary(13, 1, "2026-01-02 00:00:00.000"),
        ];
        for diary in &days {
            survey.see_diary(diary);
        }
        assert_eq!(
            days.each_ref().map(|diary| survey.facts_of(diary).later_of_day),
            [Some(12), Some(12), None, None]
        );
        assert_eq!(survey.facts_of(&diary(14, 9, "2026-01-01 00:00:00.000")).author_leaving, None);
    }

    #[test]
    fn only_likes_of_somebody_for_something_count_and_once() {
        let mut survey = Survey::default();
        survey.see_person(&person(1, "mina@example.com"));
        survey.see_person(&person(2, "jun@example.com"));
        let liked = diary(10, 1, "2026-01-01 00:00:00.000");
        survey.see_diary(&liked);
        for like in [like(1, 1, 10), like(2, 2, 10), like(3, 1, 10), like(4, 3, 10), like(5, 1, 11)] {
            survey.see_like(&like);
        }
        assert_eq!(survey.facts_of(&liked).likes, 2);
        assert_eq!((survey.first_like(1, 10), survey.first_like(3, 10)), (Some(1), None));
    }
}
