//! Brings a database to the schema of this build; see `migrations/README.md`.
//!
//! Migrations run on a plain thread, because both drivers block. Nodes that start together wait for each other: on
//! MySQL by a named lock, on SQLite by taking the write lock around all of them.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::AsyncMysqlConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use nine_cloud_actors::ports::BoxError;
use tokio::runtime::{Builder, Runtime};

use super::database::Address;
use super::mysql_address::{AddressError, MysqlAddress};
use super::sqlite::PRAGMAS;

type MysqlConn = AsyncConnectionWrapper<AsyncMysqlConnection>;

const MYSQL: EmbeddedMigrations = embed_migrations!("migrations/mysql");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Seconds that a node waits for another one that is migrating.
const LOCK_WAIT_SECS: u32 = 120;

/// The name is server-wide and at most 64 characters long, so it is a digest.
const LOCK_NAME: &str = "SHA1(CONCAT('nine-cloud migrations of ', DATABASE()))";

/// Why a database could not be migrated. Never shows the address, which holds a password.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// There is something wrong with the address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The database does not answer, refuses us, or its file cannot be opened.
    #[error("cannot connect to the database")]
    Connect(#[source] ConnectionError),
    /// `Users` and `diaries` are there and nothing of ours: it must not be mixed with our tables.
    #[error(
        "the database holds the tables of the previous service; give this server an empty database and fill it with \
         `nine-cloud adopt --from OLD_DATABASE_URL`"
    )]
    PreviousService,
    /// Another node has been migrating for two minutes.
    #[error("another node is still migrating the database")]
    Locked,
    /// The database refused a question or a statement around the migrations.
    #[error("the database cannot be migrated")]
    Query(#[from] diesel::result::Error),
    /// A migration failed; earlier ones stay done.
    #[error("a migration failed")]
    Migration(#[source] BoxError),
    /// After the migrations a row names another one that is not there; nothing was changed.
    #[error("the migrations would leave rows behind that belong to nothing")]
    Orphans,
    /// A killed `nine-cloud adopt` has left a part of the previous service's rows behind.
    #[error("the database is filled in part only: run `nine-cloud adopt` again, which starts over")]
    HalfAdopted,
    /// The thread could not be started, or ended in a panic.
    #[error("the migration thread failed")]
    Thread,
}

/// The migrations of one database. Every method blocks; call it before the actor system starts.
pub struct Migrations<'a> {
    address: Address<'a>,
}

#[derive(Clone, Copy)]
enum Task {
    Run,
    RevertAll,
    ListPending,
}

impl<'a> Migrations<'a> {
    /// The migrations for the database at `url`.
    pub fn of(url: &'a str) -> Result<Self, MigrateError> {
        Ok(Self { address: Address::parse(url)? })
    }

    /// Runs what has not run yet; says the versions that it ran.
    pub fn run(&self) -> Result<Vec<String>, MigrateError> {
        self.perform(Task::Run)
    }

    /// What has not run yet, oldest first.
    pub fn pending(&self) -> Result<Vec<String>, MigrateError> {
        self.perform(Task::ListPending)
    }

    /// Takes every migration back, with all data. For tests and development.
    pub fn revert_all(&self) -> Result<Vec<String>, MigrateError> {
        self.perform(Task::RevertAll)
    }

    /// Fails while a run of `nine-cloud adopt` on this database has not ended; ask when nothing is pending.
    pub fn refuse_half_adopted(&self) -> Result<(), MigrateError> {
        let unfinished = self.on_a_thread(|address| match address {
            Address::Sqlite { path } => unfinished_adoptions(&mut open_sqlite(path)?),
            Address::Mysql(address) => unfinished_adoptions(&mut OpenMysql::open(address)?.conn),
        })?;
        if unfinished { Err(MigrateError::HalfAdopted) } else { Ok(()) }
    }

    fn perform(&self, task: Task) -> Result<Vec<String>, MigrateError> {
        self.on_a_thread(move |address| match address {
            Address::Sqlite { path } => on_sqlite(path, task),
            Address::Mysql(address) => on_mysql(address, task),
        })
    }

    fn on_a_thread<T: Send>(
        &self,
        work: impl FnOnce(&Address<'_>) -> Result<T, MigrateError> + Send,
    ) -> Result<T, MigrateError> {
        let address = &self.address;
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("migrate".to_owned());
            let running =
                thread.spawn_scoped(scope, move || work(address)).map_err(|_| MigrateError::Thread)?;
            running.join().map_err(|_| MigrateError::Thread)?
        })
    }
}

