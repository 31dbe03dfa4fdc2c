//! A database that is away makes a call unavailable, soon, and never hangs it.

use std::time::{Duration, Instant};

use nine_cloud::adapters::sql::{OpenError, SqlOptions, SqlStore};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::ports::{AccountStore, PortError};

use crate::harness::{TestDatabase, on_each_backend, person};

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
fn an_address_of_another_kind_is_refused() {
    for url in ["postgres://localhost/x", "sqlite://", ""] {
        assert!(matches!(SqlStore::open(url, &SqlOptions::default()), Err(OpenError::Scheme)), "{url}");
    }
}
