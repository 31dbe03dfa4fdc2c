//! Every route with every body that it does not want.

use std::time::{Duration, Instant};

use nine_cloud::http::ROUTES;
use tokio::time::timeout;

use crate::kit::{
    Connection, INTIMATE, ORIGIN, PROMPT, Person, Server, bmp, form, form_type, huge_png, picture_form, send,
    send_all,
};

/// Routes that read a body, and which of its keys they need; all others may ignore what they are sent.
const READERS: [(&str, &str); 12] = [
    ("post", "/signup"),
    ("post", "/complete-signup"),
    ("post", "/signin"),
    ("post", "/cancel-signoff"),
    ("post", "/signoffInProgress"),
    ("patch", "/myInfo/edit-pw"),
    ("post", "/diary/detail/comment/{diaryId}"),
    ("patch", "/diary/detail/comment/{commentId}"),
    ("post", "/diary/detail/secondaryComment/{diaryId}/{commentId}"),
    ("patch", "/diary/detail/secondaryComment/{diaryId}/{secondaryCommentId}"),
    ("post", "/diary/posting"),
    ("patch", "/myInfo/editmyInfo"),
];

/// Routes that take a form with a picture.
const FORMS: [(&str, &str); 2] = [("post", "/diary/posting"), ("patch", "/myInfo/editmyInfo")];

