//! The old database, read and nothing else: one connection, one read-only transaction, one snapshot.

use std::collections::HashMap;

use diesel::sql_types::Text;
use diesel::{ConnectionError, QueryableByName};
use diesel_async::{AsyncMysqlConnection, RunQueryDsl, SimpleAsyncConnection};
use nine_cloud_actors::domain::secret::Secret;

use super::old::{OldComment, OldDiary, OldLike, OldPerson, OldReply, OldRow};
use super::report::Table;
use crate::adapters::sql::{AddressError, MysqlAddress};

/// Rows that are read at once, and written in one transaction.
const PAGE: usize = 1_000;

/// Whatever is asked of the server from here on, it refuses to write, and shows one moment.
const SNAPSHOT: &str = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;\
    SET SESSION TRANSACTION READ ONLY;\
    SET SESSION wait_timeout = 28800;\
    START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// Why the old database cannot be read. Never shows its address, which holds a password.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Not `mysql://…`, or with parameters that nobody knows.
    #[error(
        "--from takes the address of the previous service's database: mysql://USER:PASSWORD@HOST/DATABASE"
    )]
    Address(#[source] AddressError),
    /// The server is away or refuses us.
    #[error("cannot connect to the old database")]
    Connect(#[source] ConnectionError),
    /// Another database than expected.
    #[error("the old database has no table `{0}`: is it that of the previous service?")]
    NoTable(&'static str),
    /// Another table than expected.
    #[error("the table `{table}` of the old database has no column `{column}`")]
    NoColumn {
        /// Its table.
        table: &'static str,
        /// The usual spelling.
        column: &'static str,
    },
    /// The server failed to answer.
    #[error("the old database cannot be read")]
    Query(#[from] diesel::result::Error),
}

/// The old database at one moment.
pub(super) struct Source {
    connection: AsyncMysqlConnection,
    /// Absent when the table is.
    tables: HashMap<Table, Reading>,
}

/// How a table is read.
struct Reading {
    /// `SELECT … FROM …`
    select: String,
    key: String,
}

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = Text)]
    table_found: String,
    #[diesel(sql_type = Text)]
    column_found: String,
}

impl Source {
    pub(super) async fn open(address: &Secret) -> Result<Self, SourceError> {
        let address = MysqlAddress::parse(address.reveal()).map_err(SourceError::Address)?;
        let mut connection = address.connect().await.map_err(SourceError::Connect)?;
        connection.batch_execute(SNAPSHOT).await?;
        let query = "SELECT table_name AS table_found, column_name AS column_found \
                     FROM information_schema.columns WHERE table_schema = DATABASE()";
        let places: Vec<Place> = diesel::sql_query(query).load(&mut connection).await?;
        let mut tables = HashMap::new();
        for (table, reading) in [
            reading::<OldPerson>(&places)?,
            reading::<OldDiary>(&places)?,
            reading::<OldLike>(&places)?,
            reading::<OldComment>(&places)?,
            reading::<OldReply>(&places)?,
        ] {
            // No client ever called the routes of replies, so a database may do without their table.
            match reading {
                Some(reading) => _ = tables.insert(table, reading),
                None if table == Table::Replies => {}
                None => return Err(SourceError::NoTable(table.name())),
            }
        }
        Ok(Self { connection, tables })
    }

    /// The rows with the next higher ids; empty at the end.
    pub(super) async fn page<O: OldRow>(&mut self, after: Option<i64>) -> Result<Vec<O>, SourceError> {
        let Some(Reading { select, key }) = self.tables.get(&O::TABLE) else { return Ok(Vec::new()) };
        let from = after.map(|id| format!(" WHERE {key} > {id}")).unwrap_or_default();
        let query = format!("{select}{from} ORDER BY {key} LIMIT {PAGE}");
        Ok(diesel::sql_query(query).load(&mut self.connection).await?)
    }

    /// Shows every row of a table.
    pub(super) async fn each<O: OldRow>(&mut self, mut see: impl FnMut(O)) -> Result<(), SourceError> {
        let mut after = None;
        loop {
            let page = self.page::<O>(after).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id());
            page.into_iter().for_each(&mut see);
        }
    }
}

/// Finds the table and its columns, whatever the case of their names.
fn reading<O: OldRow>(places: &[Place]) -> Result<(Table, Option<Reading>), SourceError> {
    let name = O::TABLE.name();
    let spellings = || places.iter().map(|place| place.table_found.as_str());
    let exact = spellings().find(|found| *found == name);
    let Some(table) = exact.or_else(|| spellings().find(|found| found.eq_ignore_ascii_case(name))) else {
        return Ok((O::TABLE, None));
    };
    let find = |wanted: &str| {
        let in_table = places.iter().filter(|place| place.table_found == table);
        in_table.map(|place| place.column_found.as_str()).find(|found| found.eq_ignore_ascii_case(wanted))
    };
    let mut columns = Vec::with_capacity(O::COLUMNS.len());
    let mut key = None;
    for column in O::COLUMNS {
        let found = column.names.iter().find_map(|name| find(name)).map(quoted);
        if found.is_none() && column.is_required {
            let column = column.names.first().copied().unwrap_or(column.field);
            return Err(SourceError::NoColumn { table: name, column });
        }
        let value = found.as_deref().unwrap_or("NULL");
        columns.push(format!("CAST({value} AS {}) AS {}", column.cast, column.field));
        key = key.or(found);
    }
    let select = format!("SELECT {} FROM {}", columns.join(", "), quoted(table));
    Ok((O::TABLE, key.map(|key| Reading { select, key })))
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(columns: &[(&str, &str)]) -> Vec<Place> {
        let place = |(table, column): &(&str, &str)| Place {
            table_found: (*table).to_owned(),
            column_found: (*column).to_owned(),
        };
        columns.iter().map(place).collect()
    }

    #[test]
    fn a_table_is_found_whatever_the_case_of_its_names() {
        let names = ["diarylikeid", "userid", "diaryid", "createdat", "updatedat"];
        let places = places(&names.map(|name| ("diarylikes", name)));
        let (_, reading) = reading::<OldLike>(&places).unwrap();
        let reading = reading.unwrap();
        assert!(reading.select.starts_with("SELECT CAST(`diarylikeid` AS SIGNED) AS id, "));
        assert!(reading.select.ends_with(" FROM `diarylikes`"));
        assert_eq!(reading.key, "`diarylikeid`");
    }

    #[test]
    fn what_is_missing_is_named_unless_it_can_be_done_without() {
        assert!(matches!(reading::<OldReply>(&places(&[("Users", "userId")])), Ok((_, None))));
        let missing = reading::<OldLike>(&places(&[("DiaryLikes", "diarylikeId"), ("DiaryLikes", "UserId")]));
        assert!(matches!(missing, Err(SourceError::NoColumn { table: "DiaryLikes", column: "DiaryId" })));
        let names = ["commentId", "DiaryId", "UserId", "content", "createdAt", "updatedAt"];
        let (_, reading) = reading::<OldComment>(&places(&names.map(|name| ("comments", name)))).unwrap();
        assert!(reading.unwrap().select.contains("CAST(NULL AS CHAR) AS deleted_at"));
    }
}
