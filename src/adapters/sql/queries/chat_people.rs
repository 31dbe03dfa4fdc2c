//! Names, hidden people and reports.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Timestamp};
use diesel_async::RunQueryDsl;
use nine_cloud_actors::domain::chat::{Alias, Oid};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{Report, ReportMark, Reported, Stage};

use super::Conn;
use crate::adapters::sql::chat_rows::{ReportRow, oid};
use crate::adapters::sql::fault::{SqlResult, is_orphan};
use crate::adapters::sql::schema::{chat_aliases, chat_entries, chat_hidden, chat_reports};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn alias_of(
    conn: &mut Conn,
    stage: Stage,
    person: Oid,
) -> SqlResult<Option<Alias>> {
    let alias: Option<String> = chat_aliases::table
        .find((stage.day, stage.room.to_string(), person.as_bytes().as_slice()))
        .select(chat_aliases::alias)
        .first(conn)
        .await
        .optional()?;
    Ok(alias.as_deref().map(Alias::new))
}

/// Both keys of the table decide: what is ignored was either given to this person by another node just now, which is
/// then read, or belongs to somebody else.
pub(in crate::adapters::sql) async fn settle_alias(
    conn: &mut Conn,
    stage: Stage,
    person: Oid,
    candidates: &[String],
) -> SqlResult<Option<Alias>> {
    for candidate in candidates {
        let given = diesel::insert_or_ignore_into(chat_aliases::table)
            .values((
                chat_aliases::day.eq(stage.day),
                chat_aliases::room.eq(stage.room.to_string()),
                chat_aliases::person.eq(person.as_bytes().as_slice()),
                chat_aliases::alias.eq(candidate),
            ))
            .execute(conn)
            .await?;
        if given == 1 {
            return Ok(Some(Alias::new(candidate)));
        }
        if let Some(alias) = alias_of(conn, stage, person).await? {
            return Ok(Some(alias));
        }
    }
    Ok(None)
}

pub(in crate::adapters::sql) async fn hide(
    conn: &mut Conn,
    stage: Stage,
    viewer: Oid,
    alias: &str,
) -> SqlResult<Option<Oid>> {
    let bearer: Option<Vec<u8>> = chat_aliases::table
        .filter(chat_aliases::day.eq(stage.day))
        .filter(chat_aliases::room.eq(stage.room.to_string()))
        .filter(chat_aliases::alias.eq(alias))
        .select(chat_aliases::person)
        .first(conn)
        .await
        .optional()?;
    let Some(bearer) = bearer else { return Ok(None) };
    diesel::insert_or_ignore_into(chat_hidden::table)
        .values((
            chat_hidden::day.eq(stage.day),
            chat_hidden::room.eq(stage.room.to_string()),
            chat_hidden::viewer.eq(viewer.as_bytes().as_slice()),
            chat_hidden::hidden.eq(&bearer),
        ))
        .execute(conn)
        .await?;
    oid(Some(bearer)).map(Some)
}

pub(in crate::adapters::sql) async fn hidden_by(
    conn: &mut Conn,
    stage: Stage,
    viewer: Oid,
) -> SqlResult<Vec<Oid>> {
    let hidden: Vec<Vec<u8>> = chat_hidden::table
        .filter(chat_hidden::day.eq(stage.day))
        .filter(chat_hidden::room.eq(stage.room.to_string()))
        .filter(chat_hidden::viewer.eq(viewer.as_bytes().as_slice()))
        .select(chat_hidden::hidden)
        .load(conn)
        .await?;
    hidden.into_iter().map(|hidden| oid(Some(hidden))).collect()
}

/// Copies the message as it reads now; nothing when it is not there (any more).
pub(in crate::adapters::sql) async fn report(conn: &mut Conn, report: &Report) -> SqlResult<()> {
    let snapshot =
        chat_entries::table.filter(chat_entries::id.eq(report.message.as_bytes().as_slice())).select((
            chat_entries::id.assume_not_null(),
            report.reporter.as_bytes().as_slice().into_sql::<Binary>(),
            report.reporter_person.map(|person| person.0).into_sql::<Nullable<BigInt>>(),
            chat_entries::room,
            chat_entries::author,
            chat_entries::person,
            chat_entries::name,
            chat_entries::content,
            report.reason.as_str().into_sql::<Text>(),
            Ms::from(report.at).into_sql::<Timestamp>(),
        ));
    let kept = diesel::insert_or_ignore_into(chat_reports::table)
        .values(snapshot)
        .into_columns((
            chat_reports::message,
            chat_reports::reporter,
            chat_reports::reporter_person,
            chat_reports::room,
            chat_reports::author,
            chat_reports::person,
            chat_reports::name,
            chat_reports::content,
            chat_reports::reason,
            chat_reports::created_at,
        ))
        .execute(conn)
        .await;
    match kept {
        // Their account went away meanwhile. MySQL ignores that by itself.
        Err(error) if !is_orphan(&error) => Err(error.into()),
        _ => Ok(()),
    }
}

/// The index of `created_at` gives the order; among those of one instant, the key does.
pub(in crate::adapters::sql) async fn reports(
    conn: &mut Conn,
    before: Option<ReportMark>,
    limit: u16,
) -> SqlResult<Vec<Reported>> {
    // Without a mark, the end of all time: no report is that late.
    let (at, message, reporter) = before.map_or((Ms::from(Instant::MAX_UTC), [0; 12], [0; 12]), |before| {
        (Ms::from(before.at), *before.message.as_bytes(), *before.reporter.as_bytes())
    });
    let (message, reporter) = (message.as_slice(), reporter.as_slice());
    let of_one_message = chat_reports::message.eq(message).and(chat_reports::reporter.lt(reporter));
    let of_one_instant = chat_reports::message.lt(message).or(of_one_message);
    let rows: Vec<ReportRow> = chat_reports::table
        .filter(chat_reports::created_at.le(at))
        .filter(chat_reports::created_at.lt(at).or(of_one_instant))
        .order((chat_reports::created_at.desc(), chat_reports::message.desc(), chat_reports::reporter.desc()))
        .limit(i64::from(limit))
        .select(ReportRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(ReportRow::read).collect()
}

/// Names and hidden people of days before `day`.
pub(in crate::adapters::sql) async fn forget_names(conn: &mut Conn, day: NaiveDate) -> SqlResult<u64> {
    let aliases = diesel::delete(chat_aliases::table.filter(chat_aliases::day.lt(day))).execute(conn).await?;
    let hidden = diesel::delete(chat_hidden::table.filter(chat_hidden::day.lt(day))).execute(conn).await?;
    Ok((aliases + hidden) as u64)
}

pub(in crate::adapters::sql) async fn forget_reports(conn: &mut Conn, before: Instant) -> SqlResult<u64> {
    let old = chat_reports::table.filter(chat_reports::created_at.lt(Ms::from(before)));
    Ok(diesel::delete(old).execute(conn).await? as u64)
}
