//! The calls to the bucket.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    SharedHttpClient,
};
use aws_sdk_s3::error::SdkError;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use nine_cloud_actors::domain::file::{FileKey, NewFile};
use nine_cloud_actors::ports::{PortError, PortResult};
use tokio::time::timeout;

use super::S3Options;
use super::fault::refused;
use super::multipart::{self, PART_BYTES};

/// Browsers and what is between may keep an object for ever: a key never gets other bytes.
pub(super) const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// How long a connection may take.
const CONNECT_TIME: Duration = Duration::from_secs(2);

/// How long one attempt may take: the second still fits into [`CALL_TIME`].
const ATTEMPT_TIME: Duration = Duration::from_millis(4500);

/// How long a call may take with all its attempts.
const CALL_TIME: Duration = Duration::from_secs(10);

/// The second is for a pooled connection that was closed meanwhile; whoever needs more tries again later.
const ATTEMPTS: u32 = 2;

/// Before the second attempt, at most.
const BACKOFF: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(super) struct Bucket {
    pub(super) client: Client,
    pub(super) name: String,
}

impl Bucket {
    pub(super) fn new(options: &S3Options) -> Self {
        let (id, key) = (options.access_key.reveal(), options.secret_access_key.reveal());
        let is_in_the_clear =
            options.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(options.region.clone()))
            .force_path_style(options.is_path_style())
            .credentials_provider(Credentials::new(id, key, None, None, "settings"))
            // Compatible stores do not know the new checksums.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(BACKOFF))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIME)
                    .operation_attempt_timeout(ATTEMPT_TIME)
                    .operation_timeout(CALL_TIME)
                    .build(),
            )
            .http_client(http_client(is_in_the_clear));
        config.set_endpoint_url(options.endpoint.clone());
        Self { client: Client::from_conf(config.build()), name: options.bucket.clone() }
    }

    pub(super) async fn put(&self, file: &NewFile) -> PortResult<()> {
        if file.bytes.len() > PART_BYTES {
            return Box::pin(multipart::put(self, file)).await;
        }
        let call = self
            .client
            .put_object()
            .bucket(&self.name)
            .key(file.key.as_str())
            .content_type(file.key.format().content_type())
            .cache_control(CACHE_CONTROL)
            .body(file.bytes.clone().into());
        Box::pin(call.send()).await.map_err(|error| refused("put", &error))?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        let call = self.client.get_object().bucket(&self.name).key(key.as_str());
        let found = match call.send().await {
            Ok(found) => found,
            Err(SdkError::ServiceError(answer)) if answer.err().is_no_such_key() => return Ok(None),
            Err(error) => return Err(refused("get", &error)),
        };
        // The time-outs of the client end with the head of the answer.
        match timeout(CALL_TIME, found.body.collect()).await {
            Ok(Ok(body)) => Ok(Some(body.into_bytes())),
            Ok(Err(_)) => Err(PortError::Unavailable("the bucket ended its answer early".into())),
            Err(elapsed) => Err(PortError::Unavailable(elapsed.into())),
        }
    }

    pub(super) async fn delete(&self, key: &FileKey) -> PortResult<()> {
        match self.client.delete_object().bucket(&self.name).key(key.as_str()).send().await {
            Ok(_) => Ok(()),
            // Amazon answers 204 in either case; others may not. A bucket that is missing is another matter.
            Err(SdkError::ServiceError(answer)) if answer.err().meta().code() == Some("NoSuchKey") => Ok(()),
            Err(error) => Err(refused("delete", &error)),
        }
    }

    pub(super) async fn check(&self) -> PortResult<()> {
        let call = self.client.head_bucket().bucket(&self.name);
        call.send().await.map_err(|error| refused("look at the bucket", &error))?;
        Ok(())
    }
}

/// One that reads no proxy from the environment; with TLS only where it is used, because it wants certificates.
fn http_client(is_in_the_clear: bool) -> SharedHttpClient {
    let client = aws_smithy_http_client::Builder::new();
    if is_in_the_clear {
        client.build_http()
    } else {
        client.tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
    }
}
