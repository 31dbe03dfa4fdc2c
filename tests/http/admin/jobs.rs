//! `POST /admin/jobs/{name}/run`

use super::{deeds, operator, start};

#[tokio::test]
async fn a_job_is_run_now_and_its_due_time_stays() {
    let app = start().await;
    let job = async || {
        let answer = operator(&app).get("/admin/actors").await.expect(200);
        let jobs = answer.json["jobs"].as_array().unwrap().clone();
        jobs.into_iter().find(|job| job["name"] == "turn-day").unwrap()
    };
    let before = job().await;
    assert!(before["lastRun"].is_null(), "{before}");
    operator(&app).post_nothing("/admin/jobs/turn-day/run").await.expect(200);
    let after = job().await;
    assert_eq!(after["nextRun"], before["nextRun"]);
    assert_eq!((&after["lastNode"], &after["lastError"]), (&"test".into(), &serde_json::Value::Null));
    assert!(after["lastMillis"].is_i64() && after["lastRun"].is_string(), "{after}");

    let nothing = operator(&app).post_nothing("/admin/jobs/no-such/run").await;
    assert_eq!(nothing.refusal(), (404, "job_not_found"));
    let mina = app.sign_up("mina").await;
    assert_eq!(mina.post_nothing("/admin/jobs/turn-day/run").await.refusal(), (403, "not_admin"));
    assert_eq!(
        deeds(&app).await,
        [["token", "run_job", "no-such", "no such job"], ["token", "run_job", "turn-day", "done"]]
    );
}
