//! What is logged, and how.

use tracing_subscriber::EnvFilter;

use super::reader::{Noted, Reader};

/// See the module.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// `LOG_FORMAT`; unset: lines for people on a terminal, JSON otherwise.
    pub format: Option<LogFormat>,
    /// `RUST_LOG`: which events, in the directives of `tracing-subscriber`.
    pub filter: String,
}

/// How an event is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

/// Ours from `info`, all others from `warn`.
const DEFAULT_FILTER: &str = "warn,nine_cloud=info,nine_cloud_actors=info";

impl LogSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("logs");
        let format = reader.optional("LOG_FORMAT", "json or text", |text| match text {
            "json" => Some(LogFormat::Json),
            "text" => Some(LogFormat::Text),
            _ => None,
        });
        let filter = reader.or("RUST_LOG", DEFAULT_FILTER, "directives like info,nine_cloud=debug", |text| {
            EnvFilter::try_new(text).ok().map(|_| text.to_owned())
        });
        Ok(Self { format: format?, filter: filter? })
    }
}
