//! The ways mails leave. One file per way; `message` writes the mail itself for all of them.

mod message;
mod outbox;
mod smtp;

pub use outbox::{OpenOutboxError, OutboxTransport};
pub use smtp::{OpenSmtpError, SmtpServer, SmtpTransport};
