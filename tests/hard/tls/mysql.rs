//! `ssl-mode` in `DATABASE_URL`, and in the address of the previous service's database.

use std::process::{Command, Output};

use diesel::sql_types::Text;
use diesel_async::{AsyncMysqlConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use nine_cloud::adapters::sql::MysqlAddress;

use super::authority::Authority;
use super::mariadb::MariaDb;
use crate::adopt::mysql_server;
use crate::kit::{KEY, Server};

const PASSWORD: &str = "hunter2-p@ss:w/rd";
/// The same within an address.
const ENCODED: &str = "hunter2-p%40ss%3Aw%2Frd";

/// The server lets `nine` in over TLS alone.
const USER: &str = "CREATE DATABASE nine CHARACTER SET utf8mb4;
    CREATE USER nine@'%' IDENTIFIED BY 'hunter2-p@ss:w/rd' REQUIRE SSL;
    GRANT ALL ON nine.* TO nine@'%'";

async fn connect(url: &str) -> AsyncMysqlConnection {
    let address = MysqlAddress::parse(url).map_err(|error| error.to_string()).unwrap();
    address.connect().await.unwrap()
}

#[derive(diesel::QueryableByName)]
struct Status {
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

async fn cipher(url: &str) -> String {
    let query = diesel::sql_query("SHOW STATUS LIKE 'Ssl_cipher'");
    query.get_result::<Status>(&mut connect(url).await).await.unwrap().value
}

/// Runs the binary with the one and the other, and looks whether it tells the password.
fn run(arguments: &[&str], database: Option<&str>, trusted: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nine-cloud"));
    command.args(arguments).current_dir(folder.path()).env_clear();
    command.env("SECRET_KEY", KEY).env("RUST_LOG", "trace").env("SSL_CERT_FILE", trusted);
    let output = command.envs(database.map(|url| ("DATABASE_URL", url))).output().unwrap();
    for bytes in [&output.stdout, &output.stderr] {
        let said = String::from_utf8_lossy(bytes);
        for password in [PASSWORD, ENCODED, "hunter2"] {
            assert!(!said.contains(password), "{said}");
        }
    }
    output
}

#[tokio::test]
async fn a_server_is_believed_as_far_as_its_address_says() {
    if mysql_server().is_none() {
        return;
    }
    let Some(ours) = Authority::issuing_to("localhost") else { return };
    let Some(others) = Authority::issuing_to("localhost") else { return };
    let server = MariaDb::start(Some(&ours));
    let as_root = format!("mysql://root@127.0.0.1:{}/mysql", server.port);
    connect(&as_root).await.batch_execute(USER).await.unwrap();
    let address =
        |host: &str, mode: &str| format!("mysql://nine:{ENCODED}@{host}:{}/nine{mode}", server.port);

    assert_eq!(cipher(&as_root).await, "");
    let encrypted = cipher(&address("127.0.0.1", "?ssl-mode=REQUIRED")).await;
    assert!(encrypted.starts_with("TLS_"), "{encrypted}");

    let (ours, others) = (ours.itself(), others.itself());
    let no_one = "/no/such/file";
    for (host, mode, trusted, expected) in [
        ("127.0.0.1", "?ssl-mode=REQUIRED", no_one, None),
        ("127.0.0.1", "?sslaccept=accept_invalid_certs", &*others, None),
        ("127.0.0.1", "?ssl-mode=VERIFY_CA", &*ours, None),
        ("localhost", "?ssl-mode=VERIFY_IDENTITY", &*ours, None),
        ("localhost", "?sslaccept=strict", &*ours, None),
        ("localhost", "", &*ours, Some("Access denied for user 'nine'")),
        ("localhost", "?ssl-mode=DISABLED", &*ours, Some("Access denied for user 'nine'")),
        ("localhost", "?ssl-mode=VERIFY_CA", &*others, Some("UnknownIssuer")),
        ("localhost", "?ssl-mode=VERIFY_CA", no_one, Some("no root")),
        ("localhost", "?ssl-mode=VERIFY_IDENTITY", &*others, Some("UnknownIssuer")),
        ("127.0.0.1", "?ssl-mode=VERIFY_IDENTITY", &*ours, Some("not valid for name \"127.0.0.1\"")),
        ("127.0.0.1", "?require_ssl=true", &*ours, Some("not valid for name \"127.0.0.1\"")),
    ] {
        let output = run(&["migrate"], Some(&address(host, mode)), trusted);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.success(), expected.is_none(), "{host}{mode}: {said}");
        assert!(said.contains(expected.unwrap_or_default()), "{host}{mode}: {said}");
    }

    // The same of the previous service's database.
    let from = address("127.0.0.1", "?connection_limit=5&ssl-mode=VERIFY_CA");
    for (trusted, expected) in [(&ours, "has no table `Users`"), (&others, "UnknownIssuer")] {
        let said = run(&["adopt", "--dry-run", "--from", &from], None, trusted).stderr;
        let said = String::from_utf8(said).unwrap();
        assert!(said.contains(expected), "{said}");
    }

    let url = address("localhost", "?ssl-mode=VERIFY_IDENTITY");
    let trace = "warn,nine_cloud=trace,nine_cloud_actors=trace,mysql_async=trace,rustls=trace";
    let node = Server::start_with(&[("DATABASE_URL", &url), ("SSL_CERT_FILE", &ours), ("RUST_LOG", trace)]);
    let (ready, feed) = (node.http.get(node.url("/ready")), node.http.get(node.url("/feeds")));
    assert_eq!(ready.send().await.unwrap().status(), 200);
    assert_eq!(feed.send().await.unwrap().status(), 200);
    node.assert_discreet([PASSWORD, ENCODED, "hunter2"]);
}

#[tokio::test]
async fn nobody_can_talk_us_out_of_tls() {
    if mysql_server().is_none() {
        return;
    }
    let server = MariaDb::start(None);
    for mode in ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] {
        let url = format!("mysql://root:{ENCODED}@127.0.0.1:{}/mysql?ssl-mode={mode}", server.port);
        let output = run(&["migrate"], Some(&url), "/no/such/file");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains("does not have this capability"), "{said}");
    }
}
