use bytes::Bytes;
use nine_cloud_actors::domain::file::{FileKey, ImageFormat, NewFile};
use nine_cloud_actors::ports::{FileStore, PortError};
use tempfile::TempDir;

use super::DiskFileStore;

fn store() -> (TempDir, DiskFileStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskFileStore::open(folder.path().join("uploads")).unwrap();
    (folder, store)
}

fn file(n: u8, bytes: &'static [u8]) -> NewFile {
    NewFile { key: FileKey::new([n; 16], ImageFormat::Png), bytes: Bytes::from_static(bytes) }
}

#[actix_web::test]
async fn files_survive_a_restart() {
    let (folder, store) = store();
    let file = file(0xab, b"bytes");
    store.put(&file).await.unwrap();
    let path = folder.path().join("uploads/ab/ab").join(file.key.as_str());
    assert_eq!(std::fs::read(path).unwrap(), b"bytes");
    let again = DiskFileStore::open(folder.path().join("uploads")).unwrap();
    assert_eq!(again.get(&file.key).await.unwrap(), Some(file.bytes));
}

#[actix_web::test]
async fn neither_a_put_nor_a_crash_during_one_leaves_anything_else_behind() {
    let (folder, store) = store();
    let file = file(7, b"bytes");
    let home = folder.path().join("uploads/07/07");
    let names = || {
        let mut all: Vec<_> =
            std::fs::read_dir(&home).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        all.sort();
        all
    };
    std::fs::create_dir_all(&home).unwrap();
    std::fs::write(home.join(format!(".{}.part", file.key.as_str())), "half of a much longer fi").unwrap();
    store.put(&file).await.unwrap();
    assert_eq!(names(), [file.key.as_str()]);
    assert_eq!(store.get(&file.key).await.unwrap(), Some(file.bytes.clone()));

    std::fs::write(home.join(format!(".{}.part", file.key.as_str())), "half").unwrap();
    store.delete(&file.key).await.unwrap();
    assert!(names().is_empty());
}

#[actix_web::test]
async fn a_folder_that_is_gone_is_a_store_that_is_away() {
    let (folder, store) = store();
    std::fs::remove_dir(folder.path().join("uploads")).unwrap();
    std::fs::write(folder.path().join("uploads"), "a file in its place").unwrap();
    assert!(matches!(store.check().await, Err(PortError::Unavailable(_))));
    assert!(matches!(store.put(&file(1, b"x")).await, Err(PortError::Unavailable(_))));
    assert!(store.get(&file(1, b"x").key).await.is_err(), "not the same as having no such file");
}
