//! Who may not be in the chat, by the key of [`ban_key`](crate::adapters::sql::chat_rows::ban_key).

use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::seoul::Instant;

use super::Conn;
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::chat_bans;
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn ban(
    conn: &mut Conn,
    subject: &str,
    until: Instant,
    reason: &str,
    now: Instant,
) -> SqlResult<()> {
    conn.transaction(async |conn| {
        let shorter = chat_bans::table.find(subject).filter(chat_bans::until.lt(Ms::from(until)));
        let values = (
            chat_bans::until.eq(Ms::from(until)),
            chat_bans::reason.eq(reason),
            chat_bans::created_at.eq(Ms::from(now)),
        );
        diesel::insert_or_ignore_into(chat_bans::table)
            .values((chat_bans::subject.eq(subject), values))
            .execute(conn)
            .await?;
        diesel::update(shorter).set(values).execute(conn).await?;
        Ok::<_, SqlError>(())
    })
    .await
}

pub(in crate::adapters::sql) async fn lift(conn: &mut Conn, subject: &str) -> SqlResult<bool> {
    Ok(diesel::delete(chat_bans::table.find(subject)).execute(conn).await? == 1)
}

pub(in crate::adapters::sql) async fn banned_until(
    conn: &mut Conn,
    subjects: &[String],
    now: Instant,
) -> SqlResult<Option<Instant>> {
    let until: Option<Ms> = chat_bans::table
        .filter(chat_bans::subject.eq_any(subjects))
        .filter(chat_bans::until.gt(Ms::from(now)))
        .select(max(chat_bans::until))
        .first(conn)
        .await?;
    Ok(until.map(Ms::instant))
}

pub(in crate::adapters::sql) async fn remove_ended(conn: &mut Conn, now: Instant) -> SqlResult<u64> {
    let ended = chat_bans::table.filter(chat_bans::until.le(Ms::from(now)));
    Ok(diesel::delete(ended).execute(conn).await? as u64)
}
