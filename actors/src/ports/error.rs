//! How a port can fail, by what its caller can do about it.

/// The cause, kept for the log.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Result of every port method.
pub type PortResult<T> = Result<T, PortError>;

/// A failed port call.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A unique key was taken; nothing was changed.
    #[error("{0:?} is taken")]
    Conflict(UniqueKey),
    /// What the new row belongs to went away meanwhile, in practice its person; nothing was changed.
    #[error("its owner is gone")]
    Orphaned,
    /// The backend did not answer in time or refused the connection: try again later, answer 503.
    #[error("backend unavailable")]
    Unavailable(#[source] BoxError),
    /// A defect: answer 500, look at the log.
    #[error("backend failed")]
    Broken(#[source] BoxError),
}

/// The unique keys that a caller can run into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueKey {
    /// One account per address.
    AccountEmail,
    /// One diary per person and day in Seoul.
    DiaryOfDay,
    /// One person per identity, and one identity per person and provider.
    Identity,
}
