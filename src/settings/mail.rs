//! Where mails go.

use std::borrow::Cow;

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::secret::Secret;
use percent_encoding::percent_decode_str;
use url::Url;

use super::Problem;
use super::reader::{Noted, Reader};

/// See the module.
#[derive(Debug, Clone)]
pub enum MailSettings {
    /// Each mail is one `.eml` file in `DATA_DIR/outbox/`.
    Outbox,
    /// `SMTP_URL`: any server.
    Smtp {
        /// Where it is.
        server: SmtpSettings,
        /// Whom mails come from: `MAILER_EMAIL`, else the user of the address if that is a mail address.
        sender: Option<Email>,
    },
    /// `MAILER_EMAIL` and `MAILER_PASSWORD`: Gmail, as the previous service did.
    Gmail {
        /// Where it is.
        server: SmtpSettings,
        /// The account, and whom mails come from.
        sender: Email,
    },
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Name or IP address.
    pub host: String,
    /// TCP.
    pub port: u16,
    /// TLS from the first byte; otherwise STARTTLS where the server offers it.
    pub is_tls: bool,
    /// User and password.
    pub credentials: Option<(String, Secret)>,
}

const URL_EXPECTED: &str = "smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://…";

impl MailSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("mail");
        let url = reader.secret_url("SMTP_URL", URL_EXPECTED, |text| SmtpSettings::parse(text).is_some());
        let email = reader.optional("MAILER_EMAIL", "a mail address", Email::parse);
        let password = reader.secret("MAILER_PASSWORD");
        let server = url?.and_then(|url| SmtpSettings::parse(url.reveal()));
        match (server, email?, password?) {
            (None, None, None) => Ok(Self::Outbox),
            (Some(server), sender, None) => {
                let user = server.credentials.as_ref().and_then(|(user, _)| Email::parse(user));
                Ok(Self::Smtp { server, sender: sender.or(user) })
            }
            (Some(_), _, Some(_)) => {
                Err(reader.note(Problem::new("SMTP_URL", "MAILER_PASSWORD as well", "one of the two forms")))
            }
            (None, Some(sender), Some(password)) => {
                Ok(Self::Gmail { server: SmtpSettings::gmail(&sender, password), sender })
            }
            (None, Some(_), None) => {
                Err(reader.note(Problem::missing("MAILER_PASSWORD", "the app password of MAILER_EMAIL")))
            }
            (None, None, Some(_)) => {
                Err(reader
                    .note(Problem::missing("MAILER_EMAIL", "the account that MAILER_PASSWORD belongs to")))
            }
        }
    }

    pub(super) fn warn(&self, warnings: &mut Vec<String>) {
        match self {
            Self::Outbox => warnings.push(
                "no mail server is set: mails, sign-up codes among them, stay in DATA_DIR/outbox".to_owned(),
            ),
            Self::Smtp { sender: None, .. } => warnings.push(
                "MAILER_EMAIL is not set: mails are from no-reply@localhost, which mail servers refuse"
                    .to_owned(),
            ),
            Self::Smtp { .. } | Self::Gmail { .. } => {}
        }
    }
}

impl SmtpSettings {
    /// `None` unless the text is an address of ours; user and password may be percent-encoded.
    fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_tls = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return None,
        };
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let is_plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let decoded = |text| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() && !password.is_empty() => {
                Some((decoded(user)?, Secret::new(decoded(password)?)))
            }
            _ => return None,
        };
        let port = url.port().unwrap_or(if is_tls { 465 } else { 587 });
        (is_plain && !host.is_empty() && port != 0).then_some(Self { host, port, is_tls, credentials })
    }

    fn gmail(account: &Email, password: Secret) -> Self {
        Self {
            host: "smtp.gmail.com".to_owned(),
            port: 465,
            is_tls: true,
            credentials: Some((account.as_typed().to_owned(), password)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_the_server_is_and_who_we_are() {
        let who = |user: &str, password: &str| Some((user.to_owned(), Secret::new(password)));
        for (text, expected) in [
            ("smtp://mail", ("mail", 587, false, None)),
            ("smtps://mail.example.com/", ("mail.example.com", 465, true, None)),
            ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, false, None)),
            ("smtp://[::1]:25", ("::1", 25, false, None)),
            ("smtp://mina:p%40s%3As%2F@mail:25", ("mail", 25, false, who("mina", "p@s:s/"))),
            ("smtps://mina%40example.com:%ED%95%9C@mail", ("mail", 465, true, who("mina@example.com", "한"))),
        ] {
            let (host, port, is_tls, credentials) = expected;
            let expected = SmtpSettings { host: host.to_owned(), port, is_tls, credentials };
            assert_eq!(SmtpSettings::parse(text), Some(expected), "{text}");
        }
        for wrong in [
            "",
            "mail:25",
            "http://mail",
            "smtp://",
            "smtp:mail",
            "smtp://mail:0",
            "smtp://mail:99999",
            "smtp://mina@mail",
            "smtp://:secret@mail",
            "smtp://mina:@mail",
            "smtp://mina:%ff@mail",
            "smtp://mail/path",
            "smtp://mail?tls=required",
        ] {
            assert_eq!(SmtpSettings::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn gmail_is_reached_by_tls_with_the_account() {
        let account = Email::parse("nine.cloud@gmail.com").unwrap();
        let gmail = SmtpSettings::gmail(&account, Secret::new("app password"));
        assert_eq!((gmail.host.as_str(), gmail.port, gmail.is_tls), ("smtp.gmail.com", 465, true));
        assert_eq!(gmail.credentials, Some(("nine.cloud@gmail.com".to_owned(), Secret::new("app password"))));
    }
}
