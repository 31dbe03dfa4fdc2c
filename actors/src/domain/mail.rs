//! Mails the service sends.

use super::email::Email;
use super::ids::MailId;

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
