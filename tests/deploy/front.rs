//! nginx by itself: where it sends what, and what it says when it has nobody to ask.

use reqwest::{Client, Method, Response};
use rustix::process::Signal;

use super::ONE_AT_A_TIME;
use super::stage::Stage;

const PAGE: &str = "http://localhost:3000";

/// Where a body goes that is too large for anything.
const TOO_MUCH: &str = "/myInfo/editmyInfo";

/// A release that says what it was asked. It refuses sockets as blue, and is good enough for the canary.
pub(crate) const ECHO: &str = r#"
cat >echo.conf <<EOF
pid $PWD/echo.pid; error_log $PWD/echo.log; daemon off;
events {}
http {
  access_log off; add_header X-Node $NODE_ID always;
  server {
    listen 127.0.0.1:$PORT;
    location /ready { return 200 '{"ready":true}'; }
    location /health { return 200 '{"node":"$NODE_ID","release":"$RELEASE"}'; }
    location /feeds { return 200 '{"data":[]}'; }
    location /community/ {
      if (\$arg_transport = $NODE_ID-refuses) { return 503; }
      return 200 '0{"sid":"$NODE_ID-x"}';
    }
    location /echo { return 200 '\$http_x_forwarded_for|\$http_upgrade|\$http_connection|\$http_x_request_id'; }
    location /scheme { return 200 '\$http_x_forwarded_proto'; }
  }
}
EOF
nginx -p "$PWD" -c "$PWD/echo.conf" &
trap 'kill %1' TERM
wait %1
wait %1"#;

struct Browser<'a> {
    stage: &'a Stage,
    http: Client,
}

impl Browser<'_> {
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.http.request(method, format!("http://{}{path}", self.stage.front));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if path == TOO_MUCH {
            request = request.body(vec![0; 12 * 1024 * 1024 + 1]);
        }
        request.send().await.unwrap()
    }

    async fn node_of(&self, path: &str) -> String {
        header(&self.ask(Method::GET, path, &[]).await, "x-node")
    }
}

fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn nginx_sends_sockets_to_their_node_and_the_rest_to_the_live_one() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(stage) = Stage::set().await else { return };
    stage.build_script("echo", ECHO);
    let done = stage.rollout(&["deploy", "echo"]).await;
    assert!(done.succeeded, "{}", done.said);
    assert_eq!(stage.live(), "blue");
    nine_cloud::tls::use_ring();
    let browser = Browser { stage: &stage, http: Client::builder().no_proxy().build().unwrap() };

    // A node that is not there: its sockets are told so by the other one, not by a gateway.
    assert_eq!(browser.node_of("/community/chat/socket.io/?EIO=4&sid=green-gone").await, "blue");
    stage.start_beside("echo").await;
    for (path, node) in [
        ("/feeds", "blue"),
        ("/feeds?sid=green-x", "blue"),
        ("/community/chat/socket.io/?EIO=4&transport=polling", "blue"),
        ("/community/chat/socket.io/?EIO=4&transport=polling&sid=green-x", "green"),
        ("/community/chat/?sid=blue-x&transport=websocket", "blue"),
        ("/community/chat/?sid=stranger-x", "blue"),
        ("/community/chat/?transport=blue-refuses", "green"),
    ] {
        assert_eq!(browser.node_of(path).await, node, "{path}");
    }
    let refused = browser.ask(Method::GET, "/community/chat/?transport=green-refuses&sid=green-x", &[]).await;
    assert_eq!(header(&refused, "x-node"), "blue");

    let headers = [("X-Forwarded-For", "6.6.6.6"), ("Upgrade", "h2c"), ("X-Request-Id", "mine-1")];
    let echo = browser.ask(Method::GET, "/echo", &headers).await;
    assert_eq!(header(&echo, "x-content-type-options"), "nosniff");
    assert_eq!(echo.text().await.unwrap(), "127.0.0.1|||mine-1");
    let echo =
        browser.ask(Method::GET, "/echo", &[("Upgrade", "WebSocket"), ("X-Request-Id", "no good")]).await;
    let echo = echo.text().await.unwrap();
    let (rest, id) = echo.rsplit_once('|').unwrap();
    assert_eq!((rest, id.len()), ("127.0.0.1|websocket|upgrade", 32));

    stage.signal("blue", Signal::TERM);
    while stage.runs("blue") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(browser.node_of("/feeds").await, "green", "the colour that is left");
    stage.signal("green", Signal::TERM);
    while stage.runs("green") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    answers_for_itself(&browser).await;
}

/// Nobody is behind it.
async fn answers_for_itself(browser: &Browser<'_>) {
    for (method, path, headers, status, code) in [
        (Method::GET, "/feeds", &[("Origin", PAGE)][..], 502, "unavailable"),
        (Method::POST, "/diary/posting.html", &[("Origin", PAGE)], 502, "unavailable"),
        (Method::GET, "/community/chat/?EIO=4", &[("Origin", PAGE)], 502, "unavailable"),
        (Method::PATCH, TOO_MUCH, &[("Origin", PAGE)], 413, "body_too_large"),
        (Method::GET, "/metrics", &[("Origin", PAGE)], 404, "route_not_found"),
    ] {
        let answer = browser.ask(method, path, headers).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(header(&answer, "access-control-allow-origin"), PAGE);
        assert_eq!(header(&answer, "access-control-allow-credentials"), "true");
        assert!(header(&answer, "access-control-expose-headers").starts_with("Authorization, Refreshtoken"));
        assert_eq!(header(&answer, "content-type"), "application/json");
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(body["code"], code);
        assert!(body["message"].as_str().is_some_and(|message| !message.is_ascii()), "{body}");
    }
    let preflight = [("Origin", PAGE), ("Access-Control-Request-Method", "POST")];
    let answer = browser.ask(Method::OPTIONS, "/signin", &preflight).await;
    assert_eq!(answer.status(), 204, "a page could not read the 502 otherwise");
    assert!(header(&answer, "access-control-allow-headers").contains("authorization"));
    let answer = browser.ask(Method::GET, "/feeds", &[("Origin", "https://evil.example")]).await;
    assert_eq!(header(&answer, "access-control-allow-origin"), "");
    assert_eq!(header(&answer, "access-control-allow-credentials"), "");
}

#[tokio::test]
async fn the_script_says_what_it_would_do_and_what_is() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(stage) = Stage::set().await else { return };
    let said = |words: &[&str]| {
        let output = stage.ask_script(words);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    stage.build_script("echo", ECHO);
    let (code, text) = said(&["--dry-run", "deploy", "echo"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("would start echo as blue") && text.contains("colours/blue.conf"), "{text}");
    assert!(!stage.runs("blue"), "nothing was done");
    let (code, text) = said(&["deploy", "nothing"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("there is no ") && text.contains("releases/nothing/nine-cloud"), "{text}");
    assert_eq!(said(&["rollback"]).0, Some(1), "there is nothing to go back to");
    assert_eq!(said(&["reploy"]).0, Some(2));
    assert!(stage.rollout(&["deploy", "echo"]).await.succeeded);
    let (_, text) = said(&["status"]);
    assert!(text.contains("live: blue;") && text.contains("blue: ready, release echo"), "{text}");
    assert!(text.contains("green: stopped"), "{text}");
}
