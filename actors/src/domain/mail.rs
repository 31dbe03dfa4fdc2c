//! Mails the service sends.

use super::email::Email;
use super::ids::MailId;
use super::seoul::Instant;

/// A mail to be sent, as it lies in the durable queue.
#[derive(Clone)]
pub struct Mail {
    /// To whom.
    pub to: Email,
    /// One line.
    pub subject: String,
    /// For readers of HTML.
    pub html: String,
    /// For everyone else.
    pub text: String,
}

/// Neither the address nor a code gets into a log.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[mail]")
    }
}

/// A mail that is due, with how often it was tried before.
#[derive(Debug, Clone)]
pub struct QueuedMail {
    /// Its place in the queue.
    pub id: MailId,
    /// The mail.
    pub mail: Mail,
    /// Failed tries so far.
    pub attempts: i32,
}

/// A mail that was given up, as administrators see it: not to whom nor what about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadMail {
    /// Its place in the queue.
    pub id: MailId,
    /// When it was written.
    pub created_at: Instant,
    /// Failed tries.
    pub attempts: i32,
    /// Why the last one failed.
    pub reason: Option<String>,
}
