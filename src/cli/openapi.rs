//! `nine-cloud openapi`.

use std::process::ExitCode;

use super::output;
use crate::server::StartError;

/// Prints the OpenAPI document; needs no settings.
pub fn run() -> ExitCode {
    output::fail(&StartError::NotBuilt)
}
