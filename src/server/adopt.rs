//! Taking over the database of the previous service: not a server, but with its settings and its store.

use std::io::{BufWriter, stdout};

use actix_web::rt;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::Ids as _;

use super::{StartError, database_url, migrate};
use crate::adapters::adoption::{self, Summary, Target};
use crate::adapters::host::{SystemClock, SystemIds};
use crate::adapters::sql::{MigrateError, Migrations, SqlOptions, SqlStore, is_in_use};
use crate::data_dir::DataDir;
use crate::settings::Settings;

/// Fills the database of the settings, which is brought up to date first, from the previous service's at `from`. A dry
/// run touches neither it nor `DATA_DIR`.
pub fn adopt(settings: &Settings, from: &Secret, is_dry_run: bool) -> Result<Summary, StartError> {
    let mut report = BufWriter::new(stdout().lock());
    let runtime = rt::System::new();
    if is_dry_run {
        return Ok(runtime.block_on(adoption::adopt(from, None, &mut report))?);
    }
    // No server of this machine may use the data meanwhile.
    let _data_dir = DataDir::hold(&settings.server.data_dir)?;
    let url = database_url(settings);
    // No server starts on what an earlier run has left half done: who is there then is that run, which this one stops.
    let takes_over = || -> Result<bool, MigrateError> {
        let migrations = Migrations::of(&url)?;
        if !migrations.pending()?.is_empty() {
            return Ok(false);
        }
        match migrations.refuse_half_adopted() {
            Err(MigrateError::HalfAdopted) => Ok(true),
            other => other.map(|()| false),
        }
    };
    if runtime.block_on(is_in_use(&url))? && !takes_over()? {
        return Err(StartError::InUse);
    }
    migrate(settings)?;
    let store = SqlStore::open(&url, &SqlOptions::default())?;
    let run = format!("{:032x}", u128::from_be_bytes(SystemIds.random()));
    let target = Target { store: &store, run, clock: &SystemClock };
    Ok(runtime.block_on(adoption::adopt(from, Some(target), &mut report))?)
}
