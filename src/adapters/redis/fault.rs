//! What can go wrong with Redis, and what of it a caller of a port gets to know.

use ::redis::{ErrorKind, RedisError, ServerErrorKind};
use nine_cloud_actors::ports::PortError;

/// A failed call.
#[derive(Debug, thiserror::Error)]
pub(super) enum RedisFault {
    /// There is no connection; the log has the reason since it was lost.
    #[error("no connection to Redis")]
    Away,
    #[error("Redis")]
    Failed(#[from] RedisError),
}

/// What a server says that is full, only read, or not itself yet. A later try, or another server behind the same name, may
/// fare better.
const PASSING: [&str; 5] = ["OOM", "MISCONF", "NOREPLICAS", "UNBLOCKED", "MASTERDOWN"];

/// Whether it is the server that cannot be used, in place of the call that made no sense.
pub(super) fn is_outage(error: &RedisError) -> bool {
    match error.kind() {
        ErrorKind::Io | ErrorKind::AuthenticationFailed | ErrorKind::Parse => true,
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::BusyLoading
                | ServerErrorKind::ReadOnly
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::TryAgain
        ),
        _ => error.code().is_some_and(|code| PASSING.contains(&code)),
    }
}

impl From<RedisFault> for PortError {
    fn from(fault: RedisFault) -> Self {
        match &fault {
            RedisFault::Failed(error) if !is_outage(error) => Self::Broken(Box::new(fault)),
            RedisFault::Away | RedisFault::Failed(_) => Self::Unavailable(Box::new(fault)),
        }
    }
}
