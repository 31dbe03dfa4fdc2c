//! Where browsers get objects: at a public address, or at one that is signed for a while.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use nine_cloud_actors::domain::file::FileKey;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{BoxError, Clock, Elsewhere, PortError, PortResult};
use url::form_urlencoded;

use super::S3Options;

/// Within one of these a file keeps its address, so that browsers find it in their cache.
const SLOT: Duration = Duration::from_hours(1);

/// How long an address works: for an hour at least, since it may be given out at the end of its slot.
const VALID: Duration = Duration::from_hours(2);

/// How long a public address may be remembered; after that the operator may have moved it.
const PUBLIC: Duration = Duration::from_hours(24);

pub(super) struct Addresses {
    /// What a key is appended to.
    base: String,
    /// `None`: anybody may read.
    signer: Option<Signer>,
}

struct Signer {
    credentials: Credentials,
    region: String,
    clock: Arc<dyn Clock>,
}

impl Addresses {
    pub(super) fn new(options: &S3Options, clock: Arc<dyn Clock>) -> Self {
        if let Some(public) = &options.public_url {
            return Self { base: format!("{public}/"), signer: None };
        }
        let (id, key) = (options.access_key.reveal(), options.secret_access_key.reveal());
        let credentials = Credentials::new(id, key, None, None, "settings");
        let signer = Signer { credentials, region: options.region.clone(), clock };
        Self { base: base(options), signer: Some(signer) }
    }

    pub(super) fn of(&self, key: &FileKey) -> PortResult<Elsewhere> {
        let url = format!("{}{}", self.base, key.as_str());
        match &self.signer {
            None => Ok(Elsewhere { url: Secret::new(url), remember: PUBLIC }),
            Some(signer) => signer.sign(url).map_err(PortError::Broken),
        }
    }
}

impl Signer {
    fn sign(&self, mut url: String) -> Result<Elsewhere, BoxError> {
        let now = u64::try_from(self.clock.now().timestamp())?;
        let into_slot = now % SLOT.as_secs();
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(VALID);
        // As S3 wants it, unlike all other services.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::NoHeader;
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("s3")
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(now - into_slot))
            .settings(settings)
            .build()?
            .into();
        let request = SignableRequest::new("GET", &url, std::iter::empty(), SignableBody::UnsignedPayload)?;
        let (signature, _) = sign(request, &params)?.into_parts();
        url.push('?');
        let length = url.len();
        let mut query = form_urlencoded::Serializer::for_suffix(url, length);
        query.extend_pairs(signature.params());
        let remember = Duration::from_secs(SLOT.as_secs() - into_slot);
        Ok(Elsewhere { url: Secret::new(query.finish()), remember })
    }
}

/// Where the client, too, has the objects.
fn base(options: &S3Options) -> String {
    let S3Options { bucket, region, endpoint, .. } = options;
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    match endpoint {
        Some(endpoint) => format!("{endpoint}/{bucket}/"),
        None if options.is_path_style() => format!("https://s3.{region}.{domain}/{bucket}/"),
        None => format!("https://{bucket}.s3.{region}.{domain}/"),
    }
}
