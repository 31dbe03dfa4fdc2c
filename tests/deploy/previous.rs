//! Expand, then contract: during a rollout the release before runs on the schema of the next one.

use reqwest::multipart::Form;
use reqwest::{Client, RequestBuilder};
use serde_json::json;

use super::people::settle;
use super::stage::Stage;
use super::{ONE_AT_A_TIME, variable};

/// `DEPLOY_PREVIOUS` is the binary of the release before; `make deploy-test` builds it.
#[tokio::test]
async fn the_previous_release_runs_on_the_new_schema() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(previous) = variable("DEPLOY_PREVIOUS") else {
        eprintln!("skipped: DEPLOY_PREVIOUS is not set");
        return;
    };
    let Some(stage) = Stage::set().await else { return };
    stage.build("next");
    assert!(stage.rollout(&["deploy", "next"]).await.succeeded);
    let people = settle(&stage, 3).await;
    stage.build_script("previous", &format!("exec '{previous}' \"$@\""));
    stage.start_beside("previous").await;

    nine_cloud::tls::use_ring();
    let http = Client::builder().no_proxy().build().unwrap();
    let url = |path: &str| format!("{}{path}", stage.idle_url());
    let is = async |status: u16, request: RequestBuilder| {
        let answer = request.header("Authorization", &people[0].access).send().await.unwrap();
        assert_eq!(answer.status(), status, "{}", answer.url());
    };
    for path in
        ["/feeds?page=1", "/diary/calendar/2026/11", "/diary/detail/2", "/diary/detail/comment/2", "/myInfo"]
    {
        is(200, http.get(url(path))).await;
    }
    is(201, http.post(url("/feeds/2/like"))).await;
    is(201, http.post(url("/diary/detail/comment/2")).json(&json!({ "content": "안녕" }))).await;
    let form = Form::new().text("content", "<p>오늘</p>").text("isPublic", "true").text("weather", "1");
    is(201, http.post(url("/diary/posting")).multipart(form)).await;
    is(201, http.delete(url("/signoff"))).await;
}
