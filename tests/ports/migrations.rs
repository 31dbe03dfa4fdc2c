//! Migrations: up, down and up again; several nodes at once; not over the previous service.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use nine_cloud::adapters::sql::{AddressError, MigrateError, Migrations};
use nine_cloud_actors::ports::DiaryStore as _;

use crate::harness::{Backend, TestDatabase, diary, now, on_server, person, run, run_on_empty};

macro_rules! on_empty_databases {
    ($($test:ident),+ $(,)?) => {
        mod sqlite { $(#[test] fn $test() { super::run_on_empty(super::Backend::Sqlite, super::$test); })+ }
        mod mysql { $(#[test] fn $test() { super::run_on_empty(super::Backend::Mysql, super::$test); })+ }
    };
}

on_empty_databases!(they_run_up_down_and_up_again, nodes_that_start_together_wait_for_each_other);

async fn they_run_up_down_and_up_again(database: &TestDatabase) {
    let migrations = Migrations::of(&database.url).unwrap();
    let all = migrations.pending().unwrap();
    assert!(all.len() >= 5);
    assert_eq!(migrations.run().unwrap().len(), all.len());
    assert!(migrations.pending().unwrap().is_empty());
    assert!(migrations.run().unwrap().is_empty(), "running again does nothing");
    person(&database.store(), "mina").await;
    assert_eq!(migrations.revert_all().unwrap().len(), all.len());
    assert_eq!(migrations.pending().unwrap(), all);
    assert!(database.store().check().await.is_err());
    assert_eq!(migrations.run().unwrap().len(), all.len());
    database.store().check().await.unwrap();
    person(&database.store(), "mina").await;
}

async fn nodes_that_start_together_wait_for_each_other(database: &TestDatabase) {
    let total = Migrations::of(&database.url).unwrap().pending().unwrap().len();
    let ran: Vec<usize> = std::thread::scope(|scope| {
        let nodes: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| Migrations::of(&database.url).unwrap().run().unwrap().len()))
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap()).collect()
    });
    assert_eq!(ran.iter().sum::<usize>(), total, "{ran:?}");
    assert!(ran.contains(&total), "{ran:?}");
    database.store().check().await.unwrap();
}

/// SQLite changes a column by making its table anew, and what hangs on the old one must not go with it.
#[test]
fn a_table_made_anew_keeps_its_rows_and_what_hangs_on_them() {
    run(Backend::Sqlite, async |database| {
        let store = database.store();
        let mina = person(&store, "mina").await;
        let [kept, last] =
            [diary(&store, mina.id, now()).await, diary(&store, mina.id, now() + TimeDelta::days(1)).await];
        store.toggle_like(mina.id, kept.id, now()).await.unwrap();
        assert!(store.delete(mina.id, last.id, now()).await.unwrap());

        let step = "migrations/sqlite/20261126000100_adoption/down.sql";
        let down = std::fs::read_to_string(step).unwrap();
        let mut connection =
            SqliteConnection::establish(database.url.strip_prefix("sqlite://").unwrap()).unwrap();
        connection
            .batch_execute(&format!(
                "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF; BEGIN; {down}; \
                 DELETE FROM __diesel_schema_migrations WHERE version = '20261126000100'; COMMIT"
            ))
            .unwrap();
        assert_eq!(Migrations::of(&database.url).unwrap().run().unwrap(), ["20261126000100"]);

        let store = database.store();
        let found = store.find_visible(kept.id, Some(mina.id)).await.unwrap().unwrap();
        assert_eq!((found.diary.content, found.diary.date), (kept.content, kept.date));
        assert!(found.like.is_some());
        let next = diary(&store, mina.id, now() + TimeDelta::days(2)).await;
        assert!(next.id.0 > last.id.0, "no id is given twice");
    });
}

#[test]
fn the_previous_services_database_is_refused_by_name() {
    run_on_empty(Backend::Mysql, async |database| {
        for table in ["Users", "diaries"] {
            on_server(&database.url, &format!("CREATE TABLE {table} (id INT)")).await;
        }
        let refused = Migrations::of(&database.url).unwrap().run().unwrap_err();
        assert!(matches!(refused, MigrateError::PreviousService));
        assert!(refused.to_string().contains("nine-cloud adopt"), "{refused}");
    });
}

#[test]
fn an_address_that_is_no_database_is_refused_without_being_shown() {
    for url in ["", "sqlite://", "postgres://user:hunter2@localhost/x", "nine-cloud.db"] {
        let Err(refused) = Migrations::of(url) else { panic!("{url} was taken") };
        assert!(matches!(refused, MigrateError::Address(AddressError::Scheme)));
        assert!(!refused.to_string().contains("hunter2"));
    }
    let unreachable = Migrations::of("mysql://root:hunter2@127.0.0.1:1/x").unwrap().run().unwrap_err();
    assert!(!format!("{unreachable:?}").contains("hunter2"), "{unreachable:?}");
    let missing = Migrations::of("sqlite:///no/such/folder/nine-cloud.db").unwrap().run().unwrap_err();
    assert!(matches!(missing, MigrateError::Connect(_)), "{missing:?}");
}
