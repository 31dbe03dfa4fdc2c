//! Disks that break and are mended.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::kit::{Server, bmp, form_type, picture_form, send};

/// Puts a file where a folder is to be: root may write into any folder, but not into a file.
fn break_folder(server: &Server, name: &str) {
    fs::rename(server.data().join(name), server.data().join("away")).unwrap();
    fs::write(server.data().join(name), "").unwrap();
}

fn mend_folder(server: &Server, name: &str) {
    fs::remove_file(server.data().join(name)).unwrap();
    fs::rename(server.data().join("away"), server.data().join(name)).unwrap();
}

#[tokio::test]
async fn a_diary_does_not_need_the_file_store() {
    let server = Server::start();
    let person = server.person();
    break_folder(&server, "uploads");
    let headers = format!("{}Content-Type: {}\r\n", person.header(), form_type());
    let posted =
        send(server.address, "POST", "/diary/posting", &headers, &picture_form("<p>x</p>", &bmp())).await;
    assert_eq!(posted.status, 201, "{posted:?}");
    let image = posted.json()["data"]["image"].as_str().unwrap().to_owned();
    let path = image.strip_prefix(&server.url("")).unwrap();
    let from_sql = send(server.address, "GET", path, "", b"").await;
    assert_eq!((from_sql.status, from_sql.header("content-type")), (200, Some("image/png")));
    let ready = send(server.address, "GET", "/ready", "", b"").await;
    assert_eq!((ready.status, &ready.json()["failing"]), (503, &serde_json::json!(["files"])));
    assert_eq!(server.count("SELECT COUNT(*) FROM pending_files"), 1);

    mend_folder(&server, "uploads");
    server.until("the drawing is moved", || server.count("SELECT COUNT(*) FROM pending_files") == 0).await;
    assert_eq!(server.files(), 1);
    let from_disk = send(server.address, "GET", path, "", b"").await;
    assert_eq!((from_disk.status, from_disk.body), (200, from_sql.body));
    assert_eq!(send(server.address, "GET", "/ready", "", b"").await.status, 200);
    server.assert_discreet(person.secrets());
}

#[tokio::test]
async fn a_mail_waits_for_its_outbox() {
    let server = Server::start();
    break_folder(&server, "outbox");
    let ask = br#"{"email":"hana@secret.example"}"#;
    let asked = send(server.address, "POST", "/signup", "Content-Type: application/json\r\n", ask).await;
    assert_eq!(asked.status, 201, "{asked:?}");
    let tried = "SELECT COUNT(*) FROM outgoing_mails WHERE attempts > 0 AND NOT is_dead";
    server.until("it was tried", || server.count(tried) == 1).await;
    mend_folder(&server, "outbox");
    assert_eq!(server.mailed_code().await.len(), 6);
    server.until("it is off the queue", || server.count("SELECT COUNT(*) FROM outgoing_mails") == 0).await;
    server.assert_discreet(["hana@secret.example"]);
}

#[tokio::test]
async fn a_mail_outlives_a_stop() {
    let mut server = Server::start();
    break_folder(&server, "outbox");
    let ask = br#"{"email":"hana@secret.example"}"#;
    let asked = send(server.address, "POST", "/signup", "Content-Type: application/json\r\n", ask).await;
    assert_eq!(asked.status, 201);
    server.signal(Signal::TERM);
    let exit = server.exit_within(Duration::from_secs(10)).await.expect("an end");
    assert_eq!(exit.code(), Some(0));
    assert_eq!(server.count("SELECT COUNT(*) FROM outgoing_mails"), 1);
    mend_folder(&server, "outbox");
    let server = server.again();
    let code = server.mailed_code().await;
    let body = format!(
        r#"{{"email":"hana@secret.example","Authenticationcode":"{code}","password":"secret#word1!","username":"hana"}}"#
    );
    let headers = "Content-Type: application/json\r\n";
    let done = send(server.address, "POST", "/complete-signup", headers, body.as_bytes()).await;
    assert_eq!(done.status, 201, "the code is as durable as its mail: {done:?}");
    let said: Value = done.json();
    assert!(said["message"].as_str().unwrap().contains("회원가입이 완료"));
    server.assert_discreet(["hana@secret.example", &code, "secret#word1!"]);
}
