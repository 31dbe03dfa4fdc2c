//! Many at once.

use futures_util::future::join_all;
use reqwest::multipart::{Form, Part};

use crate::kit::{Person, Server, bmp};

/// How often each status came.
fn times(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|found| **found == status).count()
}

async fn statuses(requests: impl IntoIterator<Item = reqwest::RequestBuilder>) -> Vec<u16> {
    let sent = requests.into_iter().map(async |request| request.send().await.unwrap().status().as_u16());
    join_all(sent).await
}

/// How many succeeded.
fn successes(statuses: &[u16]) -> usize {
    statuses.iter().filter(|found| (200..300).contains(*found)).count()
}

fn posting(server: &Server, person: &Person) -> reqwest::RequestBuilder {
    let drawing = Part::bytes(bmp()).file_name("blob");
    let form = Form::new().text("content", "<p>x</p>").text("isPublic", "true").part("image", drawing);
    server.http.post(server.url("/diary/posting")).header("Authorization", &person.access).multipart(form)
}

/// Publishes a diary and answers its id.
async fn publish(server: &Server, person: &Person) -> i64 {
    assert_eq!(statuses([posting(server, person)]).await, [201]);
    server.count(&format!("SELECT id FROM diary_entries WHERE author_id = {}", person.id))
}

fn like(server: &Server, person: &Person, diary: i64) -> reqwest::RequestBuilder {
    server.http.post(server.url(&format!("/feeds/{diary}/like"))).header("Authorization", &person.access)
}

/// What the diary says, and what is.
fn likes(server: &Server, diary: i64) -> (i64, i64) {
    (
        server.count(&format!("SELECT like_count FROM diary_entries WHERE id = {diary}")),
        server.count(&format!("SELECT COUNT(*) FROM diary_likes WHERE diary_id = {diary}")),
    )
}

#[tokio::test]
async fn thirty_two_posts_of_one_person_are_one_diary() {
    let server = Server::start();
    let person = server.person();
    let found = statuses((0..32).map(|_| posting(&server, &person))).await;
    assert_eq!((times(&found, 201), times(&found, 409)), (1, 31), "{found:?}");
    assert_eq!(server.count("SELECT COUNT(*) FROM diary_entries"), 1);
    server.assert_discreet(person.secrets());
}

#[tokio::test]
async fn likes_are_as_many_as_their_rows() {
    let server = Server::start();
    let people = server.people(64);
    let diary = publish(&server, &people[0]).await;
    let by_one = statuses((0..64).map(|_| like(&server, &people[1], diary))).await;
    assert_eq!(successes(&by_one), 64, "{by_one:?}");
    assert_eq!(likes(&server, diary), (0, 0), "an even number of toggles");
    let by_many = statuses(people.iter().map(|person| like(&server, person, diary))).await;
    assert_eq!(successes(&by_many), 64, "{by_many:?}");
    assert_eq!(likes(&server, diary), (64, 64));
    let by_some = people[..21].iter().flat_map(|person| (0..3).map(|_| like(&server, person, diary)));
    let by_some = statuses(by_some).await;
    assert_eq!(successes(&by_some), 63, "{by_some:?}");
    assert_eq!(likes(&server, diary), (43, 43));
}

#[tokio::test]
async fn one_code_makes_one_account() {
    let server = Server::start();
    let email = "hana@secret.example";
    let asked = server.http.post(server.url("/signup")).json(&serde_json::json!({ "email": email }));
    assert_eq!(statuses([asked]).await, [201]);
    let code = server.mailed_code().await;
    let body = serde_json::json!({
        "email": email, "Authenticationcode": code, "password": "secret#word1!", "username": "hana"
    });
    let found = statuses((0..20).map(|_| server.http.post(server.url("/complete-signup")).json(&body))).await;
    assert_eq!((times(&found, 201), times(&found, 401)), (1, 19), "{found:?}");
    assert_eq!(server.count("SELECT COUNT(*) FROM accounts"), 1);
    server.assert_discreet([email, &code, "secret#word1!"]);
}

#[tokio::test]
async fn of_many_codes_for_one_address_the_last_counts() {
    let server = Server::start();
    let email = "hana@secret.example";
    let asks =
        (0..8).map(|_| server.http.post(server.url("/signup")).json(&serde_json::json!({ "email": email })));
    assert_eq!(times(&statuses(asks).await, 201), 8);
    assert_eq!(server.count("SELECT COUNT(*) FROM signup_codes"), 1);
}

#[tokio::test]
async fn edits_and_a_removal_leave_nothing_half_done() {
    let server = Server::start();
    let people = server.people(9);
    let (author, readers) = people.split_first().unwrap();
    let diary = publish(&server, author).await;
    let url = |path: &str| server.url(&format!("{path}/{diary}"));
    let edits = (0..16).map(|n| {
        let body = serde_json::json!({ "content": format!("<p>{n}</p>"), "isPublic": true });
        server.http.patch(url("/diary/edit")).header("Authorization", &author.access).json(&body)
    });
    let comments = readers.iter().map(|reader| {
        let body = serde_json::json!({ "content": "x" });
        server.http.post(url("/diary/detail/comment")).header("Authorization", &reader.access).json(&body)
    });
    let likes = readers.iter().map(|reader| like(&server, reader, diary));
    let removals =
        (0..2).map(|_| server.http.delete(url("/diary/delete")).header("Authorization", &author.access));
    let requests: Vec<_> = edits.chain(comments).chain(removals).chain(likes).collect();
    let found = statuses(requests).await;
    assert!(found.iter().all(|status| [200, 201, 400, 404].contains(status)), "{found:?}");
    for table in ["diary_entries", "diary_comments", "diary_likes"] {
        assert_eq!(server.count(&format!("SELECT COUNT(*) FROM {table}")), 0, "{table}");
    }
    server.until("the drawing is gone too", || server.files() == 0).await;
}

#[tokio::test]
async fn after_the_answer_to_a_sign_off_nothing_of_that_person_is_done() {
    let server = Server::start();
    for person in server.people(5) {
        let sign_off = server.http.delete(server.url("/signoff")).header("Authorization", &person.access);
        let (mut found, ended) =
            tokio::join!(statuses((0..6).map(|_| posting(&server, &person))), statuses([sign_off]));
        assert_eq!(ended, [201]);
        assert!(times(&found, 201) <= 1, "{found:?}");
        found.retain(|status| ![201, 401, 409].contains(status));
        assert!(found.is_empty(), "{found:?}");
        assert_eq!(statuses([posting(&server, &person)]).await, [401]);
        let token = server.http.post(server.url("/token")).header("Refreshtoken", &person.refresh);
        assert_eq!(statuses([token]).await, [401]);
    }
    let feed: serde_json::Value =
        server.http.get(server.url("/feeds")).send().await.unwrap().json().await.unwrap();
    assert_eq!(feed["data"], serde_json::json!([]), "diaries of people about to go are not shown");
}

#[tokio::test]
async fn thirty_two_fresh_access_tokens_at_once_are_fine() {
    let server = Server::start();
    let person = server.person();
    let asks =
        (0..32).map(|_| server.http.post(server.url("/token")).header("Refreshtoken", &person.refresh));
    let found = statuses(asks).await;
    assert_eq!(times(&found, 201), 32, "{found:?}");
}
