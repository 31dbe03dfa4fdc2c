//! The contract of `JobStore`.

use chrono::TimeDelta;
use nine_cloud_actors::ports::{JobRecord, JobStore};

use crate::harness::{TestDatabase, now, on_each_backend};

on_each_backend!(a_job_is_registered_once_and_remembers_its_runs, one_of_many_nodes_gets_a_due_job);

async fn a_job_is_registered_once_and_remembers_its_runs(database: &TestDatabase) {
    let store = database.store();
    let due = now();
    let next = due + TimeDelta::hours(1);
    let fresh = JobRecord {
        name: "purge".to_owned(),
        due_at: due,
        last_run: None,
        last_millis: None,
        last_error: None,
    };
    assert_eq!(store.register("purge", due).await.unwrap(), fresh);
    assert_eq!(store.register("purge", next).await.unwrap(), fresh, "an existing row stays");
    assert!(!store.claim("purge", next, next, "node", now()).await.unwrap());
    assert!(!store.claim("other", due, next, "node", now()).await.unwrap());
    assert!(store.claim("purge", due, next, "node", now()).await.unwrap());
    store.finish("purge", 12, Some("no luck")).await.unwrap();
    let run = JobRecord {
        due_at: next,
        last_run: Some((now(), "node".to_owned())),
        last_millis: Some(12),
        last_error: Some("no luck".to_owned()),
        ..fresh
    };
    assert_eq!(store.register("purge", due).await.unwrap(), run);
    store.finish("purge", 7, None).await.unwrap();
    assert_eq!(store.register("purge", due).await.unwrap().last_error, None);
}

async fn one_of_many_nodes_gets_a_due_job(database: &TestDatabase) {
    let nodes: Vec<_> = (0..4).map(|_| database.store()).collect();
    let rows = futures_util::future::join_all(nodes.iter().map(|node| node.register("purge", now()))).await;
    assert!(rows.into_iter().all(|row| row.unwrap().due_at == now()));
    for hour in 0..5 {
        let due = now() + TimeDelta::hours(hour);
        let next = due + TimeDelta::hours(1);
        let claims = nodes.iter().map(|node| node.claim("purge", due, next, "node", due));
        let won =
            futures_util::future::join_all(claims).await.into_iter().filter(|won| *won.as_ref().unwrap());
        assert_eq!(won.count(), 1);
    }
}
