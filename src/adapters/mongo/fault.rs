//! What can go wrong below the port, and what of it a caller of the port gets to know.

use std::time::Duration;

use mongodb::error::{Error as DriverError, ErrorKind, RETRYABLE_WRITE_ERROR, WriteFailure};
use nine_cloud_actors::ports::{BoxError, PortError};

/// Result of everything below the port.
pub(super) type MongoResult<T> = Result<T, MongoError>;

/// A failed operation.
#[derive(Debug, thiserror::Error)]
pub(super) enum MongoError {
    #[error(transparent)]
    Driver(DriverError),
    /// A document holds what only a defect or a foreign hand can have written. Without the value, which may be a text.
    #[error("a stored {0} does not read")]
    Corrupt(&'static str),
    /// The id of a message is that of another one.
    #[error("the id of a message is taken")]
    Taken,
    /// Given up at the limit of one operation.
    #[error("no answer from MongoDB within {0:?}")]
    TimedOut(Duration),
    /// Other nodes were faster, time and again.
    #[error("others wrote to the same place every time")]
    Crowded,
    /// The runtime is shutting down, or the operation panicked.
    #[error("the task ended early")]
    Ended(#[source] BoxError),
}

/// The code of a unique key that is taken.
const DUPLICATE_KEY: i32 = 11000;

/// Errors of a server that stops, starts, or is no longer (or not yet) the one that may be written to.
const AWAY: [i32; 11] = [50, 64, 89, 91, 133, 189, 262, 10107, 11600, 11602, 13435];

impl MongoError {
    /// Somebody else's document has one of the unique keys.
    pub(super) fn is_duplicate(&self) -> bool {
        let Self::Driver(error) = self else { return false };
        match &*error.kind {
            ErrorKind::Write(WriteFailure::WriteError(error)) => error.code == DUPLICATE_KEY,
            ErrorKind::Command(error) => error.code == DUPLICATE_KEY,
            _ => false,
        }
    }
}

impl From<DriverError> for MongoError {
    fn from(error: DriverError) -> Self {
        match &*error.kind {
            // It quotes what it could not read.
            ErrorKind::BsonDeserialization(_) | ErrorKind::Bson(_) => Self::Corrupt("batch of chat lines"),
            _ => Self::Driver(error),
        }
    }
}

/// Whether the server is away, or has not said whether it has written.
fn is_away(error: &DriverError) -> bool {
    match &*error.kind {
        ErrorKind::Io(_)
        | ErrorKind::ServerSelection { .. }
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::DnsResolve { .. }
        | ErrorKind::Authentication { .. }
        | ErrorKind::Shutdown
        | ErrorKind::Write(WriteFailure::WriteConcernError(_)) => true,
        ErrorKind::Command(command) if AWAY.contains(&command.code) => true,
        _ => error.contains_label(RETRYABLE_WRITE_ERROR),
    }
}

impl From<MongoError> for PortError {
    fn from(error: MongoError) -> Self {
        match &error {
            MongoError::TimedOut(_) | MongoError::Crowded | MongoError::Ended(_) => {
                Self::Unavailable(Box::new(error))
            }
            MongoError::Driver(cause) if is_away(cause) => Self::Unavailable(Box::new(error)),
            _ => Self::Broken(Box::new(error)),
        }
    }
}
