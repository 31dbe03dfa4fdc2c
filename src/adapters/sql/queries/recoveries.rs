//! What sockets come back to, by the digest of their pid.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Text, Timestamp};
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::seoul::Instant;

use super::many_rows::{BindRow, Columns, ManyRows};
use super::{Conn, PIECE};
use crate::adapters::sql::chat_rows::RecoveryRow;
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::chat_recoveries;
use crate::adapters::sql::time::Ms;

const REPLACE: &str = "REPLACE INTO chat_recoveries (pid_digest, record, expires_at) VALUES";

impl BindRow for RecoveryRow {
    fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()> {
        columns.push::<Binary, _>(self.pid_digest.as_slice())?;
        columns.push::<Text, _>(&self.record)?;
        columns.push::<Timestamp, _>(&self.expires_at)
    }
}

pub(in crate::adapters::sql) async fn put(conn: &mut Conn, rows: &[RecoveryRow]) -> SqlResult<()> {
    conn.transaction(async |conn| {
        for piece in rows.chunks(PIECE) {
            ManyRows { head: REPLACE, rows: piece }.execute(conn).await?;
        }
        Ok::<_, SqlError>(())
    })
    .await
}

pub(in crate::adapters::sql) async fn find(
    conn: &mut Conn,
    pid_digest: &[u8],
    now: Instant,
) -> SqlResult<Option<(String, Ms)>> {
    let found = chat_recoveries::table
        .find(pid_digest)
        .filter(chat_recoveries::expires_at.gt(Ms::from(now)))
        .select((chat_recoveries::record, chat_recoveries::expires_at))
        .first(conn)
        .await
        .optional()?;
    Ok(found)
}

pub(in crate::adapters::sql) async fn remove(conn: &mut Conn, pid_digest: &[u8]) -> SqlResult<()> {
    diesel::delete(chat_recoveries::table.find(pid_digest)).execute(conn).await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn remove_expired(conn: &mut Conn, now: Instant) -> SqlResult<u64> {
    let expired = chat_recoveries::table.filter(chat_recoveries::expires_at.le(Ms::from(now)));
    Ok(diesel::delete(expired).execute(conn).await? as u64)
}
