//! A database that is away makes a call unavailable, soon, and never hangs it.

use std::time::{Duration, Instant};

use diesel_async::{AsyncConnection, AsyncMysqlConnection, RunQueryDsl, SimpleAsyncConnection};
use nine_cloud::adapters::sql::{AddressError, MigrateError, Migrations, OpenError, SqlOptions, SqlStore};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::ports::{AccountStore, PortError};

use crate::harness::{Backend, TestDatabase, on_each_backend, person};
use crate::proxy::Proxy;

on_each_backend!(a_store_that_answers_is_ready, a_caller_may_stop_waiting);

async fn a_store_that_answers_is_ready(database: &TestDatabase) {
    database.store().check().await.unwrap();
}

/// Dropping an unfinished query on a current-thread runtime must not panic, and the store must stay usable.
async fn a_caller_may_stop_waiting(database: &TestDatabase) {
    let store = database.store();
    let mina = person(&store, "mina").await;
    for micros in [0, 1, 20, 50, 100, 200, 500] {
        let call = store.begin_sign_off(mina.id, crate::harness::now(), crate::harness::now());
        let _ = tokio::time::timeout(Duration::from_micros(micros), call).await;
    }
    for _ in 0..20 {
        AccountStore::find(&store, mina.id).await.unwrap().unwrap();
    }
}

#[derive(diesel::QueryableByName)]
struct Process {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    id: i64,
}

/// Ends every connection of the database but the one that says so.
async fn kill_all(database: &TestDatabase) {
    let mut conn = AsyncMysqlConnection::establish(&database.url).await.unwrap();
    let others = "SELECT CAST(id AS SIGNED) AS id FROM information_schema.processlist \
                  WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    let processes: Vec<Process> = diesel::sql_query(others).load(&mut conn).await.unwrap();
    assert!(!processes.is_empty());
    for Process { id } in processes {
        // One may have ended by itself meanwhile.
        let _ = conn.batch_execute(&format!("KILL {id}")).await;
    }
}

#[test]
fn reads_survive_a_server_that_drops_its_connections() {
    crate::harness::run(Backend::Mysql, async |database| {
        let store = database.store();
        let mina = person(&store, "mina").await;
        for _ in 0..3 {
            let find = || AccountStore::find(&store, mina.id);
            futures_util::future::join_all((0..8).map(|_| find())).await;
            kill_all(database).await;
            for found in futures_util::future::join_all((0..8).map(|_| find())).await {
                assert!(found.unwrap().is_some());
            }
        }
        kill_all(database).await;
        // A change is not repeated, since nobody knows whether it was done; but the next one finds a connection.
        for _ in 0..8 {
            if let Err(error) = store.set_admin(&mina.email, true).await {
                assert!(matches!(error, PortError::Unavailable(_)), "{error:?}");
            }
        }
        assert!(store.set_admin(&mina.email, true).await.unwrap());
    });
}

#[test]
fn a_late_answer_is_not_taken_for_another_one() {
    crate::harness::run(Backend::Mysql, async |database| {
        let (_, place) = database.url.split_once('@').unwrap();
        let (server, name) = place.split_once('/').unwrap();
        let line = Proxy::to(server.parse().unwrap());
        let url = format!("mysql://root@{}/{name}", line.address);
        let options = SqlOptions { mysql_connections: 1, ..SqlOptions::default() };
        let store = SqlStore::open(&url, &options).unwrap();
        let (mina, jun) = (person(&store, "mina").await, person(&store, "jun").await);
        line.pause();
        let began = Instant::now();
        let silent = AccountStore::find(&store, mina.id).await;
        assert!(matches!(silent, Err(PortError::Unavailable(_))), "{silent:?}");
        assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
        line.restore();
        assert_eq!(AccountStore::find(&store, jun.id).await.unwrap().unwrap().id, jun.id);
    });
}

#[tokio::test]
async fn a_database_that_is_away_is_unavailable_within_the_wait() {
    // A port that accepts and never says a word, a closed port, and a folder that is not there.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("mysql://root@{}/x", silent.local_addr().unwrap());
    for url in [silent.as_str(), "mysql://root@127.0.0.1:1/x", "sqlite:///no/such/folder/x.db"] {
        let options = SqlOptions { pool_wait: Duration::from_millis(300), ..SqlOptions::default() };
        let store = SqlStore::open(url, &options).unwrap();
        let start = Instant::now();
        let outcome = AccountStore::find(&store, UserId(1)).await;
        assert!(matches!(outcome, Err(PortError::Unavailable(_))), "{url}: {outcome:?}");
        assert!(store.check().await.is_err());
        assert!(start.elapsed() < Duration::from_secs(3), "{url}: {:?}", start.elapsed());
    }
}

#[test]
fn a_start_does_not_wait_for_ever_for_a_database_that_says_nothing() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("mysql://root@{}/x", silent.local_addr().unwrap());
    let start = Instant::now();
    let outcome = Migrations::of(&url).unwrap().run();
    assert!(matches!(outcome, Err(MigrateError::Connect(_))), "{outcome:?}");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

#[test]
fn an_address_of_another_kind_is_refused() {
    for url in ["postgres://localhost/x", "sqlite://", ""] {
        assert!(
            matches!(
                SqlStore::open(url, &SqlOptions::default()),
                Err(OpenError::Address(AddressError::Scheme))
            ),
            "{url}"
        );
    }
}
