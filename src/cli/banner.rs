//! What a person sees when the server has started.

use std::fmt;

use crate::settings::{
    CacheSettings, ChatLogSettings, DatabaseBackend, FileSettings, MailSettings, Settings,
};

/// Prints as a few lines on standard output, apart from the log.
#[derive(Debug)]
pub struct Banner<'a>(pub &'a Settings);

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(settings) = self;
        let server = &settings.server;
        writeln!(f, "NINE Cloud {} (node {})", server.release, server.node_id)?;
        let lines = [
            ("address", format!("http://{}", server.local_addr())),
            ("public", server.public_url.clone()),
            ("API docs", format!("{}/api-docs", server.public_url)),
            ("data", server.data_dir.display().to_string()),
            ("SQL", sql(settings)),
            ("chat log", chat_log(settings)),
            ("cache", cache(settings)),
            ("files", files(settings)),
            ("mail", mail(settings)),
            ("AI", ai(settings)),
        ];
        for (name, value) in lines {
            writeln!(f, "  {name:<10}{value}")?;
        }
        for warning in settings.warnings() {
            writeln!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}

impl Banner<'_> {
    /// Prints it. That nobody reads it is no reason not to serve.
    pub fn print(&self) {
        let _ = super::output::print(self);
    }
}

fn sql(settings: &Settings) -> String {
    match &settings.database.backend {
        DatabaseBackend::Sqlite(file) => format!("SQLite, {}", file.display()),
        DatabaseBackend::Mysql(_) => "MySQL (DATABASE_URL)".to_owned(),
    }
}

fn chat_log(settings: &Settings) -> String {
    match &settings.chat_log {
        ChatLogSettings::Sql => "the SQL database".to_owned(),
        ChatLogSettings::Mongo(_) => "MongoDB (MONGO_DB)".to_owned(),
    }
}

fn cache(settings: &Settings) -> String {
    match &settings.cache {
        CacheSettings::InProcess => "in process".to_owned(),
        CacheSettings::Redis(_) => "Redis (REDIS_URL)".to_owned(),
    }
}

fn files(settings: &Settings) -> String {
    match &settings.files {
        FileSettings::Disk => settings.server.data_dir.join("uploads").display().to_string(),
        FileSettings::S3(s3) => format!("S3 bucket {}", s3.bucket),
    }
}

fn mail(settings: &Settings) -> String {
    match &settings.mail {
        MailSettings::Outbox => settings.server.data_dir.join("outbox").display().to_string(),
        MailSettings::Smtp { .. } => "SMTP (SMTP_URL)".to_owned(),
        MailSettings::Gmail { .. } => "Gmail (MAILER_EMAIL)".to_owned(),
    }
}

fn ai(settings: &Settings) -> String {
    match &settings.ai.api_key {
        None => "built-in rules".to_owned(),
        Some(_) => format!("{} at {}", settings.ai.model, settings.ai.base_url),
    }
}

#[cfg(test)]
mod tests {
    use super::Banner;
    use crate::settings::{Settings, Source};

    #[test]
    fn a_start_on_defaults_tells_where_everything_is() {
        let source = Source::from_pairs([("NODE_ID", "blue"), ("RELEASE", "1.2.3")]);
        let settings = Settings::from_source(&source).expect("settings");
        insta::assert_snapshot!(Banner(&settings).to_string());
    }
}
