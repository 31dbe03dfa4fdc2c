//! A file store and a task list in memory, with switches for what goes wrong.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix::Arbiter;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;

use crate::domain::file::{FileKey, ImageFormat, NewFile};
use crate::domain::secret::Secret;
use crate::domain::seoul::Instant;
use crate::kit::ActorReport;
use crate::metrics::Registry;
use crate::ports::{
    Clock, Elsewhere, FileStore, FileTask, FileTaskKind, FileTaskStore, PortError, PortResult,
};
use crate::testing::{CountingIds, TestClock};
use crate::uploads::{UploadDeps, UploadPipeline};

pub(super) const HOUR: Duration = Duration::from_hours(1);

/// The pipeline and the world around it.
pub(super) struct Rig {
    pub(super) pipeline: UploadPipeline,
    pub(super) files: Arc<MemoryFiles>,
    pub(super) tasks: Arc<MemoryTasks>,
    pub(super) clock: TestClock,
    registry: Registry,
}

impl Rig {
    pub(super) fn start() -> Self {
        let files = Arc::new(MemoryFiles::default());
        let tasks = Arc::new(MemoryTasks::default());
        let clock = TestClock::at("2026-11-22T03:00:00Z");
        let deps = UploadDeps {
            files: Arc::clone(&files) as Arc<dyn FileStore>,
            tasks: Arc::clone(&tasks) as Arc<dyn FileTaskStore>,
            clock: Arc::new(clock.clone()),
            ids: Arc::new(CountingIds::default()),
            decoders: 2,
        };
        let registry = Registry::default();
        let pipeline = UploadPipeline::start(deps, &registry, &Arbiter::current());
        Self { pipeline, files, tasks, clock, registry }
    }

    /// What the actors of this type counted.
    pub(super) fn report(&self, actor: &str) -> ActorReport {
        self.registry.reports().into_iter().find(|report| report.actor == actor).unwrap()
    }

    /// What a committed diary leaves behind.
    pub(super) fn commit(&self, n: u8) -> NewFile {
        let file = NewFile { key: key(n), bytes: Bytes::from(vec![n; 10]) };
        self.tasks.add(&file.key, FileTaskKind::Put(file.bytes.clone()), self.clock.now());
        file
    }

    /// What a deleted diary does: as the port promises, a put that is under way turns into a removal.
    pub(super) fn delete(&self, key: &FileKey) {
        self.tasks.add(key, FileTaskKind::Delete, self.clock.now());
    }
}

pub(super) fn key(n: u8) -> FileKey {
    FileKey::new([n; 16], ImageFormat::Png)
}

fn away() -> PortError {
    PortError::Unavailable("switched off".into())
}

#[derive(Default)]
pub(super) struct MemoryFiles {
    pub(super) stored: Mutex<HashMap<FileKey, Bytes>>,
    pub(super) is_away: AtomicBool,
    pub(super) panics: AtomicBool,
    /// Browsers go to it, and not through us.
    pub(super) is_elsewhere: AtomicBool,
    /// Runs once, when a put has begun.
    pub(super) during_put: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl MemoryFiles {
    pub(super) fn has(&self, key: &FileKey) -> bool {
        self.stored.lock().unwrap().contains_key(key)
    }

    fn answer(&self) -> PortResult<()> {
        assert!(!self.panics.swap(false, SeqCst), "a defect in an adapter");
        if self.is_away.load(SeqCst) { Err(away()) } else { Ok(()) }
    }
}

#[async_trait]
impl FileStore for MemoryFiles {
    async fn put(&self, file: &NewFile) -> PortResult<()> {
        let hook = self.during_put.lock().unwrap().take();
        if let Some(hook) = hook {
            hook();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.answer()?;
        self.stored.lock().unwrap().insert(file.key.clone(), file.bytes.clone());
        Ok(())
    }

    async fn get(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        self.answer()?;
        Ok(self.stored.lock().unwrap().get(key).cloned())
    }

    async fn delete(&self, key: &FileKey) -> PortResult<()> {
        self.answer()?;
        self.stored.lock().unwrap().remove(key);
        Ok(())
    }

    fn elsewhere(&self, key: &FileKey) -> PortResult<Option<Elsewhere>> {
        let url = Secret::new(format!("memory:{}", key.as_str()));
        Ok(self.is_elsewhere.load(SeqCst).then_some(Elsewhere { url, remember: HOUR }))
    }

    async fn check(&self) -> PortResult<()> {
        self.answer()
    }
}

struct Row {
    kind: FileTaskKind,
    attempts: i32,
    due: Instant,
}

/// One row per key, like the table.
#[derive(Default)]
pub(super) struct MemoryTasks {
    rows: Mutex<HashMap<FileKey, Row>>,
    pub(super) is_away: AtomicBool,
}

impl MemoryTasks {
    pub(super) fn add(&self, key: &FileKey, kind: FileTaskKind, due: Instant) {
        self.rows.lock().unwrap().insert(key.clone(), Row { kind, attempts: 0, due });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.lock().unwrap().is_empty()
    }

    /// When a task is due again.
    pub(super) fn due_in(&self, key: &FileKey, now: Instant) -> TimeDelta {
        self.rows.lock().unwrap()[key].due - now
    }

    fn answer(&self) -> PortResult<()> {
        if self.is_away.load(SeqCst) { Err(away()) } else { Ok(()) }
    }
}

#[async_trait]
impl FileTaskStore for MemoryTasks {
    async fn claim(&self, now: Instant, lease_until: Instant, limit: u32) -> PortResult<Vec<FileTask>> {
        self.answer()?;
        let mut rows = self.rows.lock().unwrap();
        let due = rows.iter_mut().filter(|(_, row)| row.due <= now).take(limit as usize);
        let lease = |(key, row): (&FileKey, &mut Row)| {
            row.due = lease_until;
            FileTask { key: key.clone(), kind: row.kind.clone(), attempts: row.attempts }
        };
        Ok(due.map(lease).collect())
    }

    async fn find_pending(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        self.answer()?;
        Ok(match self.rows.lock().unwrap().get(key) {
            Some(Row { kind: FileTaskKind::Put(bytes), .. }) => Some(bytes.clone()),
            _ => None,
        })
    }

    async fn finish(&self, task: &FileTask) -> PortResult<bool> {
        self.answer()?;
        let mut rows = self.rows.lock().unwrap();
        let is_put = matches!(task.kind, FileTaskKind::Put(_));
        if is_put && matches!(rows.get(&task.key), Some(Row { kind: FileTaskKind::Delete, .. })) {
            return Ok(false);
        }
        rows.remove(&task.key);
        Ok(true)
    }

    async fn postpone(&self, key: &FileKey, until: Instant) -> PortResult<()> {
        self.answer()?;
        if let Some(row) = self.rows.lock().unwrap().get_mut(key) {
            row.attempts += 1;
            row.due = until;
        }
        Ok(())
    }
}
