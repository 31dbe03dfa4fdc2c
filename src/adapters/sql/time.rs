//! Instants as both databases keep them: UTC, whole milliseconds.

use std::ops::Range;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::mysql::Mysql;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Timestamp;
use diesel::sqlite::Sqlite;
use nine_cloud_actors::domain::seoul::Instant;

/// An instant of a `DATETIME(3)` column (MySQL) or of sortable text (SQLite).
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct Ms(NaiveDateTime);

/// How SQLite keeps it: the order of texts is that of instants.
const SORTABLE: &str = "%Y-%m-%d %H:%M:%S%.3f";

/// What both column types can hold; text of years with five digits would not sort.
const YEARS: (i32, i32) = (1000, 9999);

impl From<Instant> for Ms {
    fn from(at: Instant) -> Self {
        let bound = |year, month, day, hms: (u32, u32, u32, u32)| {
            NaiveDate::from_ymd_opt(year, month, day)
                .and_then(|d| d.and_hms_milli_opt(hms.0, hms.1, hms.2, hms.3))
        };
        let earliest = bound(YEARS.0, 1, 1, (0, 0, 0, 0)).unwrap_or(NaiveDateTime::MIN);
        let latest = bound(YEARS.1, 12, 31, (23, 59, 59, 999)).unwrap_or(NaiveDateTime::MAX);
        let whole = DateTime::from_timestamp_millis(at.timestamp_millis()).unwrap_or(at).naive_utc();
        Self(whole.clamp(earliest, latest))
    }
}

impl From<Ms> for Instant {
    fn from(stored: Ms) -> Self {
        stored.0.and_utc()
    }
}

impl Ms {
    /// The domain's instant.
    pub fn instant(self) -> DateTime<Utc> {
        self.into()
    }
}

impl FromSql<Timestamp, Mysql> for Ms {
    fn from_sql(value: <Mysql as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Mysql>>::from_sql(value).map(Self)
    }
}

/// The one form that [`ToSql`] writes. diesel reads eighteen, by their format texts, in thirty times as long: 18 µs of
/// a calendar.
impl FromSql<Timestamp, Sqlite> for Ms {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        read_text(value.read_text()).map(Self).ok_or_else(|| "not YYYY-MM-DD HH:MM:SS.mmm".into())
    }
}

fn read_text(text: &str) -> Option<NaiveDateTime> {
    fn number<T: FromStr>(text: &str, digits: Range<usize>) -> Option<T> {
        text.get(digits)?.parse().ok()
    }
    let date = NaiveDate::from_ymd_opt(number(text, 0..4)?, number(text, 5..7)?, number(text, 8..10)?)?;
    date.and_hms_milli_opt(
        number(text, 11..13)?,
        number(text, 14..16)?,
        number(text, 17..19)?,
        number(text, 20..23)?,
    )
}

impl ToSql<Timestamp, Mysql> for Ms {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        <NaiveDateTime as ToSql<Timestamp, Mysql>>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl ToSql<Timestamp, Sqlite> for Ms {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.format(SORTABLE).to_string());
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_into_sqlite_is_read_back() {
        for text in ["1000-01-01 00:00:00.000", "2026-11-22 08:46:09.917", "9999-12-31 23:59:59.999"] {
            let read = read_text(text).unwrap();
            assert_eq!(read.format(SORTABLE).to_string(), text);
        }
        for text in ["", "2026-11-22", "2026-13-22 08:46:09.917", "2026-11-22 08:46:09", "이천이십육년"]
        {
            assert_eq!(read_text(text), None, "{text}");
        }
    }

    #[test]
    fn instants_lose_what_the_column_would_lose_and_stay_sortable() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        assert_eq!(Ms::from(at("2026-11-22T08:46:09.917999Z")).instant(), at("2026-11-22T08:46:09.917Z"));
        assert_eq!(Ms::from(Instant::MAX_UTC).instant(), at("9999-12-31T23:59:59.999Z"));
        assert_eq!(Ms::from(Instant::MIN_UTC).instant(), at("1000-01-01T00:00:00Z"));
    }
}
