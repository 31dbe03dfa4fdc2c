//! The route table as a whole.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::kit::TestApp;

#[test]
fn the_document_and_the_route_table_know_the_same_routes() {
    let document: Value = serde_json::from_str(&nine_cloud::http::openapi_json()).unwrap();
    let methods = ["get", "post", "put", "patch", "delete"];
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let declared = methods.into_iter().filter(|method| item.get(method).is_some());
            declared.map(|method| (method.to_owned(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let routed: BTreeSet<(String, String)> = nine_cloud::http::ROUTES
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(documented, routed);
}

#[tokio::test]
async fn an_unknown_route_is_refused_as_json() {
    let app = TestApp::start().await;
    let answer = app.visitor().get("/diary/calendar/previousMonth").await;
    insta::assert_snapshot!(answer, @r#"
    404 {
      "code": "route_not_found",
      "message": "존재하지 않는 주소입니다."
    }
    "#);
    assert_eq!(app.visitor().post_nothing("/myInfo").await.refusal(), (404, "route_not_found"));
}

#[tokio::test]
async fn slashes_too_many_do_not_matter() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    for path in ["//token", "/token/", "///token//"] {
        app.refreshing(mina.refresh_token()).post_nothing(path).await.expect(201);
    }
    mina.get("//myInfo").await.expect(200);
    mina.get("/diary//calendar/2026/11/").await.expect(200);
}

#[tokio::test]
async fn the_pages_of_the_document_are_served() {
    let app = TestApp::start().await;
    let document = app.visitor().get("/api-docs/openapi.json").await.expect(200);
    assert_eq!(document.json, serde_json::from_str::<Value>(&nine_cloud::http::openapi_json()).unwrap());
    let page = app.visitor().get("/api-docs").await.expect(200);
    assert!(String::from_utf8_lossy(&page.bytes).contains("swagger"));
}

#[tokio::test]
async fn the_node_says_that_it_lives_and_is_ready() {
    let app = TestApp::start().await;
    let health = app.visitor().get("/health").await.expect(200);
    assert_eq!((&health.json["serverStatus"], &health.json["node"]), (&"Online".into(), &"test".into()));
    let ready = app.visitor().get("/ready").await;
    insta::assert_snapshot!(ready, @r#"
    200 {
      "code": "ready",
      "failing": [],
      "message": "준비되었습니다.",
      "ready": true
    }
    "#);
    let landing = app.visitor().get("/").await.expect(200);
    assert!(String::from_utf8_lossy(&landing.bytes).contains("NINE Cloud"));
}
