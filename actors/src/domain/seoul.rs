//! Days, months and wall-clock digits in Seoul. The process time zone never matters (contract §5, G1).

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};

/// Seoul is UTC+9 all year, without daylight saving since 1988.
const OFFSET_HOURS: i64 = 9;

/// An instant, stored and compared in UTC with millisecond precision.
pub type Instant = DateTime<Utc>;

/// The digits of the Seoul wall clock, re-labelled as UTC: what the client expects as `createdAt` in feeds (§5.3).
pub fn wall_clock(at: Instant) -> Instant {
    at + TimeDelta::hours(OFFSET_HOURS)
}

/// The calendar day in Seoul that contains `at`.
pub fn date_of(at: Instant) -> NaiveDate {
    wall_clock(at).date_naive()
}

/// 00:00 in Seoul of `date`, as an instant.
pub fn midnight(date: NaiveDate) -> Instant {
    date.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(OFFSET_HOURS)
}

/// `Y. M. D.` without zero padding, as the calendar needs it: the client takes the third piece as the day.
pub fn calendar_text(date: NaiveDate) -> String {
    format!("{}. {}. {}.", date.year(), date.month(), date.day())
}

/// ISO 8601 with exactly three millisecond digits and `Z`.
pub fn iso_millis(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Drops what a database column of milliseconds would drop, so that a value read back equals the one written.
pub fn to_millis(at: Instant) -> Instant {
    DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at)
}

/// One calendar month in Seoul.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeoulMonth {
    first: NaiveDate,
}

impl SeoulMonth {
    /// Years 1970–9999 and months 1–12 (contract §1.12), else `None`.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        if !(1970..=9999).contains(&year) {
            return None;
        }
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| Self { first })
    }

    /// The month that contains `at`; `None` outside the years above.
    pub fn containing(at: Instant) -> Option<Self> {
        let date = wall_clock_checked(at)?.date_naive();
        Self::new(date.year(), date.month())
    }

    /// The first day.
    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    /// The first day of the next month: the exclusive end.
    pub fn end_day(self) -> NaiveDate {
        self.first.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
    }

    /// 28–31.
    pub fn days(self) -> usize {
        usize::try_from((self.end_day() - self.first).num_days()).unwrap_or(0)
    }
}

/// Start of the community feed's window: 00:00 in Seoul of the day two calendar months ago, clamped to the month's
/// length (contract §5.4).
pub fn feed_window_start(now: Instant) -> Instant {
    let today = date_of(now);
    midnight(today.checked_sub_months(Months::new(2)).unwrap_or(today))
}

fn wall_clock_checked(at: Instant) -> Option<Instant> {
    at.checked_add_signed(TimeDelta::hours(OFFSET_HOURS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_diary_after_midnight_in_seoul_belongs_to_the_new_day() {
        let written = at("2024-01-11T16:30:00Z");
        assert_eq!(iso_millis(wall_clock(written)), "2024-01-12T01:30:00.000Z");
        assert_eq!(date_of(written), NaiveDate::from_ymd_opt(2024, 1, 12).unwrap());
        assert_eq!(calendar_text(date_of(written)), "2024. 1. 12.");
        assert_eq!(date_of(midnight(date_of(written))), date_of(written));
        assert_eq!(date_of(midnight(date_of(written)) - TimeDelta::milliseconds(1)).day(), 11);
    }

    #[test]
    fn months_have_their_days_and_bounds() {
        assert_eq!(SeoulMonth::new(2024, 2).unwrap().days(), 29);
        assert_eq!(SeoulMonth::new(2026, 12).unwrap().days(), 31);
        assert_eq!(SeoulMonth::new(9999, 12).unwrap().days(), 31);
        for (year, month) in [(2026, 0), (2026, 13), (1969, 12), (10_000, 1), (24, 1)] {
            assert_eq!(SeoulMonth::new(year, month), None, "{year}-{month}");
        }
        assert_eq!(SeoulMonth::containing(at("2026-10-31T15:00:00Z")), SeoulMonth::new(2026, 11));
        assert_eq!(SeoulMonth::containing(DateTime::<Utc>::MAX_UTC), None);
    }

    #[test]
    fn the_feed_looks_back_two_months_clamped_to_their_length() {
        assert_eq!(feed_window_start(at("2026-04-30T01:00:00Z")), at("2026-02-27T15:00:00Z"));
        assert_eq!(feed_window_start(at("2026-11-22T08:00:00Z")), at("2026-09-21T15:00:00Z"));
    }
}
