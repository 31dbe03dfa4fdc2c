//! `nine-cloud migrate`: for deploys with `AUTO_MIGRATE=off`.

use std::process::ExitCode;

use super::output;
use crate::{server, telemetry};

/// Runs pending migrations.
pub fn run() -> ExitCode {
    output::with_settings(|settings| {
        telemetry::start(&settings.log);
        server::migrate(&settings)
    })
}
