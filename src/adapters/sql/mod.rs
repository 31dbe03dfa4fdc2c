//! The SQL store: every durable port on SQLite or on MySQL/MariaDB.
//!
//! The path of a call: a port method in `ports/` hands its owned arguments to `read!` or `change!`, which run one
//! function of `queries/` on a pooled connection, on the store's own runtime ([`database`] says why). The files in
//! `queries/` are compiled twice, once per database (`sqlite.rs`, `mysql.rs`), so each query is written once and
//! type-checked for both.
//!
//! To add a port method: write the query in `queries/`, hand it on in `ports/`, add it to the suite in `tests/ports`.

mod adoption;
mod adoption_rows;
mod chat_rows;
mod codes;
mod company;
mod database;
mod fault;
mod migrate;
mod mysql;
mod mysql_address;
mod ports;
mod recoveries;
mod rows;
mod schema;
mod sqlite;
mod time;

use nine_cloud_actors::kit::PortStats;
use nine_cloud_actors::ports::PortResult;

pub use adoption::{
    AdoptedComment, AdoptedCounts, AdoptedDiary, AdoptedPerson, AdoptedReply, AdoptedRows, Beginning,
};
pub use company::is_in_use;
pub use database::{OpenError, SqlOptions};
pub use migrate::{MigrateError, Migrations};
pub use mysql_address::{AddressError, MysqlAddress};

use database::{Database, read};

/// All durable ports in one database. Cheap to clone: clones share pools and runtime.
#[derive(Clone)]
pub struct SqlStore {
    database: std::sync::Arc<Database>,
}

impl SqlStore {
    /// Prepares pools for `sqlite://PATH` or `mysql://…`. Connects at the first use, so that a database that is away
    /// makes a node not ready, not dead; migrate before ([`Migrations`]).
    pub fn open(url: &str, options: &SqlOptions) -> Result<Self, OpenError> {
        Database::open(url, options).map(|database| Self { database: std::sync::Arc::new(database) })
    }

    /// What is counted about its queries.
    pub fn stats(&self) -> std::sync::Arc<PortStats> {
        std::sync::Arc::clone(&self.database.stats)
    }

    /// Whether the database answers, for `/ready`.
    pub async fn check(&self) -> PortResult<()> {
        read!(self, health::check())
    }
}
