//! `nine-cloud openapi`.

use std::process::ExitCode;

use super::output;
use crate::http;

/// Prints the OpenAPI document; needs no settings.
pub fn run() -> ExitCode {
    output::print(&http::openapi_json())
}
