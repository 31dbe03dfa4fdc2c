//! `nine-cloud adopt --from URL [--dry-run]`.

use std::process::ExitCode;

use nine_cloud_actors::domain::secret::Secret;

use super::output;
use crate::{server, telemetry};

/// Fills an empty database from the previous service's. The report goes to standard output, line by line; what is for
/// people, to standard error.
pub fn run(from: &Secret, is_dry_run: bool) -> ExitCode {
    output::with_settings(|settings| {
        telemetry::start(&settings.log);
        let summary = server::adopt(&settings, from, is_dry_run)?;
        eprint!("{summary}");
        eprintln!(
            "{}",
            if is_dry_run { "Nothing was written: a dry run." } else { "The new database is ready." }
        );
        Ok::<_, server::StartError>(())
    })
}
