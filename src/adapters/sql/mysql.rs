//! The queries as compiled for MySQL and MariaDB, and how a connection to them is set up.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::pooled_connection::deadpool::{BuildError, Hook, HookError, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncMysqlConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::FutureExt;
use mysql_async::Opts;

use super::mysql_address::{self, MysqlAddress};

#[path = "queries/mod.rs"]
pub(super) mod queries;

pub(super) type Conn = AsyncMysqlConnection;

/// A connection idle for longer is asked whether it still lives before it is used.
const TRUSTED_FOR: Duration = Duration::from_secs(2);

/// Each statement sees what was committed before it, and no gaps are locked: the queries are written for that.
const SESSION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;\
    SET SESSION innodb_lock_wait_timeout = 3;\
    SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'";

diesel::define_sql_function! { fn last_insert_id() -> BigInt; }

/// The id that the last insert of this connection got.
pub(super) async fn last_id(conn: &mut Conn) -> QueryResult<i64> {
    diesel::select(last_insert_id()).get_result(conn).await
}

pub(super) fn pool(address: &MysqlAddress, connections: usize) -> Result<Pool<Conn>, BuildError> {
    let options = address.options();
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| establish(options.clone()).boxed());
    let manager = AsyncDieselConnectionManager::new_with_config(String::new(), config);
    let ping_when_idle = Hook::async_fn(|conn: &mut Conn, metrics| {
        let idle = metrics.last_used() > TRUSTED_FOR;
        async move {
            if idle {
                conn.batch_execute("DO 1").await.map_err(|_| HookError::message("the connection is gone"))?;
            }
            Ok(())
        }
        .boxed()
    });
    Pool::builder(manager).max_size(connections).pre_recycle(ping_when_idle).build()
}

async fn establish(options: Opts) -> ConnectionResult<Conn> {
    let mut conn = mysql_address::connect(options).await?;
    conn.batch_execute(SESSION).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}
