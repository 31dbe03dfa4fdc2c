//! How sub-commands speak.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::settings::{Problem, Settings};

/// Prints to standard output. A reader that went away (`| head`) is no failure.
pub(super) fn print(text: &impl Display) -> ExitCode {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => fail(&error),
        _ => ExitCode::SUCCESS,
    }
}

/// Says why not.
pub(super) fn fail(reason: &impl Display) -> ExitCode {
    eprintln!("nine-cloud: {reason}");
    ExitCode::FAILURE
}

/// Says what is wrong with the settings, a line each.
pub(super) fn fail_all(problems: &[Problem]) -> ExitCode {
    for problem in problems {
        eprintln!("nine-cloud: {problem}");
    }
    ExitCode::FAILURE
}

/// Goes on with the settings, or says what is wrong with them.
pub(super) fn with_settings<E: Display>(run: impl FnOnce(Settings) -> Result<(), E>) -> ExitCode {
    let settings = match Settings::load() {
        Ok(settings) => settings,
        Err(problems) => return fail_all(&problems),
    };
    match run(settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}
