use bytes::Bytes;
use nine_cloud_actors::domain::file::{FileKey, ImageFormat, NewFile};
use nine_cloud_actors::ports::{FileStore, PortError};
use tempfile::TempDir;

use super::DiskFileStore;

fn store() -> (TempDir, DiskFileStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = DiskFileStore::open(folder.path().join("uploads"), "https://nine.example").unwrap();
    (folder, store)
}

fn file(n: u8, bytes: &'static [u8]) -> NewFile {
    NewFile { key: FileKey::new([n; 16], ImageFormat::Png), bytes: Bytes::from_static(bytes) }
}

/// What every file store promises; a bucket has to pass it too.
async fn keeps_the_promises_of_the_port(store: &impl FileStore) {
    let (first, second) = (file(1, b"first"), file(2, b"second"));
    store.check().await.unwrap();
    assert_eq!(store.get(&first.key).await.unwrap(), None);
    store.delete(&first.key).await.unwrap();

    store.put(&first).await.unwrap();
    store.put(&second).await.unwrap();
    store.put(&first).await.unwrap();
    assert_eq!(store.get(&first.key).await.unwrap(), Some(first.bytes.clone()));
    assert!(store.url(&first.key).ends_with(first.key.as_str()));

    store.delete(&first.key).await.unwrap();
    store.delete(&first.key).await.unwrap();
    assert_eq!(store.get(&first.key).await.unwrap(), None);
    assert_eq!(store.get(&second.key).await.unwrap(), Some(second.bytes));
}

#[actix_web::test]
async fn a_folder_is_a_file_store() {
    let (_folder, store) = store();
    keeps_the_promises_of_the_port(&store).await;
}

#[actix_web::test]
async fn files_survive_a_restart_and_are_found_under_their_address() {
    let (folder, store) = store();
    let file = file(0xab, b"bytes");
    store.put(&file).await.unwrap();
    assert_eq!(store.url(&file.key), format!("https://nine.example/uploads/{}.png", "ab".repeat(16)));
    let path = folder.path().join("uploads/ab/ab").join(file.key.as_str());
    assert_eq!(std::fs::read(path).unwrap(), b"bytes");
    let again = DiskFileStore::open(folder.path().join("uploads"), "https://nine.example").unwrap();
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
