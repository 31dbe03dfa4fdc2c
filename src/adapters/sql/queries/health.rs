//! Does the database answer, with our tables in it?

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::adapters::sql::fault::SqlResult;
use crate::adapters::sql::schema::jobs;

pub(in crate::adapters::sql) async fn check(conn: &mut Conn) -> SqlResult<()> {
    jobs::table.select(jobs::name).first::<String>(conn).await.optional()?;
    Ok(())
}
