//! The queries as compiled for SQLite, and how a connection to it is set up.

use diesel::{ConnectionError, ConnectionResult, QueryResult, SqliteConnection};
use diesel_async::pooled_connection::deadpool::{BuildError, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, lazy};
use nine_cloud_actors::ports::BoxError;

#[expect(clippy::duplicate_mod, reason = "one body of queries, compiled for either database")]
#[path = "queries/mod.rs"]
pub(super) mod queries;

pub(super) type Conn = SyncConnectionWrapper<SqliteConnection, InPlace>;

/// Calls SQLite on the thread that asks: the store's runtime has one per connection, and there is no work that such a
/// call could keep from being done. Handing each statement to a further thread costs more than most statements.
pub(super) struct InPlace;

impl SpawnBlocking for InPlace {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, BoxError>> {
        lazy(|_| Ok(task())).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// `busy_timeout` first, because switching to WAL may have to wait already.
pub(super) const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;";

diesel::define_sql_function! { fn last_insert_rowid() -> BigInt; }

/// The id that the last insert of this connection got.
pub(super) async fn last_id(conn: &mut Conn) -> QueryResult<i64> {
    diesel::select(last_insert_rowid()).get_result(conn).await
}

pub(super) fn pool(path: &str, connections: usize) -> Result<Pool<Conn>, BuildError> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|path| establish(path.to_owned()).boxed());
    Pool::builder(AsyncDieselConnectionManager::new_with_config(path, config)).max_size(connections).build()
}

async fn establish(path: String) -> ConnectionResult<Conn> {
    let mut conn = Conn::establish(&path).await?;
    conn.batch_execute(PRAGMAS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}
