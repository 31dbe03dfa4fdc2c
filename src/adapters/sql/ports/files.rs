use async_trait::async_trait;
use bytes::Bytes;
use nine_cloud_actors::domain::file::FileKey;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{FileTask, FileTaskKind, FileTaskStore, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl FileTaskStore for SqlStore {
    async fn claim(&self, now: Instant, lease_until: Instant, limit: u32) -> PortResult<Vec<FileTask>> {
        let keys = read!(self, files::due(now, limit))?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        change!(self, files::lease(&keys, now, lease_until))
    }

    async fn find_pending(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        let key = key.clone();
        read!(self, files::find_pending(&key))
    }

    async fn finish(&self, task: &FileTask) -> PortResult<bool> {
        let key = task.key.clone();
        match task.kind {
            FileTaskKind::Put(_) => change!(self, files::finish_put(&key)),
            FileTaskKind::Delete => change!(self, files::finish_delete(&key)),
        }
    }

    async fn postpone(&self, key: &FileKey, until: Instant) -> PortResult<()> {
        let key = key.clone();
        change!(self, files::postpone(&key, until))
    }
}
