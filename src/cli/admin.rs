//! `nine-cloud admin grant EMAIL` and `nine-cloud admin revoke EMAIL`.

use std::process::ExitCode;

use nine_cloud_actors::domain::email::Email;

use super::output;
use crate::{server, telemetry};

/// Changes who is an administrator; a running server notices within a second.
pub fn run(email: &Email, is_admin: bool) -> ExitCode {
    output::with_settings(|settings| {
        telemetry::start(&settings.log);
        server::set_admin(&settings, email, is_admin)
    })
}
