//! Start and stop. A stand-in until the server is put together.

use nine_cloud_actors::domain::email::Email;

use crate::data_dir::{DataDir, DataDirError};
use crate::open_files;
use crate::settings::Settings;

/// Why the server did not start, or stopped in disorder.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// `DATA_DIR` is not ours.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The operating system says no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Not there yet.
    #[error("not built yet in this release")]
    NotBuilt,
}

/// Serves until a signal ends it.
pub fn serve(settings: Settings) -> Result<(), StartError> {
    let data_dir = DataDir::hold(&settings.server.data_dir)?;
    let open_files = open_files::raise_limit()?;
    tracing::info!(open_files, node = settings.server.node_id, "starting");
    data_dir.secret_key()?;
    drop(settings);
    Err(StartError::NotBuilt)
}

/// Runs the migrations that the database lacks.
pub fn migrate(settings: &Settings) -> Result<(), StartError> {
    let _ = settings;
    Err(StartError::NotBuilt)
}

/// Makes the account with this address an administrator, or no longer one.
pub fn set_admin(settings: &Settings, email: &Email, is_admin: bool) -> Result<(), StartError> {
    let _ = (settings, email, is_admin);
    Err(StartError::NotBuilt)
}
