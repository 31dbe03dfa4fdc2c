//! The nodes, what they share, and people.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use diesel_async::{AsyncConnection as _, AsyncMysqlConnection, SimpleAsyncConnection as _};
use serde_json::{Value, json};

use crate::client::Chat;
use crate::hard_kit::{self, Person, Server};
use crate::kit::redis_server;
use crate::nginx::Nginx;
use crate::wire::Transport;

/// What the nodes are called.
const NAMES: [&str; 3] = ["one", "two", "three"];

/// All of it ends with this value; [`end`](Self::end) also drops the database.
pub(crate) struct Cluster {
    /// Processes.
    pub(crate) nodes: Vec<Server>,
    pub(crate) nginx: Nginx,
    server: String,
    database: String,
}

impl Cluster {
    /// `None` after one line that says what is missing.
    pub(crate) async fn start() -> Option<Self> {
        let missing = |what| {
            // Past the capture of the test harness, so that nobody takes a skipped test for a passed one.
            let _ = writeln!(std::io::stderr(), "{what}: the tests on three nodes are skipped");
        };
        if !Nginx::is_there() {
            missing("nginx is not installed");
            return None;
        }
        #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
        let Some(server) = std::env::var("TEST_MYSQL_URL").ok().filter(|url| !url.is_empty()) else {
            missing("TEST_MYSQL_URL is not set");
            return None;
        };
        let redis = redis_server::database().await?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let database = format!("test_cluster_{now}_{}", std::process::id());
        execute(&server, &format!("CREATE DATABASE {database} CHARACTER SET utf8mb4")).await;
        let url = format!("{}/{database}", server.trim_end_matches('/'));
        let nodes: Vec<Server> = NAMES
            .into_iter()
            .map(|name| {
                Server::start_with(&[
                    ("NODE_ID", name),
                    ("DATABASE_URL", &url),
                    ("REDIS_URL", redis.reveal()),
                    ("PUBLIC_URL", "http://nine.test"),
                    ("RATE_LIMITS", "off"),
                ])
            })
            .collect();
        let addresses: Vec<_> = NAMES.into_iter().zip(nodes.iter().map(|node| node.address)).collect();
        Some(Self { nginx: Nginx::start(&addresses), nodes, server, database })
    }

    /// So many people with a session each.
    pub(crate) async fn people(&self, count: usize) -> Vec<Person> {
        let (people, sql) = Person::some(count);
        let url = format!("{}/{}", self.server.trim_end_matches('/'), self.database);
        execute(&url, &sql).await;
        people
    }

    /// A socket of a person on one of the nodes, by its number.
    pub(crate) async fn on(&self, node: usize, person: &Person) -> Chat {
        connected(&self.nodes[node].address.to_string(), person, Transport::WebSocket).await
    }

    /// A socket of a person, wherever nginx leads it.
    pub(crate) async fn anywhere(&self, person: &Person, transport: Transport) -> Chat {
        connected(&self.nginx.address.to_string(), person, transport).await
    }

    /// People in the plaza, as a node says.
    pub(crate) async fn members(&self, node: usize) -> i64 {
        let server = &self.nodes[node];
        let answer = server.http.get(server.url("/community/rooms")).send().await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        answer["data"][0]["members"].as_i64().unwrap_or_else(|| panic!("{answer}"))
    }

    /// Ends it in order; nothing that was said is in a log, and nothing panicked.
    pub(crate) async fn end(self, people: &[Person]) {
        let secrets = people.iter().flat_map(Person::secrets);
        let secrets: Vec<&str> = secrets.chain([hard_kit::INTIMATE]).collect();
        for node in &self.nodes {
            node.assert_discreet(secrets.iter().copied());
        }
        let Self { server, database, nodes, nginx } = self;
        drop((nginx, nodes));
        execute(&server, &format!("DROP DATABASE {database}")).await;
    }
}

async fn connected(address: &str, person: &Person, transport: Transport) -> Chat {
    let mut chat = Chat::new(address, json!({"token": person.access}), transport);
    chat.connect().await.unwrap();
    chat
}

/// Enters the plaza.
pub(crate) async fn join(chat: &mut Chat) -> Value {
    let joined = chat.ask("join", json!({"room": "plaza"})).await;
    assert_eq!(joined["ok"], true, "{joined}");
    joined
}

async fn execute(url: &str, sql: &str) {
    let mut connection = AsyncMysqlConnection::establish(url).await.unwrap();
    connection.batch_execute(sql).await.unwrap();
}
