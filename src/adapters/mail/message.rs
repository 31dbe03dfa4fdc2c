//! A mail as it travels: RFC 5322 with a text and an HTML version.

use std::time::SystemTime;

use chrono::DateTime;
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::Mail;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::MailError;

/// Writes the message. It is the mail's own fault when that fails, so trying again is of no use.
pub(super) fn compose(from: &Mailbox, id: MailId, mail: &Mail, now: Instant) -> Result<Message, MailError> {
    let to = mail.to.as_typed().parse().map_err(permanent)?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.as_str())
        // A machine that thinks it is before 1970 would make lettre panic.
        .date(SystemTime::from(now.max(DateTime::UNIX_EPOCH)))
        .message_id(Some(format!("<{id}.{}@{}>", now.timestamp_millis(), from.email.domain())))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
                .singlepart(part(ContentType::TEXT_HTML, &mail.html)),
        )
        .map_err(permanent)
}

/// Quoted-printable fits every text and every mail server, and what is ASCII stays readable: left to itself lettre
/// takes base64 for Korean, which hides the code from whoever looks into the outbox.
fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(text.to_owned())
}

fn permanent(error: impl std::error::Error + Send + Sync + 'static) -> MailError {
    MailError::Permanent(Box::new(error))
}
