//! Images in an S3 bucket, or in that of a compatible store.
//!
//! What it needs to be allowed: `s3:PutObject`, `s3:GetObject` and `s3:DeleteObject` on the objects (and
//! `s3:AbortMultipartUpload`), `s3:ListBucket` on the bucket, for `/ready`.

mod address;
mod bucket;
mod fault;
mod multipart;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use nine_cloud_actors::domain::file::{FileKey, NewFile};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{Clock, Elsewhere, FileStore, PortError, PortResult};

use crate::adapters::runtime::OwnRuntime;
use address::Addresses;
use bucket::Bucket;

/// Which bucket, and how it is reached.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// Its name.
    pub bucket: String,
    /// Where Amazon has it; a compatible store takes any.
    pub region: String,
    /// Another store than Amazon's, without a slash at the end. Addressed path style.
    pub endpoint: Option<String>,
    /// Where browsers find the objects, without a slash at the end; `None`: the bucket is private, and each address is
    /// signed.
    pub public_url: Option<String>,
    /// Whose key.
    pub access_key: Secret,
    /// The key.
    pub secret_access_key: Secret,
}

impl S3Options {
    /// Whether the bucket stands in the path of addresses and not in their host. A dot in its name would make a host
    /// that the certificate is not for.
    fn is_path_style(&self) -> bool {
        self.endpoint.is_some() || self.bucket.contains('.')
    }
}

/// A bucket. Connects at the first call: a store that is away makes a node not ready, not dead.
pub struct S3FileStore {
    bucket: Bucket,
    addresses: Addresses,
    runtime: OwnRuntime,
}

impl S3FileStore {
    /// Prepares the client. `clock` says when addresses are signed.
    pub fn new(options: &S3Options, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        Ok(Self {
            bucket: Bucket::new(options),
            addresses: Addresses::new(options, clock),
            runtime: OwnRuntime::start("s3", 1)?,
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        call: impl Future<Output = PortResult<T>> + Send + 'static,
    ) -> PortResult<T> {
        match self.runtime.run(call).await {
            Ok(done) => done,
            Err(error) if error.is_panic() => Err(PortError::Broken(error.into())),
            Err(error) => Err(PortError::Unavailable(error.into())),
        }
    }
}

#[async_trait]
impl FileStore for S3FileStore {
    async fn put(&self, file: &NewFile) -> PortResult<()> {
        let (bucket, file) = (self.bucket.clone(), file.clone());
        self.run(async move { bucket.put(&file).await }).await
    }

    async fn get(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        let (bucket, key) = (self.bucket.clone(), key.clone());
        self.run(async move { bucket.get(&key).await }).await
    }

    async fn delete(&self, key: &FileKey) -> PortResult<()> {
        let (bucket, key) = (self.bucket.clone(), key.clone());
        self.run(async move { bucket.delete(&key).await }).await
    }

    fn elsewhere(&self, key: &FileKey) -> PortResult<Option<Elsewhere>> {
        self.addresses.of(key).map(Some)
    }

    async fn check(&self) -> PortResult<()> {
        let bucket = self.bucket.clone();
        self.run(async move { bucket.check().await }).await
    }
}
