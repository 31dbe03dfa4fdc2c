//! Where images are kept, and the durable list of what is still to be done there.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::PortResult;
use crate::domain::file::{FileKey, NewFile};
use crate::domain::secret::Secret;
use crate::domain::seoul::Instant;

/// The file store: a folder, or a bucket.
#[async_trait]
pub trait FileStore: Send + Sync {
    /// Stores the bytes under the key; doing it again changes nothing.
    async fn put(&self, file: &NewFile) -> PortResult<()>;

    /// The bytes, or `None` when there is no such file.
    async fn get(&self, key: &FileKey) -> PortResult<Option<Bytes>>;

    /// Removes the file; removing what is not there is no error.
    async fn delete(&self, key: &FileKey) -> PortResult<()>;

    /// Where browsers get the file from somebody else; `None` when it is ours to serve. Asks nobody: whether the file is
    /// there is for the caller to know.
    fn elsewhere(&self, key: &FileKey) -> PortResult<Option<Elsewhere>>;

    /// Whether the store answers, for `/ready`.
    async fn check(&self) -> PortResult<()>;
}

/// An address that is not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// It may let in whoever has it.
    pub url: Secret,
    /// How long browsers may remember it. It works for longer than that, so that it can be followed at the end.
    pub remember: Duration,
}

/// Something to be done in the file store.
#[derive(Debug, Clone)]
pub struct FileTask {
    /// Which file.
    pub key: FileKey,
    /// What.
    pub kind: FileTaskKind,
    /// Failed tries so far.
    pub attempts: i32,
}

/// What is to be done with a file.
#[derive(Debug, Clone)]
pub enum FileTaskKind {
    /// Move these bytes from SQL into the store.
    Put(Bytes),
    /// Remove it.
    Delete,
}

/// The table `pending_files`: written in the same transaction as the row that names the file, so that a posted diary
/// never depends on the file store (contract §0.1).
#[async_trait]
pub trait FileTaskStore: Send + Sync {
    /// Takes up to `limit` due tasks and leases them until `lease_until`, so that two nodes do not do one task.
    async fn claim(&self, now: Instant, lease_until: Instant, limit: u32) -> PortResult<Vec<FileTask>>;

    /// The bytes of a file that is still on its way to the store.
    async fn find_pending(&self, key: &FileKey) -> PortResult<Option<Bytes>>;

    /// Takes the task off the list. `false` for a `Put` whose file was meanwhile to be removed: its removal is due now.
    async fn finish(&self, task: &FileTask) -> PortResult<bool>;

    /// Counts a failed try; the task is due again at `until`.
    async fn postpone(&self, key: &FileKey, until: Instant) -> PortResult<()>;
}
