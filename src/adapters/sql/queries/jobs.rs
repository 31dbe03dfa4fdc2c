//! The rows by which nodes agree on who runs a scheduled job.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::JobRecord;

use super::Conn;
use crate::adapters::sql::fault::SqlResult;
use crate::adapters::sql::rows::JobRow;
use crate::adapters::sql::schema::jobs;
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn register(
    conn: &mut Conn,
    name: &str,
    first_due: Instant,
) -> SqlResult<JobRecord> {
    diesel::insert_or_ignore_into(jobs::table)
        .values((jobs::name.eq(name), jobs::due_at.eq(Ms::from(first_due))))
        .execute(conn)
        .await?;
    Ok(jobs::table.find(name).select(JobRow::as_select()).first(conn).await?.read())
}

pub(in crate::adapters::sql) async fn claim(
    conn: &mut Conn,
    name: &str,
    due: Instant,
    next: Instant,
    node: &str,
    now: Instant,
) -> SqlResult<bool> {
    let unclaimed = jobs::table.find(name).filter(jobs::due_at.eq(Ms::from(due)));
    let claimed = diesel::update(unclaimed)
        .set((
            jobs::due_at.eq(Ms::from(next)),
            jobs::last_started_at.eq(Ms::from(now)),
            jobs::last_node.eq(node),
        ))
        .execute(conn)
        .await?;
    Ok(claimed == 1)
}

pub(in crate::adapters::sql) async fn finish(
    conn: &mut Conn,
    name: &str,
    millis: i64,
    error: Option<&str>,
) -> SqlResult<()> {
    diesel::update(jobs::table.find(name))
        .set((jobs::last_millis.eq(millis), jobs::last_error.eq(error)))
        .execute(conn)
        .await?;
    Ok(())
}
