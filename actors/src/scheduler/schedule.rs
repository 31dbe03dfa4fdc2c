//! When a job is due. Pure: time comes in as an argument.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Asia::Seoul;

use crate::domain::seoul::Instant;

/// A cron text that is no schedule of ours.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// Not six or seven fields, seconds first.
    #[error("not a cron text of six or seven fields: {0}")]
    Syntax(#[from] cron::error::Error),
    /// Cron dialects number weekdays differently; names mean the same in all of them.
    #[error("weekdays are written as names (Mon, Tue, …), not as numbers")]
    NumericWeekday,
}

/// A cron table row, read on the Seoul wall clock.
#[derive(Debug, Clone)]
pub struct Schedule(cron::Schedule);

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let schedule = cron::Schedule::from_str(text)?;
        let weekday = text.split_whitespace().nth(5).unwrap_or_default();
        if weekday.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(ScheduleError::NumericWeekday);
        }
        Ok(Self(schedule))
    }
}

impl Schedule {
    /// The first due time later than `after`, in whole seconds. A schedule that has ended (its year is over) is due at
    /// the end of time, 9999-12-31.
    pub fn next_due(&self, after: Instant) -> Instant {
        // The cron crate steps on by a second from here: a fraction would step over a due time.
        let whole_second = DateTime::from_timestamp(after.timestamp(), 0).unwrap_or(after);
        let next = self.0.after(&whole_second.with_timezone(&Seoul)).next();
        next.map_or_else(end_of_time, |due| due.with_timezone(&Utc))
    }

    /// Whether a job that waits for `due` is to be run at `now`.
    ///
    /// However late it is, it is run once: the next due time is always taken from `now`. A clock set back by less than
    /// a period does not run it again. A due time more than a period ahead is no due time of this schedule: the clock
    /// was far wrong when it was set, or the cron text has changed since. Running at once puts it right.
    pub fn is_due(&self, due: Instant, now: Instant) -> bool {
        due <= now || due > self.next_due(self.next_due(now))
    }

    /// The cron text.
    pub fn text(&self) -> &str {
        self.0.source()
    }
}

