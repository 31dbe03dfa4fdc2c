//! Sessions; a session that was ended has no row.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::session::{Session, SessionId, SessionState};

use super::{Conn, PIECE};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::rows::{AccountRow, SessionRow};
use crate::adapters::sql::schema::{accounts, sessions};
use crate::adapters::sql::time::Ms;

/// The no-op update holds the account's row, so that a change of password or a sign-off, which end the sessions there
/// are, comes wholly before or after this.
pub(in crate::adapters::sql) async fn open(
    conn: &mut Conn,
    session: &Session,
    verified: &Secret,
) -> SqlResult<bool> {
    conn.transaction(async |conn| {
        let unchanged = accounts::table
            .find(session.user.0)
            .filter(accounts::purge_at.is_null())
            .filter(accounts::suspended_at.is_null())
            .filter(accounts::password_hash.eq(verified.reveal()));
        let held = diesel::update(unchanged).set(accounts::kind.eq(accounts::kind)).execute(conn).await?;
        if held == 1 {
            insert(conn, session).await?;
        }
        Ok::<_, SqlError>(held == 1)
    })
    .await
}

pub(super) async fn insert(conn: &mut Conn, session: &Session) -> SqlResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id.as_str()),
            sessions::user_id.eq(session.user.0),
            sessions::device.eq(session.device.as_deref()),
            sessions::created_at.eq(Ms::from(session.created_at)),
            sessions::last_used_at.eq(Ms::from(session.last_used_at)),
            sessions::expires_at.eq(Ms::from(session.expires_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// One query for the person and their session, so that a person who is gone is told from a session that was ended.
pub(in crate::adapters::sql) async fn look_up(
    conn: &mut Conn,
    session: &SessionId,
    user: UserId,
    now: Instant,
) -> SqlResult<SessionState> {
    let alive = sessions::user_id
        .eq(accounts::id)
        .and(sessions::id.eq(session.as_str()))
        .and(sessions::expires_at.gt(Ms::from(now)))
        .and(accounts::purge_at.is_null())
        .and(accounts::suspended_at.is_null());
    let row = accounts::table
        .left_join(sessions::table.on(alive))
        .filter(accounts::id.eq(user.0))
        .select((AccountRow::as_select(), sessions::user_id.nullable()))
        .first::<(AccountRow, Option<i64>)>(conn)
        .await
        .optional()?;
    match row {
        None => Ok(SessionState::NoSuchUser),
        Some((_, None)) => Ok(SessionState::Ended),
        Some((account, Some(_))) => Ok(SessionState::Live(account.read()?)),
    }
}

pub(in crate::adapters::sql) async fn find_ended(
    conn: &mut Conn,
    all: &[(SessionId, UserId)],
    now: Instant,
) -> SqlResult<Vec<(SessionId, UserId)>> {
    let mut ended = Vec::new();
    for piece in all.chunks(PIECE) {
        let living: Vec<(String, i64)> = sessions::table
            .inner_join(accounts::table.on(accounts::id.eq(sessions::user_id)))
            .filter(sessions::id.eq_any(piece.iter().map(|(session, _)| session.as_str())))
            .filter(sessions::expires_at.gt(Ms::from(now)))
            .filter(accounts::purge_at.is_null())
            .filter(accounts::suspended_at.is_null())
            .select((sessions::id, sessions::user_id))
            .load(conn)
            .await?;
        let living: HashSet<(String, i64)> = living.into_iter().collect();
        let has_ended =
            |(session, user): &&(SessionId, UserId)| !living.contains(&(session.as_str().to_owned(), user.0));
        ended.extend(piece.iter().filter(has_ended).cloned());
    }
    Ok(ended)
}

pub(in crate::adapters::sql) async fn touch(
    conn: &mut Conn,
    session: &SessionId,
    user: UserId,
    now: Instant,
) -> SqlResult<bool> {
    let alive = sessions::table
        .find(session.as_str())
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::expires_at.gt(Ms::from(now)));
    let touched = diesel::update(alive).set(sessions::last_used_at.eq(Ms::from(now))).execute(conn).await?;
    Ok(touched == 1)
}

pub(in crate::adapters::sql) async fn list(
    conn: &mut Conn,
    user: UserId,
    now: Instant,
) -> SqlResult<Vec<Session>> {
    let rows = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::expires_at.gt(Ms::from(now)))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(SessionRow::read).collect()
}

pub(in crate::adapters::sql) async fn end(
    conn: &mut Conn,
    user: UserId,
    session: &SessionId,
) -> SqlResult<bool> {
    let own = sessions::table.find(session.as_str()).filter(sessions::user_id.eq(user.0));
    Ok(diesel::delete(own).execute(conn).await? == 1)
}

pub(in crate::adapters::sql) async fn end_all(conn: &mut Conn, user: UserId) -> SqlResult<u64> {
    let own = sessions::table.filter(sessions::user_id.eq(user.0));
    Ok(diesel::delete(own).execute(conn).await? as u64)
}

pub(in crate::adapters::sql) async fn remove_expired(conn: &mut Conn, now: Instant) -> SqlResult<u64> {
    let expired = sessions::table.filter(sessions::expires_at.le(Ms::from(now)));
    Ok(diesel::delete(expired).execute(conn).await? as u64)
}
