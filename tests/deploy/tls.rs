//! The configuration for TLS that is shipped, with a certificate that nobody but this test trusts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::front::ECHO;
use super::stage::Stage;
use super::{ONE_AT_A_TIME, variable};

/// What curl has got, and what it ended with.
#[derive(Debug)]
struct Got {
    exit: i32,
    head: String,
    body: String,
}

struct Browser {
    authority: PathBuf,
    base: String,
}

impl Browser {
    fn get(&self, path: &str, more: &[&str]) -> Got {
        let mut command = Command::new("curl");
        command.args(["--silent", "--include", "--noproxy", "*", "--max-time", "10", "--cacert"]);
        command.arg(&self.authority).args(more).arg(format!("{}{path}", self.base));
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        Got { exit: output.status.code().unwrap(), head: head.to_ascii_lowercase(), body: body.to_owned() }
    }
}

/// A new authority and what it vouches for, under the names that certbot gives them.
fn certify(python: &str, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let mut command = Command::new(python);
    command.args(["-m", "trustme", "--quiet", "--identities", "127.0.0.1", "--dir"]).arg(folder);
    assert!(command.status().unwrap().success());
    fs::rename(folder.join("server.pem"), folder.join("fullchain.pem")).unwrap();
    fs::rename(folder.join("server.key"), folder.join("privkey.pem")).unwrap();
}

#[tokio::test]
async fn nginx_speaks_tls_with_forward_secrecy_and_leads_everybody_to_it() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(python) = variable("TEST_PYTHON") else {
        eprintln!("skipped: TEST_PYTHON is not set");
        return;
    };
    let Some(stage) = Stage::set().await else { return };
    let certificates = stage.path("certificates");
    certify(&python, &certificates);
    stage.end_tls(&certificates);
    stage.build_script("echo", ECHO);
    let done = stage.rollout(&["deploy", "echo"]).await;
    assert!(done.succeeded, "{}", done.said);

    let browser =
        Browser { authority: certificates.join("client.pem"), base: format!("https://{}", stage.tls) };
    let scheme = browser.get("/scheme", &[]);
    assert_eq!(scheme.body, "https", "what the node is told: {scheme:?}");
    assert!(scheme.head.starts_with("http/2 200") && scheme.head.contains("x-node: blue"), "{scheme:?}");
    let upgrade = ["--http1.1", "--header", "Connection: Upgrade", "--header", "Upgrade: websocket"];
    assert!(browser.get("/echo", &upgrade).body.starts_with("127.0.0.1|websocket|upgrade|"));
    for (path, status) in [("/scheme", "http/2 200"), ("/metrics", "http/2 404")] {
        let answer = browser.get(path, &[]);
        assert!(answer.head.starts_with(status), "{answer:?}");
        assert!(answer.head.contains("\nstrict-transport-security: max-age=31536000"), "{answer:?}");
    }

    // With TLS 1.2 by authenticated ciphers alone, and with nothing older.
    for (cipher, exit) in [("ECDHE-ECDSA-AES128-GCM-SHA256", 0), ("ECDHE-ECDSA-AES128-SHA256", 35)] {
        let got = browser.get("/scheme", &["--tls-max", "1.2", "--ciphers", cipher]);
        assert_eq!(got.exit, exit, "{cipher}: {got:?}");
    }
    let old = ["--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"];
    assert_eq!(browser.get("/scheme", &old).exit, 35);

    let plain = Browser { authority: browser.authority.clone(), base: format!("http://{}", stage.front) };
    let led = plain.get("/feeds?page=1", &["--data", "kept"]);
    assert!(led.head.starts_with("http/1.1 308"), "a post stays one: {led:?}");
    assert!(led.head.contains("\nlocation: https://127.0.0.1/feeds?page=1"), "{led:?}");
    assert!(!led.head.contains("strict-transport-security"), "it means nothing there: {led:?}");

    // Renewed while it runs; the reload of a rollout takes the new one.
    certify(&python, &certificates);
    assert_eq!(browser.get("/scheme", &[]).exit, 60, "nobody vouches for the one it still has");
    let done = stage.rollout(&["deploy", "echo"]).await;
    assert!(done.succeeded, "{}", done.said);
    assert_eq!(browser.get("/scheme", &[]).body, "https");
}
