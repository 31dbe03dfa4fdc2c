//! What may be said to [`super::Mailer`].

use actix::Message;

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
