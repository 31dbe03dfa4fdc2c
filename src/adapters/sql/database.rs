//! Pools, and the runtime on which every query runs.
//!
//! The store has a multi-thread runtime of its own, for two reasons: a pooled connection belongs to the runtime in
//! which it was opened, and a call into SQLite blocks its thread. A caller that stops waiting only drops a handle; the
//! query runs to its end, or to [`MYSQL_LIMIT`] or [`SQLITE_LIMIT`].
//!
//! SQLite has several readers and one writer: with more than one, a transaction that reads before it writes fails at
//! once with "database is locked", whatever the busy time-out is.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::{BuildError, Pool};
use nine_cloud_actors::kit::{PortStats, carry};
use nine_cloud_actors::ports::PortResult;
use tokio::runtime::{Builder, Handle, Runtime};

pub(super) use diesel_async::pooled_connection::deadpool::Object;
pub(super) use tokio::time::{timeout, timeout_at};

use super::fault::{SqlError, SqlResult};
use super::mysql_address::{AddressError, MysqlAddress};
use super::{mysql, sqlite};

/// No caller of MySQL waits longer for a whole operation, its turn in the pool included: five seconds are promised.
const MYSQL_LIMIT: Duration = Duration::from_millis(4500);

/// The same of SQLite, where no network can be silent.
const SQLITE_LIMIT: Duration = Duration::from_secs(10);

/// How often work that lost a fight for a row lock is started over.
pub(super) const TRIES: u32 = 8;

/// Sizes of the pools.
#[derive(Debug, Clone)]
pub struct SqlOptions {
    /// Connections of SQLite that only read, beside its one writer.
    pub sqlite_readers: usize,
    /// Connections to MySQL, unless its address says how many.
    pub mysql_connections: usize,
    /// Threads that drive queries of MySQL; SQLite has one per connection.
    pub mysql_threads: usize,
    /// How long a query waits for a connection before its caller is told that the database is away.
    pub pool_wait: Duration,
}

impl Default for SqlOptions {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            sqlite_readers: cores.clamp(2, 8),
            mysql_connections: (cores * 4).clamp(8, 32),
            mysql_threads: cores.clamp(2, 4),
            pool_wait: Duration::from_secs(3),
        }
    }
}

/// Why a store could not be opened. Never shows the address, which holds a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is something wrong with it.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The pool could not be built.
    #[error("the connection pool could not be built")]
    Pool(#[from] BuildError),
    /// No threads to run queries on.
    #[error("the runtime of the database could not be started")]
    Runtime(#[from] std::io::Error),
}

/// What the scheme of the address says.
#[derive(Clone)]
pub(super) enum Address<'a> {
    Sqlite { path: &'a str },
    Mysql(MysqlAddress),
}

impl<'a> Address<'a> {
    pub(super) fn parse(url: &'a str) -> Result<Self, AddressError> {
        match url.strip_prefix("sqlite://") {
            Some("") => Err(AddressError::Scheme),
            Some(path) => Ok(Self::Sqlite { path }),
            None if url.starts_with("mysql://") => MysqlAddress::parse(url).map(Self::Mysql),
            None => Err(AddressError::Scheme),
        }
    }
}

pub(super) enum Pools {
    Sqlite { readers: Pool<sqlite::Conn>, writer: Pool<sqlite::Conn> },
    Mysql(Pool<mysql::Conn>),
}

pub(super) struct Database {
    pub(super) pools: Pools,
    pub(super) pool_wait: Duration,
    pub(super) operation_limit: Duration,
    pub(super) stats: Arc<PortStats>,
    /// `None` only while dropping.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Database {
    pub(super) fn open(url: &str, options: &SqlOptions) -> Result<Self, OpenError> {
        let pools = match Address::parse(url)? {
            Address::Sqlite { path } => Pools::Sqlite {
                readers: sqlite::pool(path, options.sqlite_readers)?,
                writer: sqlite::pool(path, 1)?,
            },
            Address::Mysql(address) => {
                let connections = address.connection_limit.unwrap_or(options.mysql_connections);
                Pools::Mysql(mysql::pool(&address, connections)?)
            }
        };
        let (threads, operation_limit) = match &pools {
            Pools::Sqlite { .. } => (options.sqlite_readers + 1, SQLITE_LIMIT),
            Pools::Mysql(_) => (options.mysql_threads, MYSQL_LIMIT),
        };
        let runtime =
            Builder::new_multi_thread().worker_threads(threads).thread_name("sql").enable_all().build()?;
        let handle = runtime.handle().clone();
        let stats = Arc::new(PortStats::of("sql"));
        let pool_wait = options.pool_wait;
        Ok(Self { pools, pool_wait, operation_limit, stats, runtime: Some(runtime), handle })
    }

    /// Runs `work` on the runtime of the database; what it fails with becomes the port's error here.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = SqlResult<T>> + Send + 'static,
    ) -> PortResult<T> {
        let run = async {
            let outcome = self.handle.spawn(carry(work)).await;
            Ok(outcome.unwrap_or_else(|ended| Err(SqlError::Ended(ended.into())))?)
        };
        self.stats.call(run).await
    }
}

