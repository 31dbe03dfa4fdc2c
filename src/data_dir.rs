//! `DATA_DIR`: everything the embedded backends keep, and the guards around it.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nine_cloud_actors::domain::secret::Secret;
use rustix::fs::{FlockOperation, flock, statvfs};

/// Bytes; `/ready` fails below, while there is still room to finish what was accepted.
pub const LEAST_FREE_BYTES: u64 = 100_000_000;

/// The folder, held by this process until the value is dropped. Two servers on one SQLite file and one outbox would
/// send every mail twice, so there is one holder at a time; the lock goes with the process, however it ends.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why the folder is not ours.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process holds it.
    #[error(
        "DATA_DIR {path:?} is in use by another server{holder}; stop it, or set another DATA_DIR and PORT"
    )]
    Held {
        /// The folder.
        path: PathBuf,
        /// ` (process 123)` where it is known.
        holder: String,
    },
    /// The operating system says no.
    #[error("cannot use {path:?}: {source}")]
    Io {
        /// What was touched.
        path: PathBuf,
        /// Its answer.
        source: io::Error,
    },
    /// The file is there and holds no key, or a guessable one.
    #[error(
        "{path:?} does not hold a key of 32 bytes or more; remove it to have one made (all sessions end)"
    )]
    BadKey {
        /// The key file.
        path: PathBuf,
    },
}

impl DataDir {
    /// Makes the folder if need be, for its owner alone, and takes hold of it.
    pub fn hold(path: &Path) -> Result<Self, DataDirError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| DataDirError::Io { path, source }
        };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed(path))?;
        let lock_path = path.join("lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&lock_path)
            .map_err(failed(&lock_path))?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(DataDirError::Held { path: path.to_owned(), holder: holder(&mut lock) });
            }
            Err(error) => return Err(failed(&lock_path)(error.into())),
        }
        lock.set_len(0)
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .map_err(failed(&lock_path))?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where images are kept.
    pub fn uploads(&self) -> PathBuf {
        self.path.join("uploads")
    }

    /// Where mails are kept.
    pub fn outbox(&self) -> PathBuf {
        self.path.join("outbox")
    }

    /// Bytes that an ordinary user may still write.
    pub fn free_bytes(&self) -> io::Result<u64> {
        free_bytes(&self.path)
    }

    /// The key in `secret.key`: made from the system's randomness the first time, readable by its owner alone.
    pub fn secret_key(&self) -> Result<Secret, DataDirError> {
        let path = self.path.join("secret.key");
        let key = match read_key(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make_key(&path).and_then(|()| read_key(&path))
            }
            other => other,
        };
        let key = key.map_err(|source| DataDirError::Io { path: path.clone(), source })?;
        if key.len() < 32 {
            return Err(DataDirError::BadKey { path });
        }
        Ok(Secret::new(key))
    }
}

/// Bytes that are free for us on the disk of `path`.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let disk = statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    match lock.take(20).read_to_string(&mut text) {
        Ok(_) if text.trim().parse::<u32>().is_ok() => format!(" (process {})", text.trim()),
        _ => String::new(),
    }
}

fn read_key(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    // A copied or restored folder may have lost the mode.
    file.set_permissions(Permissions::from_mode(0o600))?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

/// Whole or not at all: a key cut short by a crash would be taken for the key at the next start.
fn make_key(path: &Path) -> io::Result<()> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let unfinished = path.with_extension("key.new");
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    for byte in bytes {
        write!(file, "{byte:02x}")?;
    }
    file.write_all(b"\n")?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::{DataDir, DataDirError};

    fn mode(path: &std::path::Path) -> u32 {
        std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
    }

    #[test]
    fn a_second_server_is_refused_until_the_first_is_gone() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("not/there/yet");
        let first = DataDir::hold(&path).expect("the folder is free");
        assert_eq!(mode(&path), 0o700);
        let refusal = DataDir::hold(&path).expect_err("the folder is held");
        assert!(matches!(refusal, DataDirError::Held { .. }));
        assert!(refusal.to_string().contains(&format!("(process {})", std::process::id())), "{refusal}");
        drop(first);
        DataDir::hold(&path).expect("the folder is free again");
    }

    #[test]
    fn the_key_is_made_once_and_private() {
        let root = tempfile::tempdir().expect("a folder");
        let dir = DataDir::hold(root.path()).expect("the folder is free");
        let key = dir.secret_key().expect("a key");
        assert_eq!(key.reveal().len(), 64);
        let file = root.path().join("secret.key");
        assert_eq!(mode(&file), 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("chmod");
        assert_eq!(dir.secret_key().expect("the same key"), key);
        assert_eq!(mode(&file), 0o600);
    }

    #[test]
    fn a_short_key_file_is_refused_by_name() {
        let root = tempfile::tempdir().expect("a folder");
        let dir = DataDir::hold(root.path()).expect("the folder is free");
        std::fs::write(root.path().join("secret.key"), "short\n").expect("written");
        let refusal = dir.secret_key().expect_err("a bad key");
        assert!(matches!(refusal, DataDirError::BadKey { .. }));
        assert!(refusal.to_string().contains("secret.key"));
    }

    #[test]
    fn a_file_in_place_of_the_folder_is_an_error_with_its_name() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("data");
        std::fs::write(&path, "").expect("written");
        let refusal = DataDir::hold(&path).expect_err("no folder");
        assert!(refusal.to_string().contains("data"), "{refusal}");
    }

    #[test]
    fn free_space_is_told() {
        let root = tempfile::tempdir().expect("a folder");
        let dir = DataDir::hold(root.path()).expect("the folder is free");
        assert!(dir.free_bytes().expect("a figure") > 0);
    }
}
