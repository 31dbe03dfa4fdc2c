//! Instants as both databases keep them: UTC, whole milliseconds.

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

impl<DB: Backend> FromSql<Timestamp, DB> for Ms
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(value).map(Self)
    }
}

impl ToSql<Timestamp, Mysql> for Ms {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Mysql>) -> serialize::Result {
        <NaiveDateTime as ToSql<Timestamp, Mysql>>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl ToSql<Timestamp, Sqlite> for Ms {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.format("%Y-%m-%d %H:%M:%S%.3f").to_string());
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_lose_what_the_column_would_lose_and_stay_sortable() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        assert_eq!(Ms::from(at("2026-11-22T08:46:09.917999Z")).instant(), at("2026-11-22T08:46:09.917Z"));
        assert_eq!(Ms::from(Instant::MAX_UTC).instant(), at("9999-12-31T23:59:59.999Z"));
        assert_eq!(Ms::from(Instant::MIN_UTC).instant(), at("1000-01-01T00:00:00Z"));
    }
}
