//! A file store whose calls are counted, whichever it is.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use nine_cloud_actors::domain::file::{FileKey, NewFile};
use nine_cloud_actors::kit::PortStats;
use nine_cloud_actors::ports::{Elsewhere, FileStore, PortResult};

/// See the module.
pub struct CountedFiles {
    inner: Arc<dyn FileStore>,
    stats: Arc<PortStats>,
}

impl CountedFiles {
    /// Counts the calls of `inner` in `stats`.
    pub fn new(inner: Arc<dyn FileStore>, stats: Arc<PortStats>) -> Self {
        Self { inner, stats }
    }
}

#[async_trait]
impl FileStore for CountedFiles {
    async fn put(&self, file: &NewFile) -> PortResult<()> {
        self.stats.call(self.inner.put(file)).await
    }

    async fn get(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        self.stats.call(self.inner.get(key)).await
    }

    async fn delete(&self, key: &FileKey) -> PortResult<()> {
        self.stats.call(self.inner.delete(key)).await
    }

    fn elsewhere(&self, key: &FileKey) -> PortResult<Option<Elsewhere>> {
        self.inner.elsewhere(key)
    }

    async fn check(&self) -> PortResult<()> {
        self.inner.check().await
    }
}
