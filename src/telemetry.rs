//! Logs: one event, one line, on standard error.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;

use crate::settings::{LogFormat, LogSettings};

/// Starts logging for the whole process. A second call has no effect, so that tests may share a process.
pub fn start(settings: &LogSettings) {
    let is_terminal = io::stderr().is_terminal();
    let format = settings.format.unwrap_or(if is_terminal { LogFormat::Text } else { LogFormat::Json });
    let events =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(&settings.filter)).with_writer(io::stderr);
    let started = match format {
        LogFormat::Json => {
            events.json().flatten_event(true).with_current_span(false).with_span_list(true).try_init()
        }
        LogFormat::Text => events.with_ansi(is_terminal).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}
