//! Which pages may speak to us.

use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::lab::{address, url};

async fn ask(method: reqwest::Method, mount: &str, origin: &str) -> reqwest::Response {
    let url = url(&format!("{mount}/?EIO=4&transport=polling"));
    nine_cloud::tls::use_ring();
    let request = reqwest::Client::new().request(method, url).header("Origin", origin);
    request.header("Access-Control-Request-Headers", "x-extra").send().await.unwrap()
}

#[tokio::test]
async fn a_preflight_is_answered_with_no_content() {
    let answer = ask(reqwest::Method::OPTIONS, "/engine.io", "https://any.example").await;
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(answer.headers()["access-control-allow-methods"], "GET, POST");
    assert_eq!(answer.headers()["access-control-allow-headers"], "x-extra");
}

#[tokio::test]
async fn a_listed_page_is_named_with_credentials() {
    for method in [reqwest::Method::OPTIONS, reqwest::Method::GET, reqwest::Method::POST] {
        let answer = ask(method, "/guarded", "https://page.example").await;
        assert_eq!(answer.headers()["access-control-allow-origin"], "https://page.example");
        assert_eq!(answer.headers()["access-control-allow-credentials"], "true");
    }
}

#[tokio::test]
async fn another_page_gets_no_session() {
    let answer = ask(reqwest::Method::GET, "/guarded", "https://evil.example").await;
    assert_eq!(answer.status(), 403);
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn the_origin_of_a_websocket_is_checked_too() {
    for (origin, welcome) in [("https://page.example", true), ("https://evil.example", false)] {
        let url = format!("ws://{}/guarded/?EIO=4&transport=websocket", address());
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("Origin", origin.parse().unwrap());
        assert_eq!(tokio_tungstenite::connect_async(request).await.is_ok(), welcome, "{origin}");
    }
}
