//! The contract of `FileStore`, on a folder and in a bucket.

use bytes::Bytes;
use nine_cloud::adapters::files::DiskFileStore;
use nine_cloud_actors::domain::file::{FileKey, ImageFormat, NewFile};
use nine_cloud_actors::ports::FileStore;

use crate::bucket::Bucket;
use crate::file_bucket::open;

pub(crate) fn file(n: u8, format: ImageFormat, bytes: impl Into<Bytes>) -> NewFile {
    NewFile { key: FileKey::new([n; 16], format), bytes: bytes.into() }
}

/// On each kind of store.
macro_rules! on_each_store {
    ($($test:ident),+ $(,)?) => {
        mod folder {
            $(#[tokio::test] async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                super::$test(&super::DiskFileStore::open(folder.path().join("uploads")).unwrap()).await;
            })+
        }
        mod bucket {
            $(#[tokio::test] async fn $test() {
                let bucket = super::Bucket::start();
                super::$test(&super::open(bucket.address)).await;
                assert_eq!(bucket.parts(), 0, "parts are left over");
            })+
        }
    };
}

on_each_store!(
    a_file_is_there_until_it_is_removed,
    doing_it_again_changes_nothing,
    a_file_may_have_twenty_megabytes_or_none,
    many_at_once_do_not_mix,
);

async fn a_file_is_there_until_it_is_removed(store: &impl FileStore) {
    let (first, second) = (file(1, ImageFormat::Png, "first"), file(2, ImageFormat::Jpeg, "second"));
    store.check().await.unwrap();
    assert_eq!(store.get(&first.key).await.unwrap(), None);
    store.put(&first).await.unwrap();
    store.put(&second).await.unwrap();
    assert_eq!(store.get(&first.key).await.unwrap(), Some(first.bytes));
    store.delete(&first.key).await.unwrap();
    assert_eq!(store.get(&first.key).await.unwrap(), None);
    assert_eq!(store.get(&second.key).await.unwrap(), Some(second.bytes));
}

async fn doing_it_again_changes_nothing(store: &impl FileStore) {
    let file = file(3, ImageFormat::Png, "bytes");
    store.delete(&file.key).await.unwrap();
    for _ in 0..2 {
        store.put(&file).await.unwrap();
        assert_eq!(store.get(&file.key).await.unwrap().as_ref(), Some(&file.bytes));
    }
    for _ in 0..2 {
        store.delete(&file.key).await.unwrap();
        assert_eq!(store.get(&file.key).await.unwrap(), None);
    }
}

async fn a_file_may_have_twenty_megabytes_or_none(store: &impl FileStore) {
    let large: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[usize::from(n % 7 == 0)]).collect();
    for bytes in [Bytes::from(large), Bytes::new()] {
        let file = file(4, ImageFormat::Jpeg, bytes);
        store.put(&file).await.unwrap();
        assert!(store.get(&file.key).await.unwrap() == Some(file.bytes), "other bytes came back");
    }
}

async fn many_at_once_do_not_mix(store: &impl FileStore) {
    let files: Vec<_> = (0..40).map(|n| file(n, ImageFormat::Png, vec![n; 10_000])).collect();
    for put in futures_util::future::join_all(files.iter().map(|file| store.put(file))).await {
        put.unwrap();
    }
    let stored = futures_util::future::join_all(files.iter().map(|file| store.get(&file.key))).await;
    for (file, stored) in files.iter().zip(stored) {
        assert!(stored.unwrap().as_ref() == Some(&file.bytes));
    }
}
