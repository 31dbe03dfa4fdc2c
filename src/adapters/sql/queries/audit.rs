//! The record of what administrators did.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use nine_cloud_actors::domain::deed::{Deed, DeedRecord};
use nine_cloud_actors::domain::ids::DeedId;

use super::{Conn, last_id};
use crate::adapters::sql::fault::SqlResult;
use crate::adapters::sql::schema::audit_log;
use crate::adapters::sql::time::Ms;

type Row = (i64, Ms, String, String, String, String, Option<String>);

pub(in crate::adapters::sql) async fn begin(conn: &mut Conn, deed: &Deed) -> SqlResult<DeedId> {
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::at.eq(Ms::from(deed.at)),
            audit_log::done_by.eq(deed.by.to_string()),
            audit_log::action.eq(deed.action.as_wire()),
            audit_log::subject.eq(&deed.subject),
            audit_log::node.eq(&deed.node),
        ))
        .execute(conn)
        .await?;
    Ok(DeedId(last_id(conn).await?))
}

pub(in crate::adapters::sql) async fn settle(conn: &mut Conn, deed: DeedId, outcome: &str) -> SqlResult<()> {
    diesel::update(audit_log::table.find(deed.0)).set(audit_log::outcome.eq(outcome)).execute(conn).await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn latest(
    conn: &mut Conn,
    before: Option<DeedId>,
    limit: u16,
) -> SqlResult<Vec<DeedRecord>> {
    let rows: Vec<Row> = audit_log::table
        .filter(audit_log::id.lt(before.map_or(i64::MAX, |deed| deed.0)))
        .order(audit_log::id.desc())
        .limit(i64::from(limit))
        .select((
            audit_log::id,
            audit_log::at,
            audit_log::done_by,
            audit_log::action,
            audit_log::subject,
            audit_log::node,
            audit_log::outcome,
        ))
        .load(conn)
        .await?;
    let read = |(id, at, by, action, subject, node, outcome): Row| DeedRecord {
        id: DeedId(id),
        at: at.instant(),
        by,
        action,
        subject,
        node,
        outcome,
    };
    Ok(rows.into_iter().map(read).collect())
}
