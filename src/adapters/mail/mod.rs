//! The ways mails leave. One file per way; `message` writes the mail itself for all of them.

mod message;
mod outbox;

pub use outbox::{OpenOutboxError, OutboxTransport};
