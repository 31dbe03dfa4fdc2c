//! `nine-cloud check-config`.

use std::process::ExitCode;

use super::output;
use crate::settings::{Report, Source};

/// Prints every setting in force, secrets masked, then what there is to warn of; fails where `serve` would refuse.
pub fn run() -> ExitCode {
    let report = Report::of(&Source::load());
    let printed = output::print(&report);
    match report.settings {
        Err(problems) => output::fail_all(&problems),
        Ok(settings) => {
            for warning in settings.warnings() {
                eprintln!("warning: {warning}");
            }
            printed
        }
    }
}
