//! Every route with every token that does not count.

use nine_cloud::http::ROUTES;

use crate::kit::{Person, Server, good_body, send};

/// Routes that ask for no access token: the page of administrators shows nothing without one, and figures are for whoever is
/// on this machine.
const OPEN: [(&str, &str); 20] = [
    ("get", "/"),
    ("get", "/health"),
    ("get", "/ready"),
    ("get", "/metrics"),
    ("get", "/admin"),
    ("get", "/assets/admin.js"),
    ("get", "/assets/default-profile.svg"),
    ("get", "/assets/chat.js"),
    ("get", "/assets/landing.js"),
    ("get", "/uploads/{key}"),
    ("post", "/signup"),
    ("post", "/complete-signup"),
    ("post", "/signin"),
    ("post", "/kakao/callback"),
    ("post", "/google/callback"),
    ("post", "/naver/callback"),
    ("post", "/token"),
    ("post", "/cancel-signoff"),
    ("post", "/signoffInProgress"),
    ("get", "/feeds"),
];

/// Routes that a visitor may call too, for whom no header is the words `null` and `undefined`.
const FOR_VISITORS: [&str; 4] = [
    "/diary/detail/{diaryId}",
    "/diary/detail/comment/{diaryId}",
    "/community/rooms",
    "/community/rooms/{room}/messages",
];

#[tokio::test]
async fn no_route_of_a_person_is_open_to_a_token_that_does_not_count() {
    let server = Server::start();
    let people = server.people(4);
    let [mina, ended, gone, pending] = &people[..] else { unreachable!() };
    server.execute(&format!(
        "PRAGMA foreign_keys = ON;
         DELETE FROM sessions WHERE id = '{}'; DELETE FROM accounts WHERE id = {};
         UPDATE accounts SET purge_at = '2999-01-01 00:00:00.000' WHERE id = {};
         DELETE FROM sessions WHERE user_id = {}",
        ended.session, gone.id, pending.id, pending.id
    ));
    let claims = mina.access.split('.').nth(1).unwrap();
    let unsigned = format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    let no_claims = "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA".to_owned();
    let bad: [(&str, String, u16); 16] = [
        ("a refresh token", format!("Bearer {}", mina.refresh), 401),
        ("an expired token", mina.expired(), 419),
        ("a foreign token", mina.foreign(), 401),
        ("an unsigned token", unsigned, 401),
        ("a token without claims", no_claims, 401),
        ("a token of an ended session", ended.access.clone(), 401),
        ("a token of a person who is gone", gone.access.clone(), 401),
        ("a token of a person about to go", pending.access.clone(), 401),
        ("a token with more after it", format!("{}x", mina.access), 401),
        ("Bearer alone", "Bearer".to_owned(), 401),
        ("Bearer and nothing", "Bearer ".to_owned(), 401),
        ("another scheme", "Basic bWluYTpwYXNz".to_owned(), 401),
        ("a lower-case scheme", mina.access.replacen("Bearer", "bearer", 1), 401),
        ("60 kB", format!("Bearer {}", "a".repeat(60_000)), 401),
        ("no ASCII", "Bearer 토큰".to_owned(), 401),
        ("null", "null".to_owned(), 401),
    ];
    for route @ (method, path) in ROUTES.iter().filter(|route| !OPEN.contains(route)) {
        let concrete = path.split('/').map(|segment| match segment {
            "{sessionId}" => &mina.session,
            "{year}" => "2026",
            "{room}" => "plaza",
            parameter if parameter.starts_with('{') => "1",
            own => own,
        });
        let concrete = concrete.collect::<Vec<_>>().join("/");
        for (name, token, status) in &bad {
            let is_visitor = *name == "null" && *method == "get" && FOR_VISITORS.contains(path);
            if is_visitor {
                continue;
            }
            let (kind, body) = good_body(path);
            let headers = format!("Authorization: {token}\r\nContent-Type: {kind}\r\n");
            let answer = send(server.address, &method.to_uppercase(), &concrete, &headers, &body).await;
            let what = format!("{route:?} with {name}");
            answer.assert_refused(&what);
            assert_eq!(answer.status, *status, "{what}: {answer:?}");
        }
    }
    for (name, token, _) in &bad {
        let answer = send(server.address, "GET", "/feeds", &format!("Authorization: {token}\r\n"), b"").await;
        assert_eq!(answer.status, 200, "the feed with {name}");
    }
    server.assert_discreet(people.iter().flat_map(Person::secrets));
}

#[tokio::test]
async fn a_fresh_access_token_is_for_a_living_refresh_token_alone() {
    let server = Server::start();
    let people = server.people(2);
    let [mina, ended] = &people[..] else { unreachable!() };
    server.execute(&format!("DELETE FROM sessions WHERE id = '{}'", ended.session));
    let access = mina.access.strip_prefix("Bearer ").unwrap();
    let bad = [access, &ended.refresh, "null", "undefined", "", "x.y.z", &"a".repeat(60_000), "토큰"];
    for token in bad {
        let answer = send(server.address, "POST", "/token", &format!("Refreshtoken: {token}\r\n"), b"").await;
        answer.assert_refused("a bad refresh token");
        assert_eq!((answer.status, answer.code().as_str()), (401, "refresh_token_invalid"));
    }
    let good = format!("Refreshtoken: {}\r\n", mina.refresh);
    let answer = send(server.address, "POST", "/token", &good, b"").await;
    assert_eq!(answer.status, 201, "and nobody's session ended over it: {answer:?}");
    server.assert_discreet(people.iter().flat_map(Person::secrets));
}
