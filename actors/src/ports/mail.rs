//! The durable outgoing queue, and the way mails leave.

use async_trait::async_trait;

use super::{BoxError, PortResult};
use crate::domain::ids::MailId;
use crate::domain::mail::{DeadMail, Mail, QueuedMail};
use crate::domain::seoul::Instant;

/// The outgoing queue.
#[async_trait]
pub trait MailQueue: Send + Sync {
    /// Puts a mail into the queue, due at once.
    async fn enqueue(&self, mail: Mail, now: Instant) -> PortResult<MailId>;

    /// Takes up to `limit` due mails and leases them until `lease_until`, so that two nodes do not send one mail.
    async fn claim(&self, now: Instant, lease_until: Instant, limit: u32) -> PortResult<Vec<QueuedMail>>;

    /// Takes a sent mail off the queue.
    async fn sent(&self, mail: MailId) -> PortResult<()>;

    /// Counts a failed try; the mail is due again at `until`.
    async fn postpone(&self, mail: MailId, until: Instant, reason: &str) -> PortResult<()>;

    /// Has the mail due again at `until` without counting a try: the mail server is away, which says nothing of the mail.
    async fn put_back(&self, mail: MailId, until: Instant, reason: &str) -> PortResult<()>;

    /// Gives the mail up: it stays as a dead letter for administrators to look at.
    async fn bury(&self, mail: MailId, reason: &str) -> PortResult<()>;

    /// Mails that were given up, newest first.
    async fn dead(&self, limit: u16) -> PortResult<Vec<DeadMail>>;

    /// Makes a mail that was given up due at `now`, as if it had never been tried. `false` when there is none such.
    async fn revive(&self, mail: MailId, now: Instant) -> PortResult<bool>;

    /// How many mails wait, and how many were given up.
    async fn depth(&self) -> PortResult<(u64, u64)>;
}

/// A mail that could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Nobody is there to take any mail.
    #[error("the mail server is away")]
    Away(#[source] BoxError),
    /// Worth another try.
    #[error("could not send now")]
    Transient(#[source] BoxError),
    /// Never going to work, e.g. an address that does not exist.
    #[error("cannot be sent")]
    Permanent(#[source] BoxError),
}

/// The way mails leave: a folder of `.eml` files, or SMTP.
#[async_trait]
pub trait MailTransport: Send + Sync {
    /// Hands one mail over.
    async fn send(&self, id: MailId, mail: &Mail) -> Result<(), MailError>;
}