/// The path with an id that exists nowhere for every parameter.
fn concrete(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "987654321" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// Bodies that no route can take, with their type.
fn bad_bodies() -> Vec<(&'static str, String, Vec<u8>)> {
    let json = "application/json";
    let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
    let deep_key = format!("{{\"content\":{}1{}}}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let cut = picture_form(INTIMATE, &bmp());
    let wrong_types = br#"{"email":1,"password":[],"username":{},"Authenticationcode":true,"newPassword":9,"content":7,"isPublic":"maybe"}"#;
    let mut bodies: Vec<(&'static str, &str, Vec<u8>)> = vec![
        ("no body", "", Vec::new()),
        ("an empty JSON body", json, Vec::new()),
        ("null", json, b"null".to_vec()),
        ("an array", json, b"[{}]".to_vec()),
        ("a text", json, br#""content""#.to_vec()),
        ("half an object", json, br#"{"content":"x","email":"#.to_vec()),
        ("two objects", json, b"{}{}".to_vec()),
        ("wrong types", json, wrong_types.to_vec()),
        ("a lone surrogate", json, br#"{"content":"\ud800","email":"\ud800","password":"\ud800"}"#.to_vec()),
        ("invalid UTF-8", json, b"{\"content\":\"\xff\xfe\",\"email\":\"\xff\"}".to_vec()),
        ("deep arrays", json, deep),
        ("deep objects", json, deep_key.into_bytes()),
        ("1 MB of JSON", json, format!("{{\"content\":\"{}\"}}", "x".repeat(1_000_000)).into_bytes()),
        ("plain text", "text/plain", INTIMATE.as_bytes().to_vec()),
        ("XML", "application/xml", b"<content>x</content>".to_vec()),
        ("a type that is none", ";;;=", b"x".to_vec()),
        ("another boundary", "multipart/form-data; boundary=another", cut.clone()),
        ("no boundary", "multipart/form-data", cut.clone()),
    ];
    let form_type = form_type();
    bodies.push(("an empty form body", &form_type, Vec::new()));
    bodies.push(("half a form", &form_type, cut[..cut.len() / 2].to_vec()));
    bodies.into_iter().map(|(name, kind, body)| (name, kind.to_owned(), body)).collect()
}

fn content_type(kind: &str) -> String {
    if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") }
}

#[tokio::test]
async fn no_route_takes_a_body_that_it_does_not_want() {
    let server = Server::start();
    let people = server.people(ROUTES.len());
    for ((method, path), person) in ROUTES.iter().zip(&people) {
        for (name, kind, body) in bad_bodies() {
            let what = format!("{method} {path} with {name}");
            let headers = person.header() + &content_type(&kind);
            let answer = send(server.address, &method.to_uppercase(), &concrete(path), &headers, &body).await;
            if READERS.contains(&(*method, *path)) {
                answer.assert_refused(&what);
            } else if !path.ends_with("/callback") || answer.status != 503 {
                // A provider that is not set up is 503 by contract.
                answer.assert_readable(&what);
            }
        }
    }
    let written = ["diary_entries", "diary_comments", "comment_replies", "outgoing_mails", "signup_codes"];
    for table in written {
        assert_eq!(server.count(&format!("SELECT COUNT(*) FROM {table}")), 0, "{table}");
    }
    server.assert_discreet(people.iter().flat_map(Person::secrets));
}

#[tokio::test]
async fn the_last_of_two_equal_keys_counts_and_unknown_ones_do_not() {
    let server = Server::start();
    let body = br#"{"email":"x","email":"nobody@example.com","password":"password1!","what":[{}]}"#;
    let answer = send(server.address, "POST", "/signin", &content_type("application/json"), body).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "unknown_email"));
}

#[tokio::test]
async fn a_body_cut_short_is_answered_at_its_end() {
    let server = Server::start();
    let person = server.person();
    for (method, path) in READERS {
        let kinds = if FORMS.contains(&(method, path)) { form_type() } else { "application/json".to_owned() };
        let body = if FORMS.contains(&(method, path)) {
            picture_form(INTIMATE, &bmp())
        } else {
            format!("{{\"content\":\"{INTIMATE}\"}}").into_bytes()
        };
        let head = format!(
            "{} {} HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n{}Content-Type: {kinds}\r\n",
            method.to_uppercase(),
            concrete(path),
            person.header(),
        );
        let half = &body[..body.len() / 2];
        let by_length = [format!("{head}Content-Length: {}\r\n\r\n", body.len()).as_bytes(), half].concat();
        let chunk = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len());
        for request in [by_length, [chunk.as_bytes(), half].concat()] {
            let what = format!("half a body for {method} {path}");
            send_all(server.address, &request, &what).await.assert_refused(&what);
        }
        // What is no HTTP any more may also end the connection without a word, but promptly.
        let garbage = format!("{head}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{{}}\r\n0\r\n\r\n");
        let mut connection = Connection::open(server.address).await;
        connection.send(garbage).await;
        let ended = timeout(PROMPT, connection.read_answer(false)).await.expect("an end");
        if let Ok(answer) = ended {
            answer.assert_refused(path);
        }
    }
    assert_eq!(server.count("SELECT COUNT(*) FROM diary_entries"), 0);
    server.assert_discreet(person.secrets());
}

#[tokio::test]
async fn pictures_that_are_none_are_refused_by_name() {
    let server = Server::start();
    let mut large = bmp();
    large.resize(11_000_000, 0);
    let bad: [(&str, Vec<u8>, &str); 7] = [
        ("11 MB", large, "image_too_large"),
        ("50,000×50,000 pixels", huge_png(), "image_too_many_pixels"),
        ("a page", b"<html><script>alert(1)</script></html>".to_vec(), "image_unsupported"),
        ("an SVG", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "image_unsupported"),
        ("a program that begins like a GIF", b"GIF89a/*\0*/=1;alert(1)".to_vec(), "image_too_many_pixels"),
        ("half a picture", bmp()[..60].to_vec(), "image_broken"),
        ("a lone signature", b"\x89PNG\r\n\x1a\n".to_vec(), "image_broken"),
    ];
    let people = server.people(FORMS.len());
    for ((method, path), person) in FORMS.iter().zip(&people) {
        for (name, picture, code) in &bad {
            let body = picture_form(INTIMATE, picture);
            let headers = person.header() + &content_type(&form_type());
            let answer = send(server.address, &method.to_uppercase(), path, &headers, &body).await;
            answer.assert_refused(name);
            assert_eq!(answer.code(), *code, "{name} for {path}");
        }
    }
    assert_eq!(server.count("SELECT COUNT(*) FROM diary_entries"), 0);
    assert_eq!(server.count("SELECT COUNT(*) FROM pending_files"), 0);
    server.assert_discreet(people.iter().flat_map(Person::secrets));
}

#[tokio::test]
async fn of_a_polyglot_only_the_picture_is_kept() {
    const PROGRAM: &[u8] = b"<script>alert(1)</script>";
    let server = Server::start();
    let person = server.person();
    let polyglot = [bmp(), PROGRAM.to_vec()].concat();
    let headers = person.header() + &content_type(&form_type());
    let body = picture_form("<p>x</p>", &polyglot);
    let posted = send(server.address, "POST", "/diary/posting", &headers, &body).await;
    assert_eq!(posted.status, 201, "{posted:?}");
    let address = posted.json()["data"]["image"].as_str().unwrap().to_owned();
    let path = address.strip_prefix(&server.url("")).unwrap();
    let image = send(server.address, "GET", path, "", b"").await;
    assert_eq!((image.status, image.header("content-type")), (200, Some("image/png")));
    assert_eq!(image.header("x-content-type-options"), Some("nosniff"));
    assert!(!image.body.windows(PROGRAM.len()).any(|window| window == PROGRAM));
}

#[tokio::test]
async fn texts_of_a_form_must_be_utf_8_and_modest() {
    let server = Server::start();
    let person = server.person();
    let headers = person.header() + &content_type(&form_type());
    let long = vec![b'x'; 70_000];
    for (name, text) in [("invalid UTF-8", &b"\xff\xfe"[..]), ("70 kB", &long)] {
        let body = form(&[("name=\"content\"", text)]);
        let answer = send(server.address, "POST", "/diary/posting", &headers, &body).await;
        answer.assert_refused(name);
    }
    let many = vec![("name=\"junk\"", &b"x"[..]); 1000];
    let answer = send(server.address, "POST", "/diary/posting", &headers, &form(&many)).await;
    answer.assert_refused("1000 parts");
    assert_eq!(server.count("SELECT COUNT(*) FROM diary_entries"), 0);
}

/// The one slow test: it sleeps for nearly all of its time.
#[tokio::test]
async fn a_silent_body_is_408_after_twenty_seconds() {
    let server = Server::start();
    let person = server.person();
    let mut connections = Vec::new();
    for (method, path) in READERS {
        let kind = if FORMS.contains(&(method, path)) { form_type() } else { "application/json".to_owned() };
        let head = format!(
            "{} {} HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n{}Content-Type: {kind}\r\nContent-Length: 99\r\n\r\n",
            method.to_uppercase(),
            concrete(path),
            person.header(),
        );
        // Three pictures of one person at once, so that none of the silent ones waits for another's place.
        let mut connection = Connection::open(server.address).await;
        connection.send(head).await;
        connection.send("{\"").await;
        connections.push((path, connection));
    }
    let mut slow_head = Connection::open(server.address).await;
    slow_head.send("GET /feeds HTTP/1.1\r\nHost: x\r\nX-Slow: ").await;

    let began = Instant::now();
    for (path, mut connection) in connections {
        let answer = connection.answer_within(Duration::from_secs(25), path).await;
        assert!(began.elapsed() > Duration::from_secs(18), "{path}: {answer:?} after {:?}", began.elapsed());
        answer.assert_refused(path);
        assert_eq!((answer.status, answer.code().as_str()), (408, "body_timeout"), "{path}");
    }
    // Its head was never parsed, so there is nobody to answer in JSON.
    let answer = slow_head.answer_within(Duration::from_secs(5), "a slow head").await;
    assert_eq!(answer.status, 408);
    server.assert_discreet(person.secrets());
}
