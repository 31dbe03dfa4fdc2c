//! Redis (6.2 or newer, or Valkey): news between nodes as a stream, and what is short-lived.
//!
//! Nothing waits long for Redis. There is one connection, which all calls share ([`link`]); while it is away every call
//! fails at once, so that whoever has another way takes it.

mod cache;
mod fan_out;
mod fault;
mod link;

use std::sync::Arc;

use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::kit::PortStats;
use nine_cloud_actors::ports::PortResult;
use tokio::runtime::{Builder, Runtime};

pub use cache::RedisCache;
pub use fan_out::RedisFanOut;

use link::Link;

/// Before the name of every key of ours.
const PREFIX: &str = "nine-cloud:";

/// Why Redis cannot be spoken to. Never shows the address, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenRedisError {
    /// Not an address.
    #[error("the address of Redis does not read")]
    Address,
    /// No threads to speak on.
    #[error("the runtime of Redis could not be started")]
    Runtime(#[from] std::io::Error),
}

/// A Redis server. Cheap to clone: clones share the connection.
#[derive(Clone)]
pub struct Redis(Arc<Shared>);

struct Shared {
    client: ::redis::Client,
    link: Arc<Link>,
    /// A connection lives in the runtime that made it, and those of actix workers end before the last call of a mailer or a
    /// scheduler; so this one is ours. `None` only while dropping.
    runtime: Option<Runtime>,
}

impl Redis {
    /// Connects, and keeps connecting for as long as this lives. Blocks for at most a second, until the first attempt has
    /// ended: a server that is away makes a node not ready, not dead. [`crate::tls::use_ring`] comes before.
    pub fn open(url: &Secret) -> Result<Self, OpenRedisError> {
        let client = ::redis::Client::open(url.reveal()).map_err(|_| OpenRedisError::Address)?;
        let runtime =
            Builder::new_multi_thread().worker_threads(1).thread_name("redis").enable_all().build()?;
        let (link, tried) = Link::open(client.clone(), runtime.handle());
        let _ = tried.recv_timeout(link::CONNECT_LIMIT);
        Ok(Self(Arc::new(Shared { client, link, runtime: Some(runtime) })))
    }

    /// What is counted about its calls.
    pub fn stats(&self) -> Arc<PortStats> {
        Arc::clone(&self.0.link.stats)
    }

    /// Whether the server can be written to, for `/ready`.
    pub async fn check(&self) -> PortResult<()> {
        Ok(self.0.link.probe().await?)
    }
}

/// A runtime must not be dropped where blocking is forbidden, and the last clone may be dropped anywhere.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
