//! Several rows in one statement, which diesel writes for SQLite row by row and diesel-async not at all.

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel_async::AsyncConnectionCore;

use super::Conn;

/// What this body of queries is compiled for.
pub(super) type Backend = <Conn as AsyncConnectionCore>::Backend;

/// A prepared statement is kept for each number of rows up to this: a quarter of the time of a batch of 16 on SQLite, a
/// round trip on MySQL. Not for any number, as a server of MySQL has 16,382 of them for all connections.
const KEPT_ROWS: usize = 64;

/// `INSERT INTO … VALUES (?, …), (?, …)`
pub(super) struct ManyRows<'a, R> {
    /// Everything before the first row.
    pub(super) head: &'static str,
    /// At least one.
    pub(super) rows: &'a [R],
}

/// Binds the columns of one row, in the order of the head.
pub(super) trait BindRow {
    fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()>;
}

/// Puts commas between columns.
pub(super) struct Columns<'p, 'a, 'b> {
    out: &'p mut AstPass<'a, 'b, Backend>,
    is_first: bool,
}

impl<'b> Columns<'_, '_, 'b> {
    pub(super) fn push<T, U>(&mut self, value: &'b U) -> QueryResult<()>
    where
        Backend: diesel::sql_types::HasSqlType<T>,
        U: diesel::serialize::ToSql<T, Backend> + ?Sized,
    {
        if !std::mem::take(&mut self.is_first) {
            self.out.push_sql(", ");
        }
        self.out.push_bind_param(value)
    }
}

impl<R: BindRow> QueryFragment<Backend> for ManyRows<'_, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        if self.rows.len() > KEPT_ROWS {
            out.unsafe_to_cache_prepared();
        }
        out.push_sql(self.head);
        for (index, row) in self.rows.iter().enumerate() {
            out.push_sql(if index == 0 { " (" } else { "), (" });
            row.bind(&mut Columns { out: &mut out, is_first: true })?;
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<R> QueryId for ManyRows<'_, R> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
