//! Signing off, and taking it back within the grace period.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;

use super::Conn;
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::{accounts, diary_entries, sessions};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn begin_sign_off(
    conn: &mut Conn,
    user: UserId,
    purge_at: Instant,
    now: Instant,
) -> SqlResult<()> {
    conn.transaction(async |conn| {
        let unmarked = accounts::table.find(user.0).filter(accounts::purge_at.is_null());
        diesel::update(unmarked)
            .set((accounts::purge_at.eq(Ms::from(purge_at)), accounts::updated_at.eq(Ms::from(now))))
            .execute(conn)
            .await?;
        set_leaving(conn, user.0, true).await?;
        diesel::delete(sessions::table.filter(sessions::user_id.eq(user.0))).execute(conn).await?;
        Ok::<_, SqlError>(())
    })
    .await
}

pub(in crate::adapters::sql) async fn grant_recall(
    conn: &mut Conn,
    user: UserId,
    until: Instant,
) -> SqlResult<()> {
    let pending = accounts::table.find(user.0).filter(accounts::purge_at.is_not_null());
    diesel::update(pending).set(accounts::recall_until.eq(Ms::from(until))).execute(conn).await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn pending_sign_off(
    conn: &mut Conn,
    email_key: &str,
    now: Instant,
) -> SqlResult<Option<Instant>> {
    let purge_at = accounts::table
        .filter(accounts::email_key.eq(email_key))
        .filter(accounts::recall_until.gt(Ms::from(now)))
        .select(accounts::purge_at)
        .first::<Option<Ms>>(conn)
        .await
        .optional()?;
    Ok(purge_at.flatten().map(Ms::instant))
}

pub(in crate::adapters::sql) async fn recall(
    conn: &mut Conn,
    email_key: &str,
    now: Instant,
) -> SqlResult<bool> {
    conn.transaction(async |conn| {
        let granted = accounts::table
            .filter(accounts::email_key.eq(email_key))
            .filter(accounts::purge_at.is_not_null())
            .filter(accounts::recall_until.gt(Ms::from(now)));
        let held = diesel::update(granted).set(accounts::kind.eq(accounts::kind)).execute(conn).await?;
        if held == 0 {
            return Ok(false);
        }
        let user = accounts::table
            .filter(accounts::email_key.eq(email_key))
            .select(accounts::id)
            .first::<i64>(conn)
            .await?;
        take_back(conn, UserId(user), now).await?;
        Ok::<_, SqlError>(true)
    })
    .await
}

/// Takes the removal of this person back, if they asked for it; the caller holds their row.
pub(super) async fn take_back(conn: &mut Conn, user: UserId, now: Instant) -> SqlResult<()> {
    let none = None::<Ms>;
    let taken_back = diesel::update(accounts::table.find(user.0).filter(accounts::purge_at.is_not_null()))
        .set((
            accounts::purge_at.eq(none),
            accounts::recall_until.eq(none),
            accounts::updated_at.eq(Ms::from(now)),
        ))
        .execute(conn)
        .await?;
    if taken_back == 1 {
        set_leaving(conn, user.0, false).await?;
    }
    Ok(())
}

async fn set_leaving(conn: &mut Conn, user: i64, leaving: bool) -> SqlResult<()> {
    diesel::update(diary_entries::table.filter(diary_entries::author_id.eq(user)))
        .set(diary_entries::author_leaving.eq(leaving))
        .execute(conn)
        .await?;
    Ok(())
}
