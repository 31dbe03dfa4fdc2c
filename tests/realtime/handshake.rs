//! Routing, the open packet, and the numbered refusals in their order.

use crate::lab::{Polling, WebSocket, url};

async fn refusal(method: &str, path_and_query: &str) -> (u16, serde_json::Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    nine_cloud::tls::use_ring();
    let answer = reqwest::Client::new().request(method, url(path_and_query)).send().await.unwrap();
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    (status, answer.json().await.unwrap())
}

#[tokio::test]
async fn every_url_below_the_path_is_served() {
    for path in ["/engine.io/", "/engine.io/socket.io/", "/engine.io/socket.io", "/engine.io/any/thing/else"]
    {
        let answer = reqwest::get(url(&format!("{path}?EIO=4&transport=polling"))).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    for path in ["/engine.io", "/engine.ioo/", "/"] {
        let answer = reqwest::get(url(&format!("{path}?EIO=4&transport=polling"))).await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn the_open_packet_has_its_five_keys() {
    let answer = reqwest::get(url("/engine.io/?EIO=4&transport=polling")).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=UTF-8");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let body = answer.text().await.unwrap();
    let mut open: serde_json::Value = serde_json::from_str(&body[1..]).unwrap();
    let sid = open.as_object_mut().unwrap().remove("sid").unwrap();
    assert!(sid.as_str().unwrap().starts_with("lab-"));
    let rest = serde_json::json!({
        "upgrades": ["websocket"], "pingInterval": 300, "pingTimeout": 200, "maxPayload": 1_000_000
    });
    assert_eq!(open, rest);
}

#[tokio::test]
async fn a_websocket_offers_no_upgrade() {
    let mut socket = WebSocket::connect("/engine.io/?EIO=4&transport=websocket").await;
    assert!(socket.text().await.contains(r#""upgrades":[]"#));
}

#[tokio::test]
async fn refusals_are_numbered() {
    let unknown_transport = (400, serde_json::json!({ "code": 0, "message": "Transport unknown" }));
    for query in ["", "EIO=4", "EIO=4&transport=abc", "transport=webtransport", "transport=abc&sid=x"] {
        assert_eq!(refusal("GET", &format!("/engine.io/?{query}")).await, unknown_transport, "{query}");
    }
    let unknown_sid = (400, serde_json::json!({ "code": 1, "message": "Session ID unknown" }));
    for transport in ["polling", "websocket"] {
        assert_eq!(refusal("GET", &format!("/engine.io/?transport={transport}&sid=abc")).await, unknown_sid);
    }
    let bad_method = (400, serde_json::json!({ "code": 2, "message": "Bad handshake method" }));
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(refusal(method, "/engine.io/?EIO=4&transport=polling").await, bad_method);
        assert_eq!(refusal(method, "/engine.io/?EIO=4&transport=websocket").await, bad_method);
    }
    let bad_request = (400, serde_json::json!({ "code": 3, "message": "Bad request" }));
    assert_eq!(refusal("GET", "/engine.io/?EIO=3&transport=websocket").await, bad_request);
    let version = (400, serde_json::json!({ "code": 5, "message": "Unsupported protocol version" }));
    for eio in ["", "&EIO=3", "&EIO=abc", "&EIO=44"] {
        assert_eq!(refusal("GET", &format!("/engine.io/?transport=polling{eio}")).await, version);
    }
}

#[tokio::test]
async fn a_session_is_known_by_its_sid_alone() {
    let session = Polling::open("/engine.io").await;
    session.post("4a").await;
    let without_version = session.url.replace("EIO=4&", "");
    assert_eq!(session.http.get(without_version).send().await.unwrap().text().await.unwrap(), "4a");
    let other_transport = session.url.replace("polling", "websocket");
    let answer = session.http.get(other_transport).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), r#"{"code":3,"message":"Bad request"}"#);
}

#[tokio::test]
async fn a_refused_websocket_is_plain_http() {
    for (query, code) in [
        ("EIO=3&transport=websocket", 5),
        ("EIO=4&transport=polling", 3),
        ("EIO=4", 0),
        ("transport=websocket&sid=x", 1),
    ] {
        let url = format!("ws://{}/engine.io/?{query}", crate::lab::address());
        let Err(tokio_tungstenite::tungstenite::Error::Http(answer)) =
            tokio_tungstenite::connect_async(url).await
        else {
            panic!("{query} was let in")
        };
        assert_eq!(answer.status(), 400);
        let body: serde_json::Value = serde_json::from_slice(answer.body().as_ref().unwrap()).unwrap();
        assert_eq!(body["code"], code, "{query}");
    }
}

#[tokio::test]
async fn the_application_may_refuse_a_handshake() {
    let (status, body) = refusal("GET", "/engine.io/?EIO=4&transport=polling&busy").await;
    assert_eq!((status, body), (503, serde_json::json!({ "message": "Service unavailable" })));
    let (status, body) = refusal("GET", "/engine.io/?EIO=4&transport=polling&banned").await;
    assert_eq!((status, body), (403, serde_json::json!({ "code": 4, "message": "Forbidden" })));
}

#[tokio::test]
async fn an_offer_of_another_protocol_is_passed_over() {
    nine_cloud::tls::use_ring();
    let request = reqwest::Client::new()
        .get(crate::lab::url("/engine.io/?EIO=4&transport=polling"))
        .header("Connection", "Upgrade, HTTP2-Settings")
        .header("Upgrade", "h2c")
        .header("HTTP2-Settings", "AAMAAABkAAQAAP__");
    assert_eq!(request.send().await.unwrap().status(), 200);
}
