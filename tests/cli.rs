//! The binary as a person or a container calls it: what it prints, and its exit code.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `nine-cloud` in `folder` with nothing in its environment but `variables`.
fn nine_cloud(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nine-cloud"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("the binary runs")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn an_unknown_sub_command_gets_the_usage_and_exit_code_2() {
    let output = nine_cloud(folder().path(), &["sevre"], &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.starts_with("nine-cloud: unknown sub-command `sevre`\n\nUsage: nine-cloud"), "{said}");
}

#[test]
fn help_and_version_go_to_standard_output() {
    let help = nine_cloud(folder().path(), &["--help"], &[]);
    assert!(help.status.success());
    assert!(text(&help.stdout).contains("check-config"));
    let version = nine_cloud(folder().path(), &["--version"], &[]);
    assert_eq!(text(&version.stdout), concat!("nine-cloud ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_environment_goes_before_the_env_file() {
    let folder = folder();
    let file =
        "PORT='4001'\nexport NODE_ID=\"blue\" # comment\nADMIN_TOKEN='hunter2$HOME\"#hunter2'\nRELEASE=7\n";
    std::fs::write(folder.path().join(".env"), file).expect("written");
    let output = nine_cloud(folder.path(), &["check-config"], &[("PORT", "\"4002\""), ("RELEASE", "")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    for line in [
        "PORT = 4002  # environment",
        "NODE_ID = blue  # .env",
        "ADMIN_TOKEN = [secret]  # .env",
        "RELEASE = 7  # .env",
    ] {
        assert!(said.lines().any(|found| found == line), "{line} in {said}");
    }
    assert!(!said.contains("hunter2"));
    assert!(!folder.path().join("data").exists(), "looking at the settings makes nothing");
}

#[test]
fn every_wrong_setting_is_a_line_and_the_start_is_refused() {
    let folder = folder();
    std::fs::write(folder.path().join(".env"), "what is this\n").expect("written");
    let variables = [("PORT", "http"), ("MONGO_DB", "hunter2")];
    for command in ["serve", "migrate", "check-config"] {
        let output = nine_cloud(folder.path(), &[command], &variables);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        let starts = [
            "nine-cloud: .env line 1: ",
            "nine-cloud: PORT: found \"http\"; expected",
            "nine-cloud: MONGO_DB: ",
        ];
        assert_eq!(said.lines().count(), starts.len(), "{said}");
        assert!(said.lines().zip(starts).all(|(line, start)| line.starts_with(start)), "{said}");
        assert!(!said.contains("hunter2"));
    }
}

#[test]
fn health_is_what_the_server_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let server = std::thread::spawn(move || {
        for status in ["200 OK", "503 Service Unavailable"] {
            let (mut peer, _) = listener.accept().expect("a caller");
            let _ = peer.read(&mut [0; 512]).expect("a request");
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            // In one piece: the caller hangs up as soon as it has read the status.
            peer.write_all(answer.as_bytes()).expect("sent");
        }
    });
    let ask =
        || nine_cloud(folder().path(), &["health"], &[("PORT", &port), ("HOST", "0.0.0.0")]).status.code();
    assert_eq!(ask(), Some(0));
    assert_eq!(ask(), Some(1));
    server.join().expect("the server ends well");
    assert_eq!(ask(), Some(1), "nobody is there any more");
}
