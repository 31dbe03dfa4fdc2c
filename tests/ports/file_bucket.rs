//! What is special about a bucket: who is let in, for how long, and what becomes of calls when it is away.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use nine_cloud::adapters::files::{S3FileStore, S3Options};
use nine_cloud::adapters::host::SystemClock;
use nine_cloud_actors::domain::file::{FileKey, ImageFormat};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{Clock, Elsewhere, FileStore, PortError, PortResult};
use nine_cloud_actors::testing::TestClock;

use crate::bucket::{ACCESS_KEY, BUCKET, Bucket, SECRET_KEY};
use crate::file_store::file;
use crate::proxy::Proxy;

fn options(address: SocketAddr) -> S3Options {
    S3Options {
        bucket: BUCKET.to_owned(),
        region: "ap-northeast-2".to_owned(),
        endpoint: Some(format!("http://{address}")),
        public_url: None,
        access_key: Secret::new(ACCESS_KEY),
        secret_access_key: Secret::new(SECRET_KEY),
    }
}

/// A private bucket at this address.
pub(crate) fn open(address: SocketAddr) -> S3FileStore {
    S3FileStore::new(&options(address), Arc::new(SystemClock)).unwrap()
}

fn address_of(store: &S3FileStore, key: &FileKey) -> Elsewhere {
    store.elsewhere(key).unwrap().unwrap()
}

async fn follow(elsewhere: &Elsewhere) -> reqwest::Response {
    nine_cloud::tls::use_ring();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    http.get(elsewhere.url.reveal()).send().await.unwrap()
}

/// It does not answer, and says so within `limit`; neither the key nor the address is in the words.
#[track_caller]
fn assert_away<T: std::fmt::Debug>(outcome: &PortResult<T>, since: Instant, limit: Duration) {
    let said = format!("{outcome:?}");
    assert!(matches!(outcome, Err(PortError::Unavailable(_))), "{said}");
    assert!(since.elapsed() < limit, "after {:?}: {said}", since.elapsed());
    for secret in [ACCESS_KEY, SECRET_KEY, "127.0.0.1", BUCKET, "X-Amz"] {
        assert!(!said.contains(secret), "{secret} is in {said}");
    }
}

