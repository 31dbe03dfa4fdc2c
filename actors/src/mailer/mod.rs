//! Mails: queued durably before anyone is told so, then sent with patience.
//!
//! [`Mailer`] owns when a mail leaves and what happens when it cannot; where the queue lies and how a mail travels are
//! ports. A mail leaves at least once: twice only when the node dies, or the queue goes away, right after the sending.

mod actor;
mod courier;
mod messages;
mod retry;
mod sign_up_code;
#[cfg(test)]
mod tests;

pub use actor::Mailer;
pub use messages::{DrainMails, GetMailReport, MailReport, RetryMail, SendMail};
pub use sign_up_code::sign_up_code;
