//! Where mails go.

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::secret::Secret;

use super::Problem;
use super::reader::{Noted, Reader};
use super::urls::has_scheme;

/// See the module.
#[derive(Debug, Clone)]
pub enum MailSettings {
    /// Each mail is one `.eml` file in `DATA_DIR/outbox/`.
    Outbox,
    /// `SMTP_URL`: any server; `MAILER_EMAIL` is the sender then, where it is set.
    Smtp {
        /// `smtp://…` or `smtps://…`, credentials in it.
        url: Secret,
        /// Whom mails come from.
        sender: Option<Email>,
    },
    /// `MAILER_EMAIL` and `MAILER_PASSWORD`: Gmail, as the previous service did.
    Gmail {
        /// The account, and whom mails come from.
        email: Email,
        /// Its app password.
        password: Secret,
    },
}

impl MailSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("mail");
        let url = reader.secret_url("SMTP_URL", "smtp://[USER:PASSWORD@]HOST[:PORT] or smtps://…", |text| {
            has_scheme(text, &["smtp", "smtps"])
        });
        let email = reader.optional("MAILER_EMAIL", "a mail address", Email::parse);
        let password = reader.secret("MAILER_PASSWORD");
        match (url?, email?, password?) {
            (None, None, None) => Ok(Self::Outbox),
            (Some(url), sender, None) => Ok(Self::Smtp { url, sender }),
            (Some(_), _, Some(_)) => {
                Err(reader.note(Problem::new("SMTP_URL", "MAILER_PASSWORD as well", "one of the two forms")))
            }
            (None, Some(email), Some(password)) => Ok(Self::Gmail { email, password }),
            (None, Some(_), None) => {
                Err(reader.note(Problem::missing("MAILER_PASSWORD", "the app password of MAILER_EMAIL")))
            }
            (None, None, Some(_)) => {
                Err(reader
                    .note(Problem::missing("MAILER_EMAIL", "the account that MAILER_PASSWORD belongs to")))
            }
        }
    }

    pub(super) fn unbuilt(&self, problems: &mut Vec<Problem>) {
        match self {
            Self::Outbox => {}
            Self::Smtp { .. } => problems.push(super::not_built("SMTP_URL")),
            Self::Gmail { .. } => problems.push(super::not_built("MAILER_EMAIL")),
        }
    }

    pub(super) fn warn(&self, warnings: &mut Vec<String>) {
        if let Self::Outbox = self {
            warnings.push(
                "no mail server is set: mails, sign-up codes among them, stay in DATA_DIR/outbox".to_owned(),
            );
        }
    }
}
