//! The keys and lifetimes of tokens.

use std::time::Duration;

use nine_cloud_actors::domain::secret::Secret;

use super::reader::{Noted, Reader};

/// See the module.
#[derive(Debug, Clone)]
pub struct TokenSettings {
    /// `SECRET_KEY`: signs tokens (HS256). `None` only with the embedded database: the key then lives in
    /// `DATA_DIR/secret.key`, see [`crate::data_dir::DataDir::secret_key`].
    pub secret_key: Option<Secret>,
    /// `SECRET_KEY_PREVIOUS`: still verifies, no longer signs.
    pub previous_key: Option<Secret>,
    /// `ACCESS_TOKEN_SECS` (3600).
    pub access_lifetime: Duration,
    /// `REFRESH_TOKEN_SECS` (604800): also how long a session lives without being used.
    pub refresh_lifetime: Duration,
}

/// Bytes; the output of HMAC-SHA-256, below which RFC 7518 §3.2 forbids a key. A shorter one only warns, because
/// the previous service's key has to go on working.
const ADVISED_KEY_LEN: usize = 32;
const LONGEST_LIFETIME_SECS: u64 = 366 * 24 * 3600;

impl TokenSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("tokens");
        let secret_key = reader.secret("SECRET_KEY");
        let previous_key = reader.secret("SECRET_KEY_PREVIOUS");
        let access_lifetime = reader.seconds("ACCESS_TOKEN_SECS", 3600, 1..=LONGEST_LIFETIME_SECS);
        let refresh_lifetime = reader.seconds("REFRESH_TOKEN_SECS", 604_800, 1..=LONGEST_LIFETIME_SECS);
        Ok(Self {
            secret_key: secret_key?,
            previous_key: previous_key?,
            access_lifetime: access_lifetime?,
            refresh_lifetime: refresh_lifetime?,
        })
    }

    pub(super) fn warn(&self, warnings: &mut Vec<String>) {
        match &self.secret_key {
            None => warnings.push(
                "SECRET_KEY is not set: tokens are signed with DATA_DIR/secret.key, keep that folder private"
                    .to_owned(),
            ),
            Some(key) if key.reveal().len() < ADVISED_KEY_LEN => warnings.push(format!(
                "SECRET_KEY is shorter than {ADVISED_KEY_LEN} bytes: whoever guesses it can be anyone"
            )),
            Some(_) => {}
        }
    }
}
