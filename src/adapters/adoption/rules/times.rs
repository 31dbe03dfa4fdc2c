//! Instants (contract §5.1): true UTC everywhere, but nine hours late in two columns.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta};
use nine_cloud_actors::domain::seoul::Instant;

use crate::adapters::adoption::old::OldDiary;
use crate::adapters::adoption::report::{Changes, Why};

/// `createdAt` and `updatedAt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapters::adoption) struct Times {
    pub(in crate::adapters::adoption) created_at: Instant,
    pub(in crate::adapters::adoption) updated_at: Instant,
    is_whole: bool,
}

impl Times {
    /// Of a row whose times are true. One that is missing, or the zero date, is taken from the other.
    pub(super) fn of(created: Option<&str>, updated: Option<&str>) -> Self {
        Self::whole_or_not(created.and_then(read), updated.and_then(read))
    }

    fn whole_or_not(created: Option<Instant>, updated: Option<Instant>) -> Self {
        let either = created.or(updated).unwrap_or(DateTime::UNIX_EPOCH);
        Self {
            created_at: created.unwrap_or(either),
            updated_at: updated.unwrap_or(either),
            is_whole: created.is_some() && updated.is_some(),
        }
    }

    /// Puts a missing time on record.
    pub(super) fn note(self, changes: &mut Changes) -> Self {
        if !self.is_whole {
            changes.changed(Why::TimeMissing);
        }
        self
    }
}

/// Of a diary, whose `createdAt` has the digits of the clock in Seoul.
pub(in crate::adapters::adoption) fn diary_times(diary: &OldDiary) -> Times {
    let created = diary.created_at.as_deref().and_then(read).and_then(true_instant);
    Times::whole_or_not(created, diary.updated_at.as_deref().and_then(read))
}

/// What was written nine hours late.
pub(super) fn true_instant(shifted: Instant) -> Option<Instant> {
    shifted.checked_sub_signed(TimeDelta::hours(9))
}

/// `2026-11-22 17:46:09.917`; `None` for the zero date and other nonsense.
pub(super) fn read(text: &str) -> Option<Instant> {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    // Within what the columns of both databases hold, shifted or not.
    (1001..=9998).contains(&at.year()).then(|| at.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn the_digits_of_seoul_become_the_true_instant() {
        let diary = OldDiary {
            created_at: Some("2026-11-22 17:46:09.917".to_owned()),
            updated_at: Some("2026-11-22 08:46:09.929".to_owned()),
            ..OldDiary::default()
        };
        let times = diary_times(&diary);
        assert_eq!(times.created_at, at("2026-11-22T08:46:09.917Z"));
        assert_eq!(times.updated_at, at("2026-11-22T08:46:09.929Z"));
    }

    #[test]
    fn one_time_stands_in_for_the_other() {
        let known = "2026-11-22 08:46:09";
        for (created, updated) in [(None, Some(known)), (Some(known), Some("0000-00-00 00:00:00.000"))] {
            let times = Times::of(created, updated);
            assert_eq!((times.created_at, times.updated_at, times.is_whole), {
                let at = at("2026-11-22T08:46:09Z");
                (at, at, false)
            });
        }
        assert_eq!(Times::of(None, Some("")).created_at, at("1970-01-01T00:00:00Z"));
        assert!(Times::of(Some(known), Some(known)).is_whole);
    }
}
