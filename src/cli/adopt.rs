//! `nine-cloud adopt --from URL`.

use std::process::ExitCode;

use nine_cloud_actors::domain::secret::Secret;

use super::output;

/// Will fill an empty database from the previous service's.
pub fn run(_from: &Secret) -> ExitCode {
    output::fail(&"`adopt` is not built yet in this release")
}
