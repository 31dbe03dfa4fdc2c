//! The chat log in MongoDB: version 6 or newer, a replica set or a single server, or another server that speaks its
//! protocol.
//!
//! One document per append ([`document::Batch`]), because a document is all that such a server writes at once for sure:
//! transactions need a replica set. What keeps the order, and why nothing is ever half there, is told in [`append`].

mod append;
mod batches;
mod document;
mod fault;
mod forget;
mod plan;
mod port;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use mongodb::Client;
use mongodb::options::{
    ClientOptions, ConnectionString, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::kit::PortStats;
use nine_cloud_actors::ports::PortResult;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

use batches::Batches;
use fault::{MongoError, MongoResult};

/// The database, when the address names none.
const DATABASE: &str = "nine_cloud";

/// No caller waits longer for one operation, whatever the server or the network does.
const OPERATION_LIMIT: Duration = Duration::from_millis(4500);

/// How long a primary is looked for, unless the address says it: short, because whoever speaks waits.
const SELECTION: Duration = Duration::from_secs(2);

/// How long a connection may take to open, unless the address says it.
const CONNECT: Duration = Duration::from_secs(2);

/// How long the other members of a replica set may take to write.
const MAJORITY: Duration = Duration::from_secs(4);

/// Most connections, unless the address says it. A room has one append under way, so the rest are readers.
const CONNECTIONS: u32 = 16;

/// The address cannot be understood. Without the cause, which may repeat a password.
#[derive(Debug, thiserror::Error)]
#[error("MONGO_DB is not an address that the MongoDB driver understands")]
pub struct OpenMongoError(#[source] Option<std::io::Error>);

/// See the module.
pub struct MongoChatLog {
    server: Arc<Server>,
    /// `None` only while dropping. A client belongs to the runtime in which it was made, and the worker threads of the
    /// server have one each that ends before the last lines are written.
    runtime: Option<Runtime>,
    stats: Arc<PortStats>,
}

/// What is reached lazily, so that a MongoDB that is away makes this node not ready, and not dead.
struct Server {
    address: Secret,
    batches: OnceCell<Batches>,
    indexed: OnceCell<()>,
}

impl MongoChatLog {
    /// Begins to connect; that nobody answers shows in [`Self::check`].
    pub fn open(address: &Secret) -> Result<Self, OpenMongoError> {
        ConnectionString::parse(address.reveal()).map_err(|_| OpenMongoError(None))?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("mongo")
            .enable_all()
            .build()
            .map_err(|error| OpenMongoError(Some(error)))?;
        let server = Server { address: address.clone(), batches: OnceCell::new(), indexed: OnceCell::new() };
        let stats = Arc::new(PortStats::of("chat_log"));
        let log = Self { server: Arc::new(server), runtime: Some(runtime), stats };
        let server = Arc::clone(&log.server);
        log.spawn(async move {
            // Whoever needs it tries again, and says why it failed.
            let _ = server.batches().await;
        });
        Ok(log)
    }

    /// Whether there is a server that takes writes.
    pub async fn check(&self) -> PortResult<()> {
        self.run(|batches| async move { batches.ping().await }).await
    }

    /// What its calls count.
    pub fn stats(&self) -> Arc<PortStats> {
        Arc::clone(&self.stats)
    }

    /// Runs one operation where the client lives. It goes on to its end, or its limit, when the caller stops waiting.
    async fn run<T: Send + 'static, W>(
        &self,
        work: impl FnOnce(Batches) -> W + Send + 'static,
    ) -> PortResult<T>
    where
        W: Future<Output = MongoResult<T>> + Send,
    {
        let server = Arc::clone(&self.server);
        let work = async move { work(server.batches().await?).await };
        let bounded = async move {
            let outcome = tokio::time::timeout(OPERATION_LIMIT, work).await;
            outcome.unwrap_or(Err(MongoError::TimedOut(OPERATION_LIMIT)))
        };
        let running = self.spawn(bounded);
        let ended = async move {
            let outcome = match running {
                Some(running) => running.await.unwrap_or_else(|ended| Err(MongoError::Ended(ended.into()))),
                None => Err(MongoError::Ended("it is shutting down".into())),
            };
            Ok(outcome?)
        };
        self.stats.call(ended).await
    }

    fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<tokio::task::JoinHandle<T>> {
        self.runtime.as_ref().map(|runtime| runtime.spawn(work))
    }
}

/// A runtime must not be dropped where blocking is forbidden.
impl Drop for MongoChatLog {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Server {
    /// The collection, with its indexes.
    async fn batches(&self) -> MongoResult<Batches> {
        let batches = self.batches.get_or_try_init(|| connect(&self.address)).await?;
        self.indexed.get_or_try_init(|| batches.create_indexes()).await?;
        Ok(batches.clone())
    }
}

/// Names of hosts may have to be looked up for it.
async fn connect(address: &Secret) -> MongoResult<Batches> {
    let mut options = ClientOptions::parse(address.reveal()).await?;
    options.app_name.get_or_insert_with(|| "nine-cloud".to_owned());
    options.server_selection_timeout.get_or_insert(SELECTION);
    options.connect_timeout.get_or_insert(CONNECT);
    options.max_pool_size.get_or_insert(CONNECTIONS);
    // These three whatever the address says: a message is acknowledged once it cannot be lost, and who decides on what
    // is there already must not read what may yet be undone, or is old.
    options.write_concern = Some(
        WriteConcern::builder()
            .w_timeout(MAJORITY)
            .w(mongodb::options::Acknowledgment::Majority)
            .journal(true)
            .build(),
    );
    options.read_concern = Some(ReadConcern::majority());
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    let database = options.default_database.clone().unwrap_or_else(|| DATABASE.to_owned());
    Ok(Batches::of(&Client::with_options(options)?.database(&database)))
}
