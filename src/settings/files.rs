//! Where images are kept.

use nine_cloud_actors::domain::secret::Secret;

use super::Problem;
use super::reader::{Noted, Reader};
use super::urls;

/// See the module.
#[derive(Debug, Clone)]
pub enum FileSettings {
    /// In `DATA_DIR/uploads`, served at `/uploads/…`.
    Disk,
    /// In a bucket.
    S3(S3Settings),
}

/// An S3 bucket, or one of a compatible store.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// `S3_BUCKET`.
    pub bucket: String,
    /// `S3_REGION` (`ap-northeast-2`).
    pub region: String,
    /// `S3_ENDPOINT`: another store than Amazon's, addressed path style.
    pub endpoint: Option<String>,
    /// `S3_PUBLIC_URL`: how browsers reach the objects; unset means presigned addresses.
    pub public_url: Option<String>,
    /// `S3_ACCESS_KEY`.
    pub access_key: Secret,
    /// `S3_SECRET_ACCESS_KEY`.
    pub secret_access_key: Secret,
}

impl FileSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("files");
        let word = |text: &str| (!text.contains(char::is_whitespace)).then(|| text.to_owned());
        let bucket = reader.optional("S3_BUCKET", "the name of a bucket", |text| {
            word(text).filter(|name| !name.contains('/'))
        });
        let region = reader.or("S3_REGION", "ap-northeast-2", "the name of a region", word);
        let endpoint = reader.optional("S3_ENDPOINT", urls::BASE_EXPECTED, urls::base);
        let public_url = reader.optional("S3_PUBLIC_URL", urls::BASE_EXPECTED, urls::base);
        let access_key = reader.secret("S3_ACCESS_KEY");
        let secret_access_key = reader.secret("S3_SECRET_ACCESS_KEY");
        for name in ["S3_ACCESS_KEY2", "S3_SECRET_ACCESS_KEY2"] {
            if let Ok(Some(_)) = reader.secret(name) {
                reader
                    .warnings
                    .push(format!("{name} is ignored: there is one bucket now, with S3_ACCESS_KEY"));
            }
        }
        let (access_key, secret_access_key) = (access_key?, secret_access_key?);
        let Some(bucket) = bucket? else {
            if access_key.is_some() || secret_access_key.is_some() {
                return Err(reader.note(Problem::missing(
                    "S3_BUCKET",
                    "the bucket that S3_ACCESS_KEY and S3_SECRET_ACCESS_KEY belong to",
                )));
            }
            return Ok(Self::Disk);
        };
        let mut required = |name: &str, key: Option<Secret>| {
            key.ok_or_else(|| reader.note(Problem::missing(name, "a key for S3_BUCKET")))
        };
        let access_key = required("S3_ACCESS_KEY", access_key);
        let secret_access_key = required("S3_SECRET_ACCESS_KEY", secret_access_key);
        Ok(Self::S3(S3Settings {
            bucket,
            region: region?,
            endpoint: endpoint?,
            public_url: public_url?,
            access_key: access_key?,
            secret_access_key: secret_access_key?,
        }))
    }
}
