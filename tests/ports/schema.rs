//! `schema.rs` and both databases say the same.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncMysqlConnection};

use crate::harness::{Backend, TestDatabase, on_each_backend, on_server};

/// The very file of the adapter, which keeps it to itself.
#[path = "../../src/adapters/sql/schema.rs"]
mod tables;

on_each_backend!(every_column_of_every_table_is_there_and_no_other);

macro_rules! all_tables {
    ($($table:ident),+ $(,)?) => {
        [$((
            stringify!($table),
            diesel::debug_query::<diesel::sqlite::Sqlite, _>(&tables::$table::table.select(tables::$table::all_columns))
                .to_string(),
        )),+]
    };
}

async fn every_column_of_every_table_is_there_and_no_other(database: &TestDatabase) {
    let known = all_tables!(
        accounts,
        account_identities,
        audit_log,
        sessions,
        diary_entries,
        diary_likes,
        diary_solutions,
        diary_comments,
        comment_replies,
        notifications,
        signup_codes,
        pending_files,
        outgoing_mails,
        jobs,
        chat_entries,
        chat_aliases,
        chat_hidden,
        chat_reports,
        chat_bans,
        chat_closed_rooms,
        chat_recoveries,
        adoptions,
    );
    let mut expected = BTreeSet::new();
    for (table, query) in known {
        let sql = query.split(" -- binds").next().unwrap().replace(['`', '"'], "");
        for column in sql.split("SELECT ").nth(1).unwrap().split(" FROM ").next().unwrap().split(", ") {
            expected.insert(column.to_owned());
        }
        execute(database, &format!("{sql} LIMIT 1")).await;
        assert!(sql.contains(table));
    }
    assert_eq!(columns(database).await, expected);
}

async fn execute(database: &TestDatabase, sql: &str) {
    match database.backend {
        Backend::Sqlite => SimpleConnection::batch_execute(&mut sqlite(database), sql).unwrap(),
        Backend::Mysql => on_server(&database.url, sql).await,
    }
}

fn sqlite(database: &TestDatabase) -> SqliteConnection {
    diesel::Connection::establish(database.url.trim_start_matches("sqlite://")).unwrap()
}

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// `table.column` of everything but the table of the migrations.
async fn columns(database: &TestDatabase) -> BTreeSet<String> {
    let rows: Vec<Column> = match database.backend {
        Backend::Sqlite => diesel::RunQueryDsl::load(
            diesel::sql_query(
                "SELECT m.name || '.' || c.name AS name FROM sqlite_master m, pragma_table_info(m.name) c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
            ),
            &mut sqlite(database),
        )
        .unwrap(),
        Backend::Mysql => {
            let mut conn = AsyncMysqlConnection::establish(&database.url).await.unwrap();
            diesel_async::RunQueryDsl::load(
                diesel::sql_query(
                    "SELECT CONCAT(table_name, '.', column_name) AS name FROM information_schema.columns \
                     WHERE table_schema = DATABASE() AND table_name <> '__diesel_schema_migrations'",
                ),
                &mut conn,
            )
            .await
            .unwrap()
        }
    };
    rows.into_iter().map(|row| row.name).collect()
}
