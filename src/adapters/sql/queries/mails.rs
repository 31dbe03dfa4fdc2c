//! The outgoing queue.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::{DeadMail, Mail, QueuedMail};
use nine_cloud_actors::domain::seoul::Instant;

use super::{Conn, last_id};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::rows::MailRow;
use crate::adapters::sql::schema::outgoing_mails;
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn enqueue(
    conn: &mut Conn,
    mail: &Mail,
    now: Instant,
) -> SqlResult<MailId> {
    diesel::insert_into(outgoing_mails::table)
        .values((
            outgoing_mails::recipient.eq(mail.to.as_typed()),
            outgoing_mails::subject.eq(&mail.subject),
            outgoing_mails::html.eq(&mail.html),
            outgoing_mails::plain.eq(&mail.text),
            outgoing_mails::attempts.eq(0),
            outgoing_mails::due_at.eq(Ms::from(now)),
            outgoing_mails::is_dead.eq(false),
            outgoing_mails::created_at.eq(Ms::from(now)),
        ))
        .execute(conn)
        .await?;
    Ok(MailId(last_id(conn).await?))
}

/// The ids of due mails, oldest due first.
pub(in crate::adapters::sql) async fn due(conn: &mut Conn, now: Instant, limit: u32) -> SqlResult<Vec<i64>> {
    let due = outgoing_mails::table
        .filter(outgoing_mails::is_dead.eq(false))
        .filter(outgoing_mails::due_at.le(Ms::from(now)))
        .order((outgoing_mails::due_at, outgoing_mails::id))
        .limit(i64::from(limit))
        .select(outgoing_mails::id);
    Ok(due.load(conn).await?)
}

/// Leases those of `mails` that nobody else has leased meanwhile; all in one transaction, so that a lost fight for a
/// lock leaves no lease behind that nobody knows of.
pub(in crate::adapters::sql) async fn lease(
    conn: &mut Conn,
    mails: &[i64],
    now: Instant,
    until: Instant,
) -> SqlResult<Vec<QueuedMail>> {
    conn.transaction(async |conn| {
        let mut leased = Vec::with_capacity(mails.len());
        for &id in mails {
            let still_due = outgoing_mails::table
                .find(id)
                .filter(outgoing_mails::is_dead.eq(false))
                .filter(outgoing_mails::due_at.le(Ms::from(now)));
            let won = diesel::update(still_due)
                .set(outgoing_mails::due_at.eq(Ms::from(until)))
                .execute(conn)
                .await?;
            if won == 1 {
                let row: MailRow =
                    outgoing_mails::table.find(id).select(MailRow::as_select()).first(conn).await?;
                leased.push(row.read()?);
            }
        }
        Ok::<_, SqlError>(leased)
    })
    .await
}

pub(in crate::adapters::sql) async fn remove(conn: &mut Conn, mail: MailId) -> SqlResult<()> {
    diesel::delete(outgoing_mails::table.find(mail.0)).execute(conn).await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn postpone(
    conn: &mut Conn,
    mail: MailId,
    until: Instant,
    reason: &str,
) -> SqlResult<()> {
    diesel::update(outgoing_mails::table.find(mail.0))
        .set((
            outgoing_mails::attempts.eq(outgoing_mails::attempts + 1),
            outgoing_mails::due_at.eq(Ms::from(until)),
            outgoing_mails::last_error.eq(reason),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn put_back(
    conn: &mut Conn,
    mail: MailId,
    until: Instant,
    reason: &str,
) -> SqlResult<()> {
    diesel::update(outgoing_mails::table.find(mail.0))
        .set((outgoing_mails::due_at.eq(Ms::from(until)), outgoing_mails::last_error.eq(reason)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn bury(conn: &mut Conn, mail: MailId, reason: &str) -> SqlResult<()> {
    diesel::update(outgoing_mails::table.find(mail.0))
        .set((
            outgoing_mails::attempts.eq(outgoing_mails::attempts + 1),
            outgoing_mails::is_dead.eq(true),
            outgoing_mails::last_error.eq(reason),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn dead(conn: &mut Conn, limit: u16) -> SqlResult<Vec<DeadMail>> {
    let rows: Vec<(i64, Ms, i32, Option<String>)> = outgoing_mails::table
        .filter(outgoing_mails::is_dead.eq(true))
        .order(outgoing_mails::id.desc())
        .limit(i64::from(limit))
        .select((
            outgoing_mails::id,
            outgoing_mails::created_at,
            outgoing_mails::attempts,
            outgoing_mails::last_error,
        ))
        .load(conn)
        .await?;
    let read = |(id, created_at, attempts, reason): (i64, Ms, i32, Option<String>)| DeadMail {
        id: MailId(id),
        created_at: created_at.instant(),
        attempts,
        reason,
    };
    Ok(rows.into_iter().map(read).collect())
}

pub(in crate::adapters::sql) async fn revive(conn: &mut Conn, mail: MailId, now: Instant) -> SqlResult<bool> {
    let dead = outgoing_mails::table.find(mail.0).filter(outgoing_mails::is_dead.eq(true));
    let revived = diesel::update(dead)
        .set((
            outgoing_mails::is_dead.eq(false),
            outgoing_mails::attempts.eq(0),
            outgoing_mails::due_at.eq(Ms::from(now)),
        ))
        .execute(conn)
        .await?;
    Ok(revived == 1)
}

pub(in crate::adapters::sql) async fn depth(conn: &mut Conn) -> SqlResult<(u64, u64)> {
    let counts: Vec<(bool, i64)> = outgoing_mails::table
        .group_by(outgoing_mails::is_dead)
        .select((outgoing_mails::is_dead, diesel::dsl::count_star()))
        .load(conn)
        .await?;
    let of =
        |dead: bool| counts.iter().find(|(is_dead, _)| *is_dead == dead).map_or(0, |(_, n)| n.unsigned_abs());
    Ok((of(false), of(true)))
}