#[tokio::test]
async fn a_browser_gets_the_file_as_an_image_to_keep() {
    let bucket = Bucket::start();
    let store = open(bucket.address);
    for file in [file(1, ImageFormat::Png, "small"), file(2, ImageFormat::Jpeg, vec![7; 9_000_000])] {
        store.put(&file).await.unwrap();
        let got = follow(&address_of(&store, &file.key)).await;
        assert_eq!(got.status(), 200);
        assert_eq!(got.headers()["content-type"], file.key.format().content_type());
        assert_eq!(got.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert!(got.bytes().await.unwrap() == file.bytes);
    }
}

#[tokio::test]
async fn an_address_stays_the_same_for_an_hour_and_works_for_one_more() {
    let bucket = Bucket::start();
    let file = file(1, ImageFormat::Png, "bytes");
    open(bucket.address).put(&file).await.unwrap();
    let now = SystemClock.now();
    let into_hour = TimeDelta::seconds(now.timestamp() % 3600);
    let at = |ago: TimeDelta| {
        let clock = TestClock::at(&(now - ago).to_rfc3339());
        address_of(&S3FileStore::new(&options(bucket.address), Arc::new(clock)).unwrap(), &file.key)
    };
    let (early, late) = (at(into_hour), at(into_hour - TimeDelta::minutes(59)));
    assert_eq!(early.url, late.url);
    assert!(early.remember > Duration::from_mins(59) && early.remember <= Duration::from_hours(1));
    assert!(late.remember <= Duration::from_mins(1));
    assert_eq!(follow(&at(TimeDelta::minutes(59))).await.status(), 200);
    assert_ne!(at(TimeDelta::hours(1)).url, early.url);
    assert_eq!(follow(&at(TimeDelta::hours(2) + TimeDelta::seconds(1))).await.status(), 403, "it ran out");
}

#[tokio::test]
async fn nobody_gets_in_by_a_changed_address_or_another_key() {
    let bucket = Bucket::start();
    let store = open(bucket.address);
    let (one, two) = (file(1, ImageFormat::Png, "one"), file(2, ImageFormat::Png, "two"));
    store.put(&one).await.unwrap();
    store.put(&two).await.unwrap();
    let signed = address_of(&store, &one.key);
    let changed = |from: &str, to: &str| {
        let url = signed.url.reveal().replace(from, to);
        assert_ne!(url, signed.url.reveal());
        Elsewhere { url: Secret::new(url), ..signed.clone() }
    };
    assert_eq!(follow(&changed(one.key.as_str(), two.key.as_str())).await.status(), 403);
    assert_eq!(follow(&changed("Expires=7200", "Expires=604800")).await.status(), 403);
    let unsigned = signed.url.reveal().split('?').next().unwrap().to_owned();
    assert_eq!(follow(&Elsewhere { url: Secret::new(unsigned), ..signed }).await.status(), 403);

    let wrong = S3Options { secret_access_key: Secret::new("another key"), ..options(bucket.address) };
    let stranger = S3FileStore::new(&wrong, Arc::new(SystemClock)).unwrap();
    let began = Instant::now();
    let limit = Duration::from_secs(5);
    assert_away(&stranger.put(&file(3, ImageFormat::Png, "three")).await, began, limit);
    assert_away(&stranger.get(&one.key).await, began, limit);
    assert_away(&stranger.delete(&one.key).await, began, limit);
    assert_away(&stranger.check().await, began, limit);
    assert_eq!(follow(&address_of(&stranger, &one.key)).await.status(), 403);
    assert_eq!(bucket.keys().len(), 2);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_not_an_empty_one() {
    let bucket = Bucket::start();
    let elsewhere = S3Options { bucket: "paintings".to_owned(), ..options(bucket.address) };
    let store = S3FileStore::new(&elsewhere, Arc::new(SystemClock)).unwrap();
    let key = file(1, ImageFormat::Png, "").key;
    assert!(matches!(store.check().await, Err(PortError::Unavailable(_))));
    assert!(matches!(store.delete(&key).await, Err(PortError::Unavailable(_))));
}

#[tokio::test]
async fn a_bucket_that_is_down_says_so_at_once_and_works_when_it_is_back() {
    let bucket = Bucket::start();
    let proxy = Proxy::to(bucket.address);
    let store = open(proxy.address);
    let (small, large) = (file(1, ImageFormat::Png, "small"), file(2, ImageFormat::Png, vec![1; 9_000_000]));
    store.put(&small).await.unwrap();
    for _ in 0..2 {
        proxy.refuse();
        let began = Instant::now();
        let limit = Duration::from_secs(5);
        assert_away(&store.get(&small.key).await, began, limit);
        assert_away(&store.put(&small).await, began, limit);
        assert_away(&store.put(&large).await, began, limit);
        assert_away(&store.delete(&small.key).await, began, limit);
        assert_away(&store.check().await, began, limit);
        proxy.restore();
        store.check().await.unwrap();
        store.put(&large).await.unwrap();
        assert_eq!(store.get(&small.key).await.unwrap().as_ref(), Some(&small.bytes));
    }
}

#[tokio::test]
async fn a_bucket_that_does_not_answer_is_given_up() {
    let bucket = Bucket::start();
    let proxy = Proxy::to(bucket.address);
    let store = open(proxy.address);
    let file = file(1, ImageFormat::Png, "bytes");
    store.check().await.unwrap();
    proxy.pause();
    let began = Instant::now();
    assert_away(&store.put(&file).await, began, Duration::from_secs(15));
    proxy.restore();
    store.put(&file).await.unwrap();
    assert_eq!(store.get(&file.key).await.unwrap(), Some(file.bytes));
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_is_no_failure() {
    let bucket = Bucket::start();
    let proxy = Proxy::to(bucket.address);
    let store = open(proxy.address);
    let file = file(1, ImageFormat::Png, "bytes");
    for _ in 0..5 {
        store.put(&file).await.unwrap();
        proxy.cut();
        assert_eq!(store.get(&file.key).await.unwrap().as_ref(), Some(&file.bytes));
        proxy.cut();
    }
}

#[tokio::test]
async fn a_large_file_that_breaks_off_leaves_no_parts() {
    let bucket = Bucket::start();
    let proxy = Proxy::to(bucket.address);
    let store = open(proxy.address);
    let file = file(1, ImageFormat::Png, vec![1; 64_000_000]);
    let cutting = async {
        while bucket.parts() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Twice, because one cut is made good by the second attempt.
        for _ in 0..40 {
            proxy.cut();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let (put, ()) = tokio::join!(store.put(&file), cutting);
    if put.is_ok() {
        assert!(store.get(&file.key).await.unwrap() == Some(file.bytes));
    } else {
        assert_eq!(store.get(&file.key).await.unwrap(), None);
    }
    assert_eq!(bucket.parts(), 0);
}

#[test]
fn a_public_bucket_is_read_without_a_signature() {
    let public = S3Options {
        public_url: Some("https://cdn.example/pictures".to_owned()),
        ..options(([127, 0, 0, 1], 1).into())
    };
    let store = S3FileStore::new(&public, Arc::new(SystemClock)).unwrap();
    let key = file(0xab, ImageFormat::Png, "").key;
    let address = address_of(&store, &key);
    assert_eq!(address.url.reveal(), format!("https://cdn.example/pictures/{}.png", "ab".repeat(16)));
    assert_eq!(address.remember, Duration::from_hours(24));
}

#[test]
fn amazon_has_a_bucket_under_its_name_and_region() {
    let key = file(0xab, ImageFormat::Png, "").key;
    let base = |bucket: &str, region: &str| {
        let (bucket, region) = (bucket.to_owned(), region.to_owned());
        let amazon = S3Options { bucket, region, endpoint: None, ..options(([127, 0, 0, 1], 1).into()) };
        let store = S3FileStore::new(&amazon, Arc::new(SystemClock)).unwrap();
        let url = address_of(&store, &key).url.reveal().to_owned();
        url.split_once(&format!("/{}?", key.as_str())).unwrap().0.to_owned()
    };
    assert_eq!(base("drawings", "ap-northeast-2"), "https://drawings.s3.ap-northeast-2.amazonaws.com");
    assert_eq!(base("my.drawings", "ap-northeast-2"), "https://s3.ap-northeast-2.amazonaws.com/my.drawings");
    assert_eq!(base("drawings", "cn-north-1"), "https://drawings.s3.cn-north-1.amazonaws.com.cn");
}
