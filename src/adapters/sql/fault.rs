//! What can go wrong below a port, and what of it a caller of the port gets to know.

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use nine_cloud_actors::ports::{BoxError, PortError, UniqueKey};

/// Result of every query function.
pub(super) type SqlResult<T> = Result<T, SqlError>;

/// A failed query.
#[derive(Debug, thiserror::Error)]
pub(super) enum SqlError {
    #[error(transparent)]
    Query(#[from] DieselError),
    /// A row holds what only a defect or a foreign hand can have written.
    #[error("a stored {0} does not read")]
    Corrupt(&'static str),
    /// No connection within the wait.
    #[error("no database connection")]
    NoConnection(#[source] BoxError),
    /// Given up at the limit of one operation.
    #[error("no answer from the database within {0:?}")]
    TimedOut(Duration),
    /// Other nodes were faster, time and again.
    #[error("others wrote to the same place every time")]
    Crowded,
    /// The runtime is shutting down, or the query panicked.
    #[error("the database task ended early")]
    Ended(#[source] BoxError),
}

/// Whoever loses a deadlock has changed nothing and may start over.
const COLLISIONS: [&str; 4] = [
    "Deadlock found",
    "Lock wait timeout exceeded",
    "Record has changed since last read",
    "database is locked",
];

/// How drivers word a connection that is gone.
const LOST: [&str; 4] = ["Input/output error", "Driver error", "Server shutdown", "Connection was killed"];

/// How SQLite words a file that cannot be used now, e.g. on a full disk, and MySQL a server that cannot be written.
const AWAY: [&str; 5] =
    ["disk I/O error", "database or disk is full", "unable to open database file", "read-only", "readonly"];

/// The two unique keys of `account_identities`, on MySQL and on SQLite.
const IDENTITY_KEYS: [&str; 4] = [
    "account_identities_subject",
    "account_identities.subject",
    "account_identities_account",
    "account_identities.provider",
];

impl SqlError {
    /// Lost a fight for a row lock: the same work may be done again.
    pub(super) fn is_collision(&self) -> bool {
        self.says(&COLLISIONS)
    }

    /// The connection is of no more use.
    pub(super) fn lost_connection(&self) -> bool {
        matches!(self, Self::Query(DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)))
            || matches!(self, Self::Query(DieselError::BrokenTransactionManager))
            || self.says(&LOST)
    }

    /// A unique key was taken that the message ends with, as SQLite or MySQL spells it (see [`unique_key`]).
    pub(super) fn is_taken(&self, spellings: [&str; 2]) -> bool {
        match self {
            Self::Query(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)) => {
                let message = info.message().trim_end_matches('\'');
                spellings.iter().any(|key| message.ends_with(key))
            }
            _ => false,
        }
    }

    fn says(&self, words: &[&str]) -> bool {
        match self {
            Self::Query(DieselError::DatabaseError(_, info)) => {
                words.iter().any(|word| info.message().contains(word))
            }
            // A rollback that failed carries the fault that led to it.
            Self::Query(DieselError::RollbackErrorOnCommit { rollback_error, commit_error }) => {
                [rollback_error, commit_error].into_iter().any(|error| match &**error {
                    DieselError::DatabaseError(_, info) => {
                        words.iter().any(|word| info.message().contains(word))
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }
}

impl From<SqlError> for PortError {
    fn from(error: SqlError) -> Self {
        match &error {
            SqlError::Query(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info)) => {
                match unique_key(info.message()) {
                    Some(key) => Self::Conflict(key),
                    // The message holds the value, which may be an address.
                    None => Self::Broken("an unexpected unique key was violated".into()),
                }
            }
            SqlError::Query(error) if is_orphan(error) => Self::Orphaned,
            SqlError::NoConnection(_) | SqlError::TimedOut(_) | SqlError::Crowded | SqlError::Ended(_) => {
                Self::Unavailable(Box::new(error))
            }
            _ if error.is_collision() || error.lost_connection() || error.says(&AWAY) => {
                Self::Unavailable(Box::new(error))
            }
            _ => Self::Broken(Box::new(error)),
        }
    }
}

/// Reads which key was taken out of the message, the only place where the drivers say so.
///
/// SQLite: `UNIQUE constraint failed: accounts.email_key`. MariaDB: `… for key 'accounts_email_key'`. MySQL 8:
/// `… for key 'accounts.accounts_email_key'`. The value itself may hold anything, so only the end is looked at.
fn unique_key(message: &str) -> Option<UniqueKey> {
    let ends = |end: &str| message.trim_end_matches('\'').ends_with(end);
    if ends("accounts_email_key") || ends("accounts.email_key") {
        Some(UniqueKey::AccountEmail)
    } else if ends("diary_entries_day") || ends("diary_entries.diary_date") {
        Some(UniqueKey::DiaryOfDay)
    } else if IDENTITY_KEYS.into_iter().any(ends) {
        Some(UniqueKey::Identity)
    } else {
        None
    }
}

/// Whether a row could not be written because what it belongs to is gone.
pub(super) fn is_orphan(error: &DieselError) -> bool {
    matches!(error, DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(kind: DatabaseErrorKind, message: &str) -> PortError {
        SqlError::from(DieselError::DatabaseError(kind, Box::new(message.to_owned()))).into()
    }

    #[test]
    fn both_spellings_of_a_taken_key_are_known() {
        for (message, key) in [
            ("UNIQUE constraint failed: accounts.email_key", UniqueKey::AccountEmail),
            ("Duplicate entry 'a@b.co' for key 'accounts_email_key'", UniqueKey::AccountEmail),
            ("Duplicate entry 'a@b.co' for key 'accounts.accounts_email_key'", UniqueKey::AccountEmail),
            (
                "UNIQUE constraint failed: diary_entries.author_id, diary_entries.diary_date",
                UniqueKey::DiaryOfDay,
            ),
            ("Duplicate entry '1-2026-11-22' for key 'diary_entries_day'", UniqueKey::DiaryOfDay),
            (
                "UNIQUE constraint failed: account_identities.provider, account_identities.subject",
                UniqueKey::Identity,
            ),
            ("Duplicate entry 'K-31415' for key 'account_identities_subject'", UniqueKey::Identity),
            (
                "UNIQUE constraint failed: account_identities.account_id, account_identities.provider",
                UniqueKey::Identity,
            ),
            (
                "Duplicate entry '7-K' for key 'account_identities.account_identities_account'",
                UniqueKey::Identity,
            ),
        ] {
            let mapped = fault(DatabaseErrorKind::UniqueViolation, message);
            assert!(matches!(mapped, PortError::Conflict(found) if found == key), "{message}");
        }
    }

    #[test]
    fn a_value_never_gets_into_the_log() {
        let mapped =
            fault(DatabaseErrorKind::UniqueViolation, "Duplicate entry 'mina@example.com' for key 'PRIMARY'");
        assert!(!format!("{mapped:?}").contains("mina"));
    }

    #[test]
    fn what_may_pass_is_unavailable_and_a_defect_is_not() {
        for message in
            ["database is locked", "Deadlock found when trying to get lock", "Input/output error: x"]
        {
            let mapped = fault(DatabaseErrorKind::Unknown, message);
            assert!(matches!(mapped, PortError::Unavailable(_)), "{message}");
        }
        assert!(matches!(fault(DatabaseErrorKind::Unknown, "no such table: x"), PortError::Broken(_)));
    }
}
