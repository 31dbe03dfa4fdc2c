//! Settings: read once, checked whole, passed down as plain values.
//!
//! They come from the environment, over a `.env` file in the working directory. This is the only place that looks
//! there. Every variable is parsed and checked at every start, in use or not, and all that is wrong is said at once.
//!
//! To add a variable: a field in its section's struct with the default and the unit, a line in that section's `read`,
//! and one in `.env.example` (a test compares).

mod ai;
mod cache;
mod chat;
mod chat_log;
mod database;
mod dotenv;
mod files;
mod limits;
mod log;
mod mail;
mod problem;
mod reader;
mod report;
mod server;
mod social;
mod source;
#[cfg(test)]
mod tests;
mod tokens;
mod urls;

pub use ai::AiSettings;
pub use cache::CacheSettings;
pub use chat::ChatSettings;
pub use chat_log::ChatLogSettings;
pub use database::{DatabaseBackend, DatabaseSettings};
pub use files::{FileSettings, S3Settings};
pub use limits::{LimitSettings, Rate};
pub use log::{LogFormat, LogSettings};
pub use mail::{MailSettings, SmtpSettings};
pub use problem::Problem;
pub use report::Report;
pub use server::ServerSettings;
pub use social::{Provider, SocialSettings};
pub use source::{Origin, Source};
pub use tokens::TokenSettings;

use reader::{Noted, Reader};

/// Everything a person may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Listening, names, trust.
    pub server: ServerSettings,
    /// Logs.
    pub log: LogSettings,
    /// Token keys and lifetimes.
    pub tokens: TokenSettings,
    /// SQL.
    pub database: DatabaseSettings,
    /// Chat messages.
    pub chat_log: ChatLogSettings,
    /// Short-lived facts.
    pub cache: CacheSettings,
    /// Images.
    pub files: FileSettings,
    /// Mail.
    pub mail: MailSettings,
    /// OAuth providers.
    pub social: SocialSettings,
    /// The AI solution.
    pub ai: AiSettings,
    /// Rate limits.
    pub limits: LimitSettings,
    /// Live chat.
    pub chat: ChatSettings,
    /// What was read and is not used.
    ignored: Vec<String>,
}

impl Settings {
    /// Reads the environment and `.env`.
    pub fn load() -> Result<Self, Vec<Problem>> {
        Self::from_source(&Source::load())
    }

    /// The settings of a source, or everything that is wrong with them.
    pub fn from_source(source: &Source) -> Result<Self, Vec<Problem>> {
        Report::of(source).settings
    }

    /// One line for each default or choice that is fine on a developer's machine and unsafe on the internet, and for
    /// each value that has no effect.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        self.server.warn(&mut warnings);
        self.tokens.warn(&mut warnings);
        self.mail.warn(&mut warnings);
        self.social.warn(&mut warnings);
        self.ai.warn(&mut warnings);
        self.limits.warn(&mut warnings);
        warnings.extend_from_slice(&self.ignored);
        warnings
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        let server = ServerSettings::read(reader);
        let log = LogSettings::read(reader);
        let tokens = TokenSettings::read(reader);
        let data_dir = server.as_ref().ok().map(|server| server.data_dir.as_path());
        let database = DatabaseSettings::read(reader, data_dir);
        let chat_log = ChatLogSettings::read(reader);
        let cache = CacheSettings::read(reader);
        let files = FileSettings::read(reader);
        let mail = MailSettings::read(reader);
        let social = SocialSettings::read(reader);
        let ai = AiSettings::read(reader);
        let limits = LimitSettings::read(reader);
        let chat = ChatSettings::read(reader);
        if let (Ok(database), Ok(tokens)) = (&database, &tokens)
            && database.is_external()
            && tokens.secret_key.is_none()
        {
            reader.note(Problem::missing(
                "SECRET_KEY",
                "a key of 32 bytes or more, the same on every node, because DATABASE_URL is not embedded",
            ));
        }
        reader.warn_of_unread_names();
        Ok(Self {
            server: server?,
            log: log?,
            tokens: tokens?,
            database: database?,
            chat_log: chat_log?,
            cache: cache?,
            files: files?,
            mail: mail?,
            social: social?,
            ai: ai?,
            limits: limits?,
            chat: chat?,
            ignored: reader.warnings.clone(),
        })
    }
}
