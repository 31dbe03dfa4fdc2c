//! The one connection that calls share, and the task that keeps it.
//!
//! A call that finds no connection fails at once; a call that is not answered in time ends the connection for all, because
//! the others would wait as long. So an outage costs each caller nothing after the first have noticed it, and the log one
//! line.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, RedisResult};
use nine_cloud_actors::kit::PortStats;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::PREFIX;
use super::fault::{RedisFault, is_outage};

/// Longest that connecting may take.
pub(super) const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// Longest that an answer may take.
const ANSWER_LIMIT: Duration = Duration::from_millis(800);

/// How soon connecting is tried again.
pub(super) const RETRY_AFTER: Duration = Duration::from_millis(250);

/// How often an idle connection is looked at, so that the first call after an outage need not find out.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// See the module.
pub(super) struct Link {
    client: Client,
    line: Mutex<Line>,
    lost: Notify,
    pub(super) stats: Arc<PortStats>,
}

#[derive(Default)]
struct Line {
    connection: Option<MultiplexedConnection>,
    /// Which connection this is, so that a late failure of an old one does not end the new one.
    number: u64,
}

impl Link {
    /// The link, and word of how its first attempt to connect went.
    pub(super) fn open(client: Client, runtime: &Handle) -> (Arc<Self>, mpsc::Receiver<()>) {
        let (tell, tried) = mpsc::channel();
        let stats = Arc::new(PortStats::of("redis"));
        let link = Arc::new(Self { client, line: Mutex::default(), lost: Notify::new(), stats });
        runtime.spawn(Arc::clone(&link).keep(tell));
        (link, tried)
    }

    /// Asks something of the connection. Whatever it fails with, Redis was of no use.
    pub(super) async fn ask<T, F>(
        &self,
        ask: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, RedisFault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.stats.watch(self.try_ask(ask), |_| true).await
    }

    async fn try_ask<T, F>(&self, ask: impl FnOnce(MultiplexedConnection) -> F) -> Result<T, RedisFault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (number, connection) = {
            let line = self.line();
            (line.number, line.connection.clone().ok_or(RedisFault::Away)?)
        };
        let answer = ask(connection).await;
        if let Err(error) = &answer
            && is_outage(error)
        {
            self.lose(number, error);
        }
        Ok(answer?)
    }

    /// Whether the server can be written to.
    pub(super) async fn probe(&self) -> Result<(), RedisFault> {
        self.ask(|mut connection| async move { write(&mut connection).await }).await
    }

    /// Connects for as long as the runtime lives.
    async fn keep(self: Arc<Self>, tell: mpsc::Sender<()>) {
        // The log knows that Redis is away.
        let mut is_told = false;
        loop {
            match self.connect().await {
                Ok(connection) => {
                    if is_told {
                        tracing::info!("Redis is back");
                    }
                    self.take(connection);
                    // Whoever opened the link may have stopped waiting.
                    let _ = tell.send(());
                    self.watch().await;
                }
                Err(error) => {
                    if !is_told {
                        tracing::warn!(%error, "Redis is away; the service goes on without it");
                    }
                    let _ = tell.send(());
                }
            }
            is_told = true;
            sleep(RETRY_AFTER).await;
        }
    }

    /// A connection that can be written to: one to a replica, or to a server that is still reading its file, is none.
    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_LIMIT))
            .set_response_timeout(Some(ANSWER_LIMIT));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        write(&mut connection).await?;
        Ok(connection)
    }

    /// Returns once the connection is lost.
    async fn watch(&self) {
        while timeout(PROBE_EVERY, self.lost.notified()).await.is_err() {
            // What is wrong is found by `ask` and told by `lost`.
            let _ = self.probe().await;
        }
    }

    fn take(&self, connection: MultiplexedConnection) {
        let mut line = self.line();
        line.number += 1;
        line.connection = Some(connection);
    }

    fn lose(&self, number: u64, error: &::redis::RedisError) {
        let mut line = self.line();
        if line.number == number && line.connection.take().is_some() {
            drop(line);
            tracing::warn!(%error, "Redis is away; the service goes on without it");
            self.lost.notify_one();
        }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(connection: &mut MultiplexedConnection) -> RedisResult<()> {
    ::redis::cmd("SET")
        .arg(format!("{PREFIX}probe"))
        .arg(1)
        .arg("PX")
        .arg(60_000)
        .query_async(connection)
        .await
}
