//! Images in a folder of this machine: the embedded default.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use nine_cloud_actors::domain::file::{FileKey, NewFile};
use nine_cloud_actors::ports::{Elsewhere, FileStore, PortError, PortResult};
use tokio::task::spawn_blocking;

/// `<root>/ab/cd/abcd….png`: 65,536 folders, so that none grows long.
///
/// A file is written under another name, synced and renamed: it is there whole or not at all, also after a power cut.
#[derive(Debug, Clone)]
pub struct DiskFileStore {
    root: PathBuf,
}

impl DiskFileStore {
    /// Opens the folder, and makes it if need be.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    fn folder(&self, key: &FileKey) -> PathBuf {
        // A key begins with 32 hex digits.
        let (first, second) = (&key.as_str()[..2], &key.as_str()[2..4]);
        self.root.join(first).join(second)
    }

    fn path(&self, key: &FileKey) -> PathBuf {
        self.folder(key).join(key.as_str())
    }

    fn part_path(&self, key: &FileKey) -> PathBuf {
        self.folder(key).join(format!(".{}.part", key.as_str()))
    }

    /// Runs `work` on the blocking pool. A full or unreadable disk may be mended, so its errors are worth a retry.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> PortResult<T> {
        let store = self.clone();
        match spawn_blocking(move || work(&store)).await {
            Ok(done) => done.map_err(|error| PortError::Unavailable(error.into())),
            Err(error) if error.is_panic() => Err(PortError::Broken(error.into())),
            Err(error) => Err(PortError::Unavailable(error.into())),
        }
    }

    fn write(&self, file: &NewFile) -> io::Result<()> {
        let folder = self.folder(&file.key);
        fs::create_dir_all(&folder)?;
        // One name per key: what a crash leaves is overwritten by the next try, or removed with the file.
        let part = self.part_path(&file.key);
        write_synced(&part, &file.bytes)?;
        fs::rename(&part, self.path(&file.key))?;
        // The name is in its folder, and a new folder is in the one above.
        for folder in folder.ancestors().take(3) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

#[async_trait]
impl FileStore for DiskFileStore {
    async fn put(&self, file: &NewFile) -> PortResult<()> {
        let file = file.clone();
        self.run(move |store| store.write(&file)).await
    }

    async fn get(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        let path = self.path(key);
        self.run(move |_| match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    async fn delete(&self, key: &FileKey) -> PortResult<()> {
        let paths = [self.path(key), self.part_path(key)];
        self.run(move |_| paths.iter().try_for_each(|path| remove(path))).await
    }

    fn elsewhere(&self, _: &FileKey) -> PortResult<Option<Elsewhere>> {
        Ok(None)
    }

    /// Writes a small file: a disk that is full or read-only shows only then.
    async fn check(&self) -> PortResult<()> {
        let probe = self.root.join(".probe");
        self.run(move |_| write_synced(&probe, b"ok").and_then(|()| remove(&probe))).await
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