fn open_sqlite(path: &str) -> Result<SqliteConnection, MigrateError> {
    let mut conn = SqliteConnection::establish(path).map_err(MigrateError::Connect)?;
    conn.batch_execute(&format!("PRAGMA busy_timeout = {};", LOCK_WAIT_SECS * 1000))?;
    conn.batch_execute(&PRAGMAS.replace("PRAGMA busy_timeout = 5000;", ""))?;
    Ok(conn)
}

/// A connection that blocks, and the runtime that it was made in and needs; dropped in this order.
struct OpenMysql {
    conn: MysqlConn,
    _runtime: Runtime,
}

impl OpenMysql {
    fn open(address: &MysqlAddress) -> Result<Self, MigrateError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|_| MigrateError::Thread)?;
        let conn = runtime.block_on(address.connect()).map_err(MigrateError::Connect)?;
        let conn = {
            let _entered = runtime.enter();
            MysqlConn::from(conn)
        };
        Ok(Self { conn, _runtime: runtime })
    }
}

fn on_sqlite(path: &str, task: Task) -> Result<Vec<String>, MigrateError> {
    let mut conn = open_sqlite(path)?;
    // A table that is made anew is dropped in between, and must not take with it what hangs on it.
    conn.batch_execute("PRAGMA foreign_keys = OFF;")?;
    conn.immediate_transaction(|conn| {
        let done = perform(conn, SQLITE, task)?;
        let orphans = "SELECT COUNT(*) AS n FROM pragma_foreign_key_check";
        if matches!(task, Task::Run) && !done.is_empty() && number(conn, orphans)? != Some(0) {
            return Err(MigrateError::Orphans);
        }
        Ok(done)
    })
}

fn on_mysql(address: &MysqlAddress, task: Task) -> Result<Vec<String>, MigrateError> {
    let OpenMysql { conn, .. } = &mut OpenMysql::open(address)?;
    if holds_previous_service(conn)? {
        return Err(MigrateError::PreviousService);
    }
    let locked = number(conn, &format!("SELECT GET_LOCK({LOCK_NAME}, {LOCK_WAIT_SECS}) AS n"))?;
    if locked != Some(1) {
        return Err(MigrateError::Locked);
    }
    let outcome = perform(conn, MYSQL, task);
    // The lock also ends with the connection.
    let released = number(conn, &format!("SELECT RELEASE_LOCK({LOCK_NAME}) AS n"));
    let versions = outcome?;
    released?;
    Ok(versions)
}

fn perform<DB, C>(
    conn: &mut C,
    migrations: EmbeddedMigrations,
    task: Task,
) -> Result<Vec<String>, MigrateError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: diesel::migration::MigrationSource<DB>,
{
    let versions = match task {
        Task::Run => conn.run_pending_migrations(migrations).map_err(MigrateError::Migration)?,
        Task::RevertAll => conn.revert_all_migrations(migrations).map_err(MigrateError::Migration)?,
        Task::ListPending => {
            let pending = conn.pending_migrations(migrations).map_err(MigrateError::Migration)?;
            return Ok(pending.iter().map(|migration| migration.name().to_string()).collect());
        }
    };
    Ok(versions.iter().map(ToString::to_string).collect())
}

fn holds_previous_service(conn: &mut MysqlConn) -> Result<bool, MigrateError> {
    let ours_and_theirs = number(
        conn,
        "SELECT CAST(IFNULL(SUM(CASE WHEN LOWER(table_name) IN ('users', 'diaries') THEN 1 \
            WHEN table_name = '__diesel_schema_migrations' THEN 10 ELSE 0 END), 0) AS SIGNED) AS n \
         FROM information_schema.tables WHERE table_schema = DATABASE()",
    )?;
    Ok(ours_and_theirs == Some(2))
}

fn unfinished_adoptions<C>(conn: &mut C) -> Result<bool, MigrateError>
where
    SqlQuery: for<'q> LoadQuery<'q, C, Number>,
{
    Ok(number(conn, "SELECT COUNT(*) AS n FROM adoptions WHERE finished_at IS NULL")? != Some(0))
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Nullable<BigInt>)]
    n: Option<i64>,
}

fn number<C>(conn: &mut C, sql: &str) -> QueryResult<Option<i64>>
where
    SqlQuery: for<'q> LoadQuery<'q, C, Number>,
{
    diesel::sql_query(sql).get_result::<Number>(conn).map(|row| row.n)
}
