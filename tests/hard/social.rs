//! What a sign-in with a provider leaves in the log.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::kit::Server;

const CODE: &str = "code-0451-of-a-browser";
const TOKEN: &str = "token-0451-of-kakao";
const SUBJECT: u64 = 271_828_182_845;
const ADDRESS: &str = "somebody-0451@kakao.example.com";
const CLIENT: &str = "client-0451";

/// Answers each connection in turn.
fn provider(answers: Vec<(u16, Value)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for ((status, body), peer) in answers.into_iter().zip(listener.incoming()) {
            answer(peer.unwrap(), status, &body.to_string());
        }
    });
    base
}

fn answer(mut peer: TcpStream, status: u16, body: &str) {
    // The whole question fits, and comes at once.
    let _ = peer.read(&mut [0; 4096]).unwrap();
    let length = body.len();
    write!(peer, "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .unwrap();
}

#[tokio::test]
async fn neither_codes_nor_tokens_nor_people_get_into_the_log() {
    let token = || (200, json!({"access_token": TOKEN, "refresh_token": TOKEN}));
    let person = json!({"id": SUBJECT, "properties": {"nickname": "비밀의 미나"}, "kakao_account": {"email": ADDRESS}});
    let echo = format!("{CODE} of {CLIENT} for {ADDRESS}");
    let base = provider(vec![
        token(),
        (200, person.clone()),
        (400, json!({"error": "invalid_grant", "error_description": echo})),
        (400, json!({"error": echo})),
        (500, json!({"error_description": echo})),
        token(),
        (403, json!({"msg": TOKEN})),
        token(),
        (200, json!({"person": person})),
    ]);
    let server = Server::start_with(&[
        ("KAKAO_CLIENT_ID", CLIENT),
        ("KAKAO_REDIRECT_URI", "http://localhost:3000/auth/kakao/callback"),
        ("KAKAO_TOKEN_URL", &format!("{base}/token")),
        ("KAKAO_USERINFO_URL", &format!("{base}/me")),
        ("RUST_LOG", "warn,nine_cloud=trace,nine_cloud_actors=trace"),
    ]);
    let body = json!({"code": CODE}).to_string();
    for status in [200, 401, 401, 401, 401, 401] {
        let request = server.http.post(server.url("/kakao/callback")).body(body.clone());
        let answer = request.header("content-type", "application/json").send().await.unwrap();
        assert_eq!(answer.status(), status);
    }
    let log = server.log();
    assert_eq!(log.matches("a sign-in with a provider failed").count(), 5, "{log}");
    assert!(log.contains("invalid_grant"), "an operator sees what the provider minds");
    server.assert_discreet([CODE, TOKEN, ADDRESS, CLIENT, &SUBJECT.to_string(), "비밀의"]);
}
