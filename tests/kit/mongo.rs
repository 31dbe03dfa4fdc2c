//! The chat log of a test's server in MongoDB, when `TEST_CHAT_LOG` is `mongo`: `scripts/test` runs the chat once more so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use nine_cloud::adapters::mongo::MongoChatLog;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::ChatLog;

use super::proxy::Proxy;

/// A database of a test's own, behind a line that can be broken. It goes with this value.
pub(crate) struct MongoDatabase {
    server: String,
    name: String,
    pub(crate) line: Proxy,
}

impl MongoDatabase {
    /// `None` when the log is in SQL.
    pub(crate) fn if_wanted() -> Option<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        if variable("TEST_CHAT_LOG")? != "mongo" {
            return None;
        }
        let server = variable("TEST_MONGO_URL").unwrap();
        let (now, count) =
            (SystemTime::now().duration_since(UNIX_EPOCH), COUNT.fetch_add(1, Ordering::Relaxed));
        let name = format!("test_chat_{}_{}_{count}", now.unwrap().as_secs(), std::process::id());
        let line = Proxy::to(server.trim_start_matches("mongodb://").parse().unwrap());
        Some(Self { server, name, line })
    }

    /// What `MONGO_DB` is set to.
    pub(crate) fn url(&self) -> String {
        format!("mongodb://{}/{}?directConnection=true", self.line.address, self.name)
    }

    /// The log, of another node.
    pub(crate) fn log(&self) -> Arc<dyn ChatLog> {
        nine_cloud::tls::use_ring();
        Arc::new(MongoChatLog::open(&Secret::new(self.url())).unwrap())
    }
}

impl Drop for MongoDatabase {
    fn drop(&mut self) {
        let url = format!("{}/{}?directConnection=true", self.server, self.name);
        let name = self.name.clone();
        let removed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                mongodb::Client::with_uri_str(url).await.unwrap().database(&name).drop().await.unwrap();
            });
        });
        assert!(removed.join().is_ok() || std::thread::panicking(), "the database could not be dropped");
    }
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
    let value = std::env::var(name);
    value.ok().filter(|value| !value.is_empty())
}