/// A runtime must not be dropped where blocking is forbidden, and the last store may be dropped anywhere.
impl Drop for Database {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Runs a function of `queries/` that changes nothing: on SQLite on a reader, again when the connection was lost.
macro_rules! read {
    ($store:expr, $($call:tt)*) => {
        $crate::adapters::sql::database::dispatch!(
            $store, readers, |error| error.is_collision() || error.lost_connection(), $($call)*
        )
    };
}

/// Runs a function of `queries/` that changes rows: on SQLite on the writer, again when it lost a fight for a lock, so
/// it must do all or nothing.
macro_rules! change {
    ($store:expr, $($call:tt)*) => {
        $crate::adapters::sql::database::dispatch!($store, writer, |error| error.is_collision(), $($call)*)
    };
}

/// Arguments are evaluated for every try, so they are references to, or copies of, what the caller owns.
macro_rules! dispatch {
    ($store:expr, $side:ident, $again:expr, $module:ident :: $function:ident ($($argument:expr),* $(,)?)) => {{
        use $crate::adapters::sql::database::{Pools, on_pool};
        use $crate::adapters::sql::{mysql, sqlite};
        let database = &$store.database;
        let waits = (database.pool_wait, database.operation_limit);
        match &database.pools {
            Pools::Sqlite { $side, .. } => {
                let work = on_pool!($side, waits, $again, sqlite::queries::$module::$function, $($argument),*);
                database.run(work).await
            }
            Pools::Mysql(pool) => {
                let work = on_pool!(pool, waits, $again, mysql::queries::$module::$function, $($argument),*);
                database.run(work).await
            }
        }
    }};
}

macro_rules! on_pool {
    ($pool:expr, $waits:expr, $again:expr, $function:path, $($argument:expr),*) => {{
        use $crate::adapters::sql::database::{Object, TRIES, pause_after, timeout, timeout_at};
        use $crate::adapters::sql::fault::SqlError;
        let pool = $pool.clone();
        let (wait, limit) = $waits;
        async move {
            let deadline = tokio::time::Instant::now() + limit;
            let mut tries = 0;
            loop {
                let mut conn = match timeout(wait, pool.get()).await {
                    Ok(Ok(conn)) => conn,
                    Ok(Err(error)) => break Err(SqlError::NoConnection(error.into())),
                    Err(elapsed) => break Err(SqlError::NoConnection(elapsed.into())),
                };
                let done = timeout_at(deadline, $function(&mut conn, $($argument),*)).await;
                let outcome = done.unwrap_or(Err(SqlError::TimedOut(limit)));
                let Err(error) = &outcome else { break outcome };
                if error.lost_connection() || matches!(error, SqlError::TimedOut(_)) {
                    // Also because an answer that comes late would be taken for that to the next question.
                    drop(Object::take(conn));
                    // What took this one away has most likely taken the idle ones too.
                    drop(pool.retain(|_, _| false));
                } else {
                    drop(conn);
                }
                let again: fn(&SqlError) -> bool = $again;
                tries += 1;
                if tries == TRIES || !again(error) {
                    break outcome;
                }
                pause_after(tries).await;
            }
        }
    }};
}

pub(super) use {change, dispatch, on_pool, read};

/// Lets the winner of a lock finish first.
pub(super) async fn pause_after(tries: u32) {
    tokio::time::sleep(Duration::from_millis(u64::from(tries) * 5)).await;
}
