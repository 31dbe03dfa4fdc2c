//! Short-lived facts: sign-up codes, rate limits, view marks.

use std::time::Duration;

use async_trait::async_trait;

use super::PortResult;
use crate::domain::email::Email;
use crate::domain::ids::{DiaryId, UserId};
use crate::domain::secret::Secret;
use crate::domain::seoul::Instant;

/// How a sign-up code fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeTry {
    /// It was right, and is used up.
    Right,
    /// It was wrong; one of five tries is gone.
    Wrong,
    /// There is none: never asked for, expired, used, or five times wrong.
    Missing,
}

/// What is limited, per key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Code mails to one address.
    MailPerEmail,
    /// Code mails asked for by one client address.
    MailPerClient,
    /// Password tries on one account.
    SignInPerEmail,
    /// Password tries and code tries of one client address.
    SignInPerClient,
    /// Access tokens of one session.
    TokenPerSession,
    /// Calls of one person, publishing a diary excepted (contract §0.1).
    CallPerPerson,
    /// Calls of one client address without a session.
    CallPerClient,
}

impl Limit {
    /// Every one of them.
    pub const ALL: [Self; 7] = [
        Self::MailPerEmail,
        Self::MailPerClient,
        Self::SignInPerEmail,
        Self::SignInPerClient,
        Self::TokenPerSession,
        Self::CallPerPerson,
        Self::CallPerClient,
    ];
}

/// The caller was too fast; it may come back after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

/// What a socket may come back to after its connection broke. `record` is JSON of the rooms' own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The secret that the client shows: 1–64 characters.
    pub pid: String,
    /// At most 4 KiB.
    pub record: String,
    /// Not found from then on.
    pub expires_at: Instant,
}

/// The cache.
#[async_trait]
pub trait Cache: Send + Sync {
    /// Keeps `code` for this address, in place of an earlier one.
    async fn put_code(&self, email: &Email, code: Secret, expires_at: Instant) -> PortResult<()>;

    /// Compares a code in constant time; see [`CodeTry`].
    async fn try_code(&self, email: &Email, code: &Secret, now: Instant) -> PortResult<CodeTry>;

    /// Removes codes that ran out; says how many.
    async fn remove_expired_codes(&self, now: Instant) -> PortResult<u64>;

    /// `true` when this viewer has not been marked on this diary within `ttl` before `now`; marks them.
    async fn mark_view(
        &self,
        viewer: UserId,
        diary: DiaryId,
        now: Instant,
        ttl: Duration,
    ) -> PortResult<bool>;

    /// Keeps these, each in place of an earlier one of its `pid`; durable when it returns, so that a client finds its way
    /// back after a `kill -9`. All in one write: it is called with what many sockets brought in the meantime.
    async fn put_recoveries(&self, recoveries: Vec<Recovery>) -> PortResult<()>;

    /// The record kept under a `pid`.
    async fn find_recovery(&self, pid: &str, now: Instant) -> PortResult<Option<String>>;

    /// Forgets one; nothing when there is none.
    async fn remove_recovery(&self, pid: &str) -> PortResult<()>;

    /// Removes recoveries that ran out; says how many.
    async fn remove_expired_recoveries(&self, now: Instant) -> PortResult<u64>;

    /// Counts one act under `key`; the inner error says when the next is allowed.
    async fn take(&self, limit: Limit, key: &str) -> PortResult<Result<(), RetryAfter>>;
}
