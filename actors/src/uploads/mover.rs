//! How files get from SQL into the file store without being lost or left over: the logic of `Store`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::messages::OpenedFile;
use crate::domain::file::{FileKey, NewFile};
use crate::kit::ActorStats;
use crate::ports::{Clock, FileStore, FileTask, FileTaskKind, FileTaskStore, PortError, PortResult};
use crate::refusal::{Outcome, Refusal, chain};

/// Tasks taken, and worked on, at a time: each may hold 8 MB.
const AT_A_TIME: u32 = 4;
/// The file store's time for one task; well within the lease, or two nodes would work on it.
const TASK_TIME: Duration = Duration::from_secs(30);
/// Its time for a read: somebody is looking at an empty frame.
const READ_TIME: Duration = Duration::from_secs(10);
const LEASE: TimeDelta = TimeDelta::seconds(120);
/// Files read at a time.
const READS: usize = 64;

/// Both sides of the move.
pub(super) struct FileMover {
    files: Arc<dyn FileStore>,
    tasks: Arc<dyn FileTaskStore>,
    clock: Arc<dyn Clock>,
    reads: Semaphore,
    stats: Arc<ActorStats>,
}

impl FileMover {
    pub(super) fn new(
        files: Arc<dyn FileStore>,
        tasks: Arc<dyn FileTaskStore>,
        clock: Arc<dyn Clock>,
        stats: Arc<ActorStats>,
    ) -> Self {
        Self { files, tasks, clock, reads: Semaphore::new(READS), stats }
    }

    /// Tries everything that is due, once: what fails is due again later. When all that is tried at a time fails, the store
    /// is away, and the rest stays due.
    pub(super) async fn move_due(&self) {
        loop {
            let now = self.clock.now();
            let due = match self.tasks.claim(now, now + LEASE, AT_A_TIME).await {
                Ok(due) if due.is_empty() => return,
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(cause = %chain(&error), "could not look for files to move");
                    return;
                }
            };
            let tried = stream::iter(due).map(|task| self.attempt(task)).buffer_unordered(AT_A_TIME as usize);
            if !tried.fold(false, async |any, is_done| any || is_done).await {
                return;
            }
        }
    }

    /// `false` when it failed.
    async fn attempt(&self, task: FileTask) -> bool {
        let Err(error) = self.perform(&task).await else { return true };
        let delay = backoff(task.attempts);
        self.stats.failed(&chain(&error));
        tracing::warn!(
            cause = %chain(&error),
            attempts = task.attempts + 1,
            delay_secs = delay.num_seconds(),
            "a file could not be moved"
        );
        if let Err(error) = self.tasks.postpone(&task.key, self.clock.now() + delay).await {
            // It is due again when its lease ends.
            tracing::warn!(cause = %chain(&error), "could not postpone a file");
        }
        false
    }

    async fn perform(&self, task: &FileTask) -> PortResult<()> {
        let key = &task.key;
        let is_wanted = match &task.kind {
            FileTaskKind::Delete => false,
            FileTaskKind::Put(bytes) => {
                let file = NewFile { key: key.clone(), bytes: bytes.clone() };
                in_time(TASK_TIME, self.files.put(&file)).await?;
                self.tasks.finish(task).await?
            }
        };
        if is_wanted {
            return Ok(());
        }
        in_time(TASK_TIME, self.files.delete(key)).await?;
        let removal = FileTask { key: key.clone(), kind: FileTaskKind::Delete, attempts: task.attempts };
        self.tasks.finish(&removal).await?;
        Ok(())
    }

    /// The file, wherever it is: it is to be had from the moment its row is committed.
    pub(super) async fn open(&self, key: &FileKey) -> Outcome<OpenedFile> {
        let _permit = self.reads.acquire().await.map_err(|_| Refusal::Unavailable)?;
        if let Some(elsewhere) = self.files.elsewhere(key)? {
            // Sent there, a browser would not come back for what is still here.
            let pending = self.tasks.find_pending(key).await?;
            return Ok(pending.map_or(OpenedFile::Elsewhere(elsewhere), OpenedFile::Bytes));
        }
        self.read(key).await.map(OpenedFile::Bytes)
    }

    async fn read(&self, key: &FileKey) -> Outcome<Bytes> {
        let stored = in_time(READ_TIME, self.files.get(key)).await;
        if let Ok(Some(bytes)) = stored {
            return Ok(bytes);
        }
        if let Some(bytes) = self.tasks.find_pending(key).await? {
            return Ok(bytes);
        }
        stored?;
        // It may have been moved between the two looks.
        in_time(READ_TIME, self.files.get(key)).await?.ok_or(Refusal::FileNotFound)
    }
}

/// A store that does not answer in time is away.
async fn in_time<T>(limit: Duration, call: impl Future<Output = PortResult<T>>) -> PortResult<T> {
    match timeout(limit, call).await {
        Ok(answer) => answer,
        Err(elapsed) => Err(PortError::Unavailable(elapsed.into())),
    }
}

/// 1, 2, 4, 4 … seconds after 0, 1, 2, 3 … failures: whatever was missed while the store was away is there within five
/// seconds of its return. It costs little, since a store that is away refuses a few tries at a time.
fn backoff(attempts: i32) -> TimeDelta {
    TimeDelta::seconds(1 << attempts.clamp(0, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_tried_again_later_but_within_five_seconds() {
        let delays: Vec<_> = [0, 1, 2, 3, i32::MAX, -1].map(|n| backoff(n).num_seconds()).into();
        assert_eq!(delays, [1, 2, 4, 4, 4, 1]);
    }
}
