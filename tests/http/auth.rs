//! The auth failure table of contract §1.0, on every route that needs an access token.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::Value;

use crate::kit::TestApp;

/// Method and path of every route that the document says is closed without a token.
fn closed_routes() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&nine_cloud::http::openapi_json()).unwrap();
    let is_closed = |method: &str, path: &str| {
        let security = document["paths"][path][method]["security"].as_array();
        security.is_some_and(|ways| ways.iter().all(|way| way.get("access").is_some()))
    };
    nine_cloud::http::ROUTES
        .iter()
        // Figures are for whoever is on this machine, too.
        .filter(|(method, path)| is_closed(method, path) && *path != "/metrics")
        .map(|(method, path)| {
            let segments =
                path.split('/').map(|segment| if segment.starts_with('{') { "1" } else { segment });
            let path = segments.collect::<Vec<_>>().join("/");
            (Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), path)
        })
        .collect()
}

#[tokio::test]
async fn every_closed_route_is_closed_in_the_same_words() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    app.wait(TimeDelta::hours(1));
    let cases = [
        (app.stranger(), (401, "token_missing")),
        (app.visitor(), (401, "token_type_mismatch")),
        (app.bearing("Bearer x.y.z"), (401, "token_invalid")),
        (app.bearing(mina.authorization()), (419, "token_expired")),
    ];
    let routes = closed_routes();
    assert!(routes.len() >= 22, "{routes:?}");
    for (method, path) in routes {
        for (client, refusal) in &cases {
            let request = client.request(method.clone(), &path);
            assert_eq!(client.send(request).await.refusal(), *refusal, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn each_kind_of_wrongness_has_its_words() {
    let app = TestApp::start().await;
    insta::assert_snapshot!(app.stranger().get("/myInfo").await, @r#"
    401 {
      "code": "token_missing",
      "message": "로그인이 필요합니다."
    }
    "#);
    insta::assert_snapshot!(app.visitor().get("/myInfo").await, @r#"
    401 {
      "code": "token_type_mismatch",
      "message": "토큰 타입이 일치하지 않습니다."
    }
    "#);
    insta::assert_snapshot!(app.bearing("Bearer x").get("/myInfo").await, @r#"
    401 {
      "code": "token_invalid",
      "message": "유효하지 않은 토큰입니다. 다시 로그인 하세요."
    }
    "#);
}

#[tokio::test]
async fn what_is_no_access_token_of_ours_is_401_and_never_419() {
    let (app, elsewhere) = (TestApp::start().await, TestApp::start().await);
    let (mina, other) = (app.sign_up("mina").await, elsewhere.sign_up("mina").await);
    let access = mina.authorization().trim_start_matches("Bearer ").to_owned();
    let (_, claims) = access.split_once('.').unwrap();
    let (claims, signature) = claims.split_once('.').unwrap();
    // {"alg":"none","typ":"JWT"} and {"alg":"HS512","typ":"JWT"}
    let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    let hs512 = format!("eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.{claims}.{signature}");
    for (token, code) in [
        ("undefined".to_owned(), "token_type_mismatch"),
        ("null".to_owned(), "token_type_mismatch"),
        (String::new(), "token_type_mismatch"),
        (access.clone(), "token_type_mismatch"),
        (format!("bearer {access}"), "token_type_mismatch"),
        ("Bearer".to_owned(), "token_invalid"),
        ("Bearer null".to_owned(), "token_invalid"),
        (format!("Bearer {}", mina.refresh_token()), "token_invalid"),
        (other.authorization().to_owned(), "token_invalid"),
        (format!("Bearer {none}"), "token_invalid"),
        (format!("Bearer {hs512}"), "token_invalid"),
        (format!("Bearer {access}x"), "token_invalid"),
    ] {
        assert_eq!(app.bearing(&token).get("/myInfo").await.refusal(), (401, code), "{token}");
    }
    mina.get("/myInfo").await.expect(200);
}

#[tokio::test]
async fn the_feed_takes_any_token_for_none() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    app.wait(TimeDelta::hours(1));
    for token in ["null", "undefined", "", "Bearer x", mina.authorization()] {
        app.bearing(token).get("/feeds?page=1").await.expect(200);
    }
    app.stranger().get("/feeds").await.expect(200);
}

#[tokio::test]
async fn an_expired_token_is_419_also_where_visitors_may_look() {
    let app = TestApp::start().await;
    let mina = app.sign_up("mina").await;
    let diary = mina.writes("<p>오늘</p>").await;
    app.wait(TimeDelta::hours(1));
    for path in [format!("/diary/detail/{diary}"), format!("/diary/detail/comment/{diary}")] {
        assert_eq!(mina.get(&path).await.refusal(), (419, "token_expired"), "{path}");
        app.visitor().get(&path).await.expect(200);
    }
}
