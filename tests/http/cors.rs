//! Contract invariant 1. That every answer carries the headers is checked by the kit, on every answer.

use serde_json::json;

use crate::kit::TestApp;

#[tokio::test]
async fn a_preflight_is_answered_204_for_the_clients_headers_and_methods() {
    let app = TestApp::start().await;
    for path in ["/diary/posting", "/feeds/7/like", "/no/such/route"] {
        let answer = app
            .visitor()
            .preflight("POST", path, "authorization,refreshtoken,content-type")
            .await
            .expect(204);
        assert!(answer.bytes.is_empty());
        assert_eq!(answer.header("access-control-allow-methods"), "GET,HEAD,PUT,PATCH,POST,DELETE");
        for name in ["authorization", "refreshtoken", "content-type"] {
            assert!(answer.header("access-control-allow-headers").split(", ").any(|allowed| allowed == name));
        }
        assert_eq!(answer.header("access-control-max-age"), "7200");
    }
}

#[tokio::test]
async fn every_origin_of_the_client_is_let_in_and_others_are_not_refused() {
    let app = TestApp::start().await;
    let origins = ["http://localhost:3001", "https://nine-cloud9.vercel.app", "https://evil.example", "null"];
    for origin in origins {
        // Whether the headers are there is for the kit to see.
        app.visitor().with("origin", origin).get("/feeds").await.expect(200);
    }
    app.visitor().without("origin").get("/feeds").await.expect(200);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_with_the_headers() {
    let app = TestApp::start().await;
    let send = async |kind: &str, body: &str| {
        let request = app.visitor().request(reqwest::Method::POST, "/signin");
        app.visitor().send(request.header("content-type", kind).body(body.to_owned())).await
    };
    assert_eq!(send("application/json", "{\"email\":").await.refusal(), (400, "malformed_body"));
    assert_eq!(send("text/plain", "hello").await.refusal(), (415, "unsupported_media_type"));
    let huge = "가".repeat(40_000);
    assert_eq!(send("application/json", &huge).await.refusal(), (413, "body_too_large"));
}

#[tokio::test]
async fn a_request_id_is_kept_when_it_is_a_modest_one() {
    let app = TestApp::start().await;
    // That it comes back is for the kit to see.
    app.visitor().with("x-request-id", "a1.b2_c3-d4").get("/feeds").await.expect(200);
    let answer = app.visitor().with("x-request-id", "not modest").get("/feeds").await.expect(200);
    assert_ne!(answer.header("x-request-id"), "not modest");
    let answer = app.visitor().post("/signin", json!({})).await;
    assert_eq!(answer.refusal(), (400, "invalid_field"));
}
