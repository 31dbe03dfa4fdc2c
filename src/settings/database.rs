//! The SQL database.

use std::path::{Path, PathBuf};

use nine_cloud_actors::domain::secret::Secret;
use url::Url;

use super::reader::{Noted, Reader};

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
    /// MySQL 8 or MariaDB 10.6+: the address as given, user, password and database name in it.
    Mysql(Secret),
}

const EXPECTED: &str = "sqlite://FILE or mysql://USER:PASSWORD@HOST[:PORT]/DATABASE, special characters of the \
                        password percent-encoded (# is %23, / is %2F, @ is %40)";

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader<'_>, data_dir: Option<&Path>) -> Result<Self, Noted> {
        reader.section("database");
        let url = reader.secret_url("DATABASE_URL", EXPECTED, |text| backend(text).is_some());
        let auto_migrate = reader.switch("AUTO_MIGRATE");
        let backend = if let Some(url) = url? {
            backend(url.reveal()).ok_or(Noted)?
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

fn backend(text: &str) -> Option<DatabaseBackend> {
    if let Some(path) = text.strip_prefix("sqlite://") {
        // In memory every connection of the pool would have a database of its own.
        let is_file = !path.is_empty() && !path.contains(":memory:") && !path.ends_with('/');
        return is_file.then(|| DatabaseBackend::Sqlite(path.into()));
    }
    let url = Url::parse(text).ok()?;
    let is_complete = url.scheme() == "mysql"
        && url.host_str().is_some_and(|host| !host.is_empty())
        && !url.username().is_empty()
        && url.path().trim_start_matches('/').split('/').filter(|name| !name.is_empty()).count() == 1
        && url.fragment().is_none();
    is_complete.then(|| DatabaseBackend::Mysql(Secret::new(text)))
}
