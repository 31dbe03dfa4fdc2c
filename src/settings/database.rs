//! The SQL database.

use std::path::{Path, PathBuf};

use nine_cloud_actors::domain::secret::Secret;

use super::Problem;
use super::reader::{Noted, Reader};
use crate::adapters::sql::{AddressError, MysqlAddress};

/// See the module.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// `DATABASE_URL` (`sqlite://DATA_DIR/nine-cloud.db`).
    pub backend: DatabaseBackend,
    /// `AUTO_MIGRATE` (on): run pending migrations at start.
    pub auto_migrate: bool,
}

/// Which database.
#[derive(Debug, Clone)]
pub enum DatabaseBackend {
    /// Embedded: one file.
    Sqlite(PathBuf),
    /// MySQL 8 or MariaDB 10.6+: the address as given, with user, password and database name, and good.
    Mysql(Secret),
}

const EXPECTED: &str = "sqlite://FILE or mysql://USER:PASSWORD@HOST[:PORT]/DATABASE, special characters of the \
                        password percent-encoded (# is %23, / is %2F, @ is %40)";

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: Option<&Path>) -> Result<Self, Noted> {
        reader.section("database");
        let url = reader.secret_url("DATABASE_URL", EXPECTED, |text| {
            !matches!(backend(text), Err(AddressError::Scheme | AddressError::Incomplete))
        });
        let auto_migrate = reader.switch("AUTO_MIGRATE");
        let backend = if let Some(url) = url? {
            backend(url.reveal()).map_err(|error| match error {
                AddressError::Parameter { found, expected } => {
                    reader.note(Problem::new("DATABASE_URL", found, expected))
                }
                AddressError::Scheme | AddressError::Incomplete => Noted,
            })?
        } else {
            // Without a folder there is a problem on the list already.
            let file = data_dir.ok_or(Noted)?.join("nine-cloud.db");
            reader.show("DATABASE_URL", format!("sqlite://{}", file.display()));
            DatabaseBackend::Sqlite(file)
        };
        Ok(Self { backend, auto_migrate: auto_migrate? })
    }

    /// `true` when the rows live outside `DATA_DIR`, so that other nodes may share them.
    pub fn is_external(&self) -> bool {
        matches!(self.backend, DatabaseBackend::Mysql(_))
    }
}

fn backend(text: &str) -> Result<DatabaseBackend, AddressError> {
    if let Some(path) = text.strip_prefix("sqlite://") {
        // In memory every connection of the pool would have a database of its own.
        let is_file = !path.is_empty() && !path.contains(":memory:") && !path.ends_with('/');
        return if is_file {
            Ok(DatabaseBackend::Sqlite(path.into()))
        } else {
            Err(AddressError::Incomplete)
        };
    }
    MysqlAddress::parse(text).map(|_| DatabaseBackend::Mysql(Secret::new(text)))
}
