//! `nine-cloud serve`.

use std::process::ExitCode;

use super::output;
use crate::settings::Settings;
use crate::{server, telemetry};

/// Serves until a signal ends it.
pub fn run() -> ExitCode {
    let settings = match Settings::load() {
        Ok(settings) => settings,
        Err(problems) => return output::fail_all(&problems),
    };
    telemetry::start(&settings.log);
    match server::serve(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::fail(&error),
    }
}