fn end_of_time() -> Instant {
    NaiveDate::from_ymd_opt(9999, 12, 31)
        .map_or(Instant::MAX_UTC, |date| date.and_time(NaiveTime::MIN).and_utc())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn schedule(text: &str) -> Schedule {
        text.parse().unwrap()
    }

    /// The next due times on the Seoul wall clock.
    fn upcoming(text: &str, after: &str, count: usize) -> Vec<String> {
        let schedule = schedule(text);
        let times = std::iter::successors(Some(at(after)), |after| Some(schedule.next_due(*after)));
        let shown = times.skip(1).map(|due| due.with_timezone(&Seoul).format("%F %T").to_string());
        shown.take(count).collect()
    }

    #[test]
    fn midnight_is_that_of_seoul() {
        assert_eq!(schedule("0 0 0 * * *").next_due(at("2026-11-22T14:59:59Z")), at("2026-11-22T15:00:00Z"));
        assert_eq!(schedule("0 0 0 * * *").next_due(at("2026-11-22T15:00:00Z")), at("2026-11-23T15:00:00Z"));
    }

    #[test]
    fn a_fraction_of_a_second_before_a_due_time_does_not_step_over_it() {
        let hourly = schedule("0 0 * * * *");
        assert_eq!(hourly.next_due(at("2026-11-22T14:59:59.999Z")), at("2026-11-22T15:00:00Z"));
        assert_eq!(hourly.next_due(at("2026-11-22T15:00:00.001Z")), at("2026-11-22T16:00:00Z"));
    }

    #[test]
    fn months_years_and_leap_days_end_where_the_calendar_says() {
        assert_eq!(
            upcoming("0 0 0 1 * *", "2026-11-30T14:59:59Z", 3),
            ["2026-12-01 00:00:00", "2027-01-01 00:00:00", "2027-02-01 00:00:00"]
        );
        assert_eq!(
            upcoming("0 30 23 31 * *", "2026-01-31T14:30:00Z", 2),
            ["2026-03-31 23:30:00", "2026-05-31 23:30:00"],
            "months without a 31st are skipped"
        );
        assert_eq!(
            upcoming("0 0 0 29 2 *", "2024-02-28T15:00:00Z", 2),
            ["2028-02-29 00:00:00", "2032-02-29 00:00:00"],
            "the leap day that begins at this very moment is not later than it"
        );
        assert_eq!(
            upcoming("0 0 * * * *", "2026-12-31T14:30:00Z", 2),
            ["2027-01-01 00:00:00", "2027-01-01 01:00:00"]
        );
    }

    #[test]
    fn weekdays_go_by_name() {
        assert_eq!(
            upcoming("0 0 9 * * Mon-Fri", "2026-11-20T00:00:00Z", 2),
            ["2026-11-23 09:00:00", "2026-11-24 09:00:00"],
            "2026-11-20 is a Friday"
        );
        assert!(matches!("0 0 9 * * 1-5".parse::<Schedule>(), Err(ScheduleError::NumericWeekday)));
        assert!(matches!("0 0 9 * * 1-5 2026".parse::<Schedule>(), Err(ScheduleError::NumericWeekday)));
    }

    #[test]
    fn other_texts_are_no_schedules() {
        for text in ["", "hourly", "0 * * * *", "0 0 25 * * *", "0 0 0 32 * *"] {
            assert!(matches!(text.parse::<Schedule>(), Err(ScheduleError::Syntax(_))), "{text:?}");
        }
    }

    #[test]
    fn a_schedule_that_has_ended_is_never_due_again() {
        let once = schedule("0 0 0 1 1 * 2026");
        let due = once.next_due(at("2026-06-01T00:00:00Z"));
        assert_eq!(due, end_of_time());
        assert!(!once.is_due(due, at("2026-06-01T00:00:01Z")));
    }

    /// Runs a job against a clock that shows these times; says at which of them it ran.
    fn runs<'a>(text: &str, first: &str, clock: &[&'a str]) -> Vec<&'a str> {
        let schedule = schedule(text);
        let mut due = schedule.next_due(at(first));
        let mut ran = Vec::new();
        for shown in clock {
            if schedule.is_due(due, at(shown)) {
                ran.push(*shown);
                due = schedule.next_due(at(shown));
            }
        }
        ran
    }

    #[test]
    fn a_clock_that_jumps_forward_makes_one_run_not_many() {
        let clock =
            ["2026-11-22T05:00:00Z", "2026-11-23T09:41:00Z", "2026-11-23T09:41:01Z", "2026-11-23T10:00:00Z"];
        assert_eq!(
            runs("0 0 * * * *", "2026-11-22T04:59:00Z", &clock),
            ["2026-11-22T05:00:00Z", "2026-11-23T09:41:00Z", "2026-11-23T10:00:00Z"]
        );
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_run_a_due_time_twice() {
        let clock =
            ["2026-11-22T15:00:00Z", "2026-11-22T14:59:50Z", "2026-11-22T15:00:00Z", "2026-11-23T15:00:00Z"];
        assert_eq!(
            runs("0 0 0 * * *", "2026-11-22T14:00:00Z", &clock),
            ["2026-11-22T15:00:00Z", "2026-11-23T15:00:00Z"]
        );
    }

    #[test]
    fn a_clock_that_was_far_ahead_does_not_put_the_job_to_sleep() {
        let clock =
            ["2036-01-01T00:00:00Z", "2026-11-22T05:10:00Z", "2026-11-22T05:10:01Z", "2026-11-22T06:00:00Z"];
        assert_eq!(
            runs("0 0 * * * *", "2026-11-22T04:59:00Z", &clock),
            ["2036-01-01T00:00:00Z", "2026-11-22T05:10:00Z", "2026-11-22T06:00:00Z"]
        );
    }

    proptest::proptest! {
        #[test]
        fn the_next_due_time_is_later_and_the_waiting_job_is_not_due_before(
            secs in 0i64..4_000_000_000, millis in 0i64..1000, which in 0usize..4,
        ) {
            let text = ["0 0 * * * *", "0 0 0 * * *", "0 30 3 29 2 *", "0 0 9 31 * Mon-Fri"][which];
            let schedule = schedule(text);
            let now = DateTime::from_timestamp(secs, 0).unwrap() + TimeDelta::milliseconds(millis);
            let due = schedule.next_due(now);
            proptest::prop_assert!(due > now);
            proptest::prop_assert!(!schedule.is_due(due, now));
            proptest::prop_assert!(!schedule.is_due(due, due - TimeDelta::milliseconds(1)));
            proptest::prop_assert!(schedule.is_due(due, due));
        }
    }
}
