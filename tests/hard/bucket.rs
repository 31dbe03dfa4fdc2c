//! Drawings in a bucket: away and back, with the real binary.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::kit::{Answer, Person, Proxy, Server, bmp, form_type, picture_form, send};
use crate::s3::{ACCESS_KEY, BUCKET, Bucket, SECRET_KEY};

/// All that the client of the bucket would say, too.
const VERBOSE: (&str, &str) = ("RUST_LOG", "warn,nine_cloud=trace,nine_cloud_actors=trace,aws=trace");

fn start(proxy: &Proxy) -> Server {
    let endpoint = format!("http://{}", proxy.address);
    Server::start_with(&[
        ("RATE_LIMITS", "off"),
        ("S3_BUCKET", BUCKET),
        ("S3_ENDPOINT", &endpoint),
        ("S3_ACCESS_KEY", ACCESS_KEY),
        ("S3_SECRET_ACCESS_KEY", SECRET_KEY),
        VERBOSE,
    ])
}

/// The path of the new diary's drawing.
async fn draws(server: &Server, person: &Person) -> String {
    let headers = format!("{}Content-Type: {}\r\n", person.header(), form_type());
    let body = picture_form("<p>x</p>", &bmp());
    let posted = send(server.address, "POST", "/diary/posting", &headers, &body).await;
    assert_eq!(posted.status, 201, "{posted:?}");
    let image = posted.json()["data"]["image"].as_str().unwrap().to_owned();
    image.strip_prefix(&server.url("")).unwrap().to_owned()
}

async fn get(server: &Server, path: &str) -> Answer {
    send(server.address, "GET", path, "", b"").await
}

fn pending(server: &Server) -> i64 {
    server.count("SELECT COUNT(*) FROM pending_files")
}

#[tokio::test]
async fn a_drawing_is_seen_while_the_bucket_is_away_and_comes_from_it_afterwards() {
    let bucket = Bucket::start();
    let proxy = Proxy::to(bucket.address);
    proxy.refuse();
    let server = start(&proxy);
    let people = server.people(12);
    let mut paths = Vec::new();
    for person in &people {
        paths.push(draws(&server, person).await);
    }
    let ready = get(&server, "/ready").await;
    assert_eq!((ready.status, &ready.json()["failing"]), (503, &json!(["files"])));
    let tried = "SELECT COUNT(*) FROM pending_files WHERE attempts > 2";
    server.until("they were tried some times", || server.count(tried) > 0).await;
    let mut drawings = Vec::new();
    for path in &paths {
        let drawing = get(&server, path).await;
        assert_eq!((drawing.status, drawing.header("content-type")), (200, Some("image/png")));
        drawings.push(drawing.body);
    }

    proxy.restore();
    let back = Instant::now();
    server.until("all are moved", || pending(&server) == 0).await;
    // Five seconds are promised; a busy machine gets some more.
    assert!(back.elapsed() < Duration::from_secs(10), "{:?}", back.elapsed());
    assert_eq!((bucket.keys().len(), bucket.parts()), (people.len(), 0));
    assert_eq!(get(&server, "/ready").await.status, 200);
    for (path, drawing) in paths.iter().zip(&drawings) {
        let sent_on = get(&server, path).await;
        assert_eq!((sent_on.status, sent_on.body.len()), (307, 0));
        let seconds = sent_on.header("cache-control").unwrap().strip_prefix("private, max-age=").unwrap();
        assert!(seconds.parse::<u64>().unwrap() <= 3600);
        let from_bucket = server.http.get(server.url(path)).send().await.unwrap();
        assert_eq!(
            (from_bucket.url().port(), from_bucket.status().as_u16()),
            (Some(proxy.address.port()), 200)
        );
        assert_eq!(from_bucket.headers()["content-type"], "image/png");
        assert_eq!(&from_bucket.bytes().await.unwrap(), drawing);
    }

    // A diary takes its drawing along, also out of the bucket.
    let diary = server.count("SELECT MAX(id) FROM diary_entries");
    let path = format!("/diary/delete/{diary}");
    let deleted = send(server.address, "DELETE", &path, &people[11].header(), b"").await;
    assert_eq!(deleted.status, 201, "{deleted:?}");
    server.until("it is removed", || bucket.keys().len() == people.len() - 1).await;
    server.assert_discreet(people.iter().flat_map(Person::secrets).chain([SECRET_KEY, "X-Amz-Signature="]));
}

#[tokio::test]
async fn a_bucket_that_is_silent_holds_up_nobody() {
    let bucket = Bucket::start();
    let proxy = Proxy::to(bucket.address);
    let server = start(&proxy);
    assert_eq!(get(&server, "/ready").await.status, 200);
    proxy.pause();
    let began = Instant::now();
    let person = server.person();
    let path = draws(&server, &person).await;
    let drawing = get(&server, &path).await;
    assert_eq!(drawing.status, 200);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    while get(&server, "/ready").await.json()["failing"] != json!(["files"]) {
        assert!(began.elapsed() < Duration::from_secs(20), "it is ready without its bucket");
    }
    proxy.restore();
    server.until("it is moved", || pending(&server) == 0).await;
    assert_eq!(get(&server, &path).await.status, 307);
}

#[tokio::test]
async fn what_is_left_at_a_stop_is_moved_after_the_next_start() {
    let bucket = Bucket::start();
    let proxy = Proxy::to(bucket.address);
    proxy.refuse();
    let mut server = start(&proxy);
    let person = server.person();
    let path = draws(&server, &person).await;
    server.signal(rustix::process::Signal::TERM);
    let exit = server.exit_within(Duration::from_secs(20)).await.expect("an end");
    assert_eq!((exit.code(), pending(&server)), (Some(0), 1));
    proxy.restore();
    let server = server.again();
    server.until("it is moved", || pending(&server) == 0).await;
    assert_eq!(bucket.keys(), [path.strip_prefix("/uploads/").unwrap()]);
}
