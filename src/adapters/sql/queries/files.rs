//! What is still to be done in the file store.

use bytes::Bytes;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Timestamp};
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::file::{FileKey, NewFile};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{FileTask, FileTaskKind};

use super::{Conn, PIECE};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::{diary_entries, pending_files};
use crate::adapters::sql::time::Ms;

/// Commits the bytes with the row that names the file; call it within that row's transaction.
pub(super) async fn queue_put(conn: &mut Conn, file: &NewFile, now: Instant) -> SqlResult<()> {
    diesel::insert_into(pending_files::table)
        .values((
            pending_files::file_key.eq(file.key.as_str()),
            pending_files::attempts.eq(0),
            pending_files::due_at.eq(Ms::from(now)),
            pending_files::bytes.eq(Some(file.bytes.as_ref())),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Queues the removal of `image` when it is a file of ours. Call it within the transaction that removes the name.
///
/// A file that is still on its way becomes a removal but keeps its lease, so that it is not removed before the node
/// that is putting it there is done.
pub(super) async fn queue_removal(conn: &mut Conn, image: Option<String>, now: Instant) -> SqlResult<u64> {
    let Some(key) = image.filter(|image| FileKey::parse(image).is_some()) else { return Ok(0) };
    turn_into_removals(conn, std::slice::from_ref(&key)).await?;
    diesel::insert_or_ignore_into(pending_files::table)
        .values((
            pending_files::file_key.eq(key),
            pending_files::attempts.eq(0),
            pending_files::due_at.eq(Ms::from(now)),
        ))
        .execute(conn)
        .await?;
    Ok(1)
}

/// As [`queue_removal`], for all drawings of some people at once.
pub(super) async fn queue_drawings(conn: &mut Conn, authors: &[i64], now: Instant) -> SqlResult<u64> {
    // Keys hold no colon, addresses do.
    let drawings = || {
        diary_entries::table
            .filter(diary_entries::author_id.eq_any(authors))
            .filter(diary_entries::image.not_like("%:%"))
    };
    let key = || diary_entries::image.assume_not_null();
    let keys: Vec<String> = drawings().select(key()).load(conn).await?;
    for piece in keys.chunks(PIECE) {
        turn_into_removals(conn, piece).await?;
    }
    let rows = drawings().select((key(), 0.into_sql::<Integer>(), Ms::from(now).into_sql::<Timestamp>()));
    diesel::insert_or_ignore_into(pending_files::table)
        .values(rows)
        .into_columns((pending_files::file_key, pending_files::attempts, pending_files::due_at))
        .execute(conn)
        .await?;
    Ok(keys.len() as u64)
}

async fn turn_into_removals(conn: &mut Conn, keys: &[String]) -> SqlResult<()> {
    diesel::update(pending_files::table.filter(pending_files::file_key.eq_any(keys)))
        .set((pending_files::bytes.eq(None::<Vec<u8>>), pending_files::attempts.eq(0)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The keys of due tasks, most overdue first.
pub(in crate::adapters::sql) async fn due(
    conn: &mut Conn,
    now: Instant,
    limit: u32,
) -> SqlResult<Vec<String>> {
    let due = pending_files::table
        .filter(pending_files::due_at.le(Ms::from(now)))
        .order(pending_files::due_at)
        .limit(i64::from(limit))
        .select(pending_files::file_key);
    Ok(due.load(conn).await?)
}

/// Leases those of `keys` that nobody else has leased meanwhile; all in one transaction, so that a lost fight for a lock
/// leaves no lease behind that nobody knows of.
pub(in crate::adapters::sql) async fn lease(
    conn: &mut Conn,
    keys: &[String],
    now: Instant,
    until: Instant,
) -> SqlResult<Vec<FileTask>> {
    conn.transaction(async |conn| {
        let mut tasks = Vec::with_capacity(keys.len());
        for key in keys {
            let still_due = pending_files::table.find(key).filter(pending_files::due_at.le(Ms::from(now)));
            let leased = diesel::update(still_due)
                .set(pending_files::due_at.eq(Ms::from(until)))
                .execute(conn)
                .await?;
            if leased == 1 {
                tasks.push(find_task(conn, key).await?);
            }
        }
        Ok::<_, SqlError>(tasks)
    })
    .await
}

async fn find_task(conn: &mut Conn, key: &str) -> Result<FileTask, SqlError> {
    let (bytes, attempts) = pending_files::table
        .find(key)
        .select((pending_files::bytes, pending_files::attempts))
        .first::<(Option<Vec<u8>>, i32)>(conn)
        .await?;
    let key = FileKey::parse(key).ok_or(SqlError::Corrupt("file key"))?;
    let kind = bytes.map_or(FileTaskKind::Delete, |bytes| FileTaskKind::Put(bytes.into()));
    Ok(FileTask { key, kind, attempts })
}

pub(in crate::adapters::sql) async fn find_pending(
    conn: &mut Conn,
    key: &FileKey,
) -> SqlResult<Option<Bytes>> {
    let bytes = pending_files::table
        .find(key.as_str())
        .select(pending_files::bytes)
        .first::<Option<Vec<u8>>>(conn)
        .await
        .optional()?;
    Ok(bytes.flatten().map(Bytes::from))
}

pub(in crate::adapters::sql) async fn finish_delete(conn: &mut Conn, key: &FileKey) -> SqlResult<bool> {
    diesel::delete(pending_files::table.find(key.as_str()).filter(pending_files::bytes.is_null()))
        .execute(conn)
        .await?;
    Ok(true)
}

pub(in crate::adapters::sql) async fn finish_put(conn: &mut Conn, key: &FileKey) -> SqlResult<bool> {
    let put = pending_files::table.find(key.as_str()).filter(pending_files::bytes.is_not_null());
    if diesel::delete(put).execute(conn).await? == 1 {
        return Ok(true);
    }
    // The lease has done its service: nobody is putting the file there any more, so it can be removed.
    let removal = pending_files::table.find(key.as_str()).filter(pending_files::bytes.is_null());
    let ended_lease = Ms::from(Instant::UNIX_EPOCH);
    let became_removal =
        diesel::update(removal).set(pending_files::due_at.eq(ended_lease)).execute(conn).await? == 1;
    Ok(!became_removal)
}

pub(in crate::adapters::sql) async fn postpone(
    conn: &mut Conn,
    key: &FileKey,
    until: Instant,
) -> SqlResult<()> {
    diesel::update(pending_files::table.find(key.as_str()))
        .set((
            pending_files::attempts.eq(pending_files::attempts + 1),
            pending_files::due_at.eq(Ms::from(until)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
