//! What may be said to [`super::Mailer`].

use actix::Message;

use crate::domain::ids::MailId;
use crate::domain::mail::Mail;
use crate::refusal::Outcome;

/// Sends a mail. Answered when it is durably queued; it leaves right after, and again later if that fails. A refusal
/// means that it will not be sent.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<()>")]
pub struct SendMail(pub Mail);

/// Tries every mail that is due once, those in hand included, and answers then: said by the shutdown, after the last
/// [`SendMail`]. What fails stays queued for the next start.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct DrainMails;

/// Sends a mail that was given up again. Answered when it is back in the queue.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<()>")]
pub struct RetryMail(pub MailId);

/// How the mails fare. Asked by the admin endpoint.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<MailReport>")]
pub struct GetMailReport;

/// The queue is that of all nodes; what was sent, that of this one since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailReport {
    /// Mails that wait to be sent.
    pub waiting: u64,
    /// Mails that were given up: dead letters.
    pub dead: u64,
    /// Mails that the transport took.
    pub sent: u64,
    /// Tries that failed, also those after which a mail was given up.
    pub failed: u64,
}
