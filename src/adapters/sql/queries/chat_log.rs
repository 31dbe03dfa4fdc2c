//! Reading the log of a room, and forgetting its beginning.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{Entry, Found};

use super::Conn;
use crate::adapters::sql::chat_rows::{EntryRow, FoundRow};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::chat_entries;
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn tail(conn: &mut Conn, room: LogKey) -> SqlResult<u64> {
    let last: Option<i64> = chat_entries::table
        .filter(chat_entries::room.eq(room.to_string()))
        .order(chat_entries::seq.desc())
        .select(chat_entries::seq)
        .first(conn)
        .await
        .optional()?;
    Ok(last.map_or(0, i64::unsigned_abs))
}

pub(in crate::adapters::sql) async fn read_after(
    conn: &mut Conn,
    room: LogKey,
    seq: u64,
    limit: u16,
) -> SqlResult<Vec<Entry>> {
    let rows: Vec<EntryRow> = chat_entries::table
        .filter(chat_entries::room.eq(room.to_string()))
        .filter(chat_entries::seq.gt(i64::try_from(seq).unwrap_or(i64::MAX)))
        .order(chat_entries::seq)
        .limit(i64::from(limit))
        .select(EntryRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(EntryRow::read).collect()
}

/// Only messages have a text.
pub(in crate::adapters::sql) async fn history(
    conn: &mut Conn,
    room: LogKey,
    before: u64,
    limit: u16,
) -> SqlResult<Vec<Entry>> {
    let rows: Vec<EntryRow> = chat_entries::table
        .filter(chat_entries::room.eq(room.to_string()))
        .filter(chat_entries::seq.lt(i64::try_from(before).unwrap_or(i64::MAX)))
        .filter(chat_entries::content.is_not_null())
        .order(chat_entries::seq.desc())
        .limit(i64::from(limit))
        .select(EntryRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(EntryRow::read).collect()
}

pub(in crate::adapters::sql) async fn find(conn: &mut Conn, message: Oid) -> SqlResult<Option<Found>> {
    let row: Option<FoundRow> = chat_entries::table
        .filter(chat_entries::id.eq(message.as_bytes().as_slice()))
        .select(FoundRow::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(FoundRow::read).transpose()
}

/// The next room with a log, in the order of their keys. A look per room is little; `DISTINCT` reads all lines.
pub(in crate::adapters::sql) async fn next_room(
    conn: &mut Conn,
    after: Option<LogKey>,
) -> SqlResult<Option<LogKey>> {
    let after = after.map(|room| room.to_string()).unwrap_or_default();
    let next: Option<String> = chat_entries::table
        .filter(chat_entries::room.gt(after))
        .order(chat_entries::room)
        .select(chat_entries::room)
        .first(conn)
        .await
        .optional()?;
    next.map(|room| room.parse().map_err(|_| SqlError::Corrupt("room of the chat"))).transpose()
}

/// The oldest lines of a room: where, and when.
pub(in crate::adapters::sql) async fn oldest(
    conn: &mut Conn,
    room: LogKey,
    limit: i64,
) -> SqlResult<Vec<(i64, Instant)>> {
    let rows: Vec<(i64, Ms)> = chat_entries::table
        .filter(chat_entries::room.eq(room.to_string()))
        .order(chat_entries::seq)
        .limit(limit)
        .select((chat_entries::seq, chat_entries::created_at))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(seq, at)| (seq, at.instant())).collect())
}

pub(in crate::adapters::sql) async fn remove_before(
    conn: &mut Conn,
    room: LogKey,
    seq: i64,
) -> SqlResult<u64> {
    let old =
        chat_entries::table.filter(chat_entries::room.eq(room.to_string())).filter(chat_entries::seq.lt(seq));
    Ok(diesel::delete(old).execute(conn).await? as u64)
}

/// The first and the last `seq` of a room.
pub(in crate::adapters::sql) async fn span(conn: &mut Conn, room: LogKey) -> SqlResult<Option<(i64, i64)>> {
    let room = room.to_string();
    let seqs = || chat_entries::table.filter(chat_entries::room.eq(&room)).select(chat_entries::seq);
    let first = seqs().order(chat_entries::seq).first(conn).await.optional()?;
    let last = seqs().order(chat_entries::seq.desc()).first(conn).await.optional()?;
    Ok(first.zip(last))
}

/// Takes `people` off the lines of a room from `first` to `last`.
pub(in crate::adapters::sql) async fn part_from(
    conn: &mut Conn,
    room: LogKey,
    first: i64,
    last: i64,
    people: &[i64],
) -> SqlResult<()> {
    let theirs = chat_entries::table
        .filter(chat_entries::room.eq(room.to_string()))
        .filter(chat_entries::seq.between(first, last))
        .filter(chat_entries::person.eq_any(people));
    diesel::update(theirs).set(chat_entries::person.eq(None::<i64>)).execute(conn).await?;
    Ok(())
}
