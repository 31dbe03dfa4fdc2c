//! Sign-up codes: not a port of their own, but what the embedded cache keeps in SQL, so that they outlive a restart.

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{CodeTry, PortResult};
use sha2::{Digest, Sha256};

use super::SqlStore;
use super::database::change;

impl SqlStore {
    pub(in crate::adapters) async fn put_code(
        &self,
        email: &Email,
        code: &Secret,
        expires_at: Instant,
    ) -> PortResult<()> {
        let (email, digest) = (email.clone(), digest(email, code));
        change!(self, codes::put(email.key(), &digest, expires_at))
    }

    pub(in crate::adapters) async fn try_code(
        &self,
        email: &Email,
        code: &Secret,
        now: Instant,
    ) -> PortResult<CodeTry> {
        let (email, digest) = (email.clone(), digest(email, code));
        change!(self, codes::try_code(email.key(), &digest, now))
    }

    pub(in crate::adapters) async fn remove_expired_codes(&self, now: Instant) -> PortResult<u64> {
        change!(self, codes::remove_expired(now))
    }
}

/// Bound to the address, so that equal codes of two people do not look equal.
fn digest(email: &Email, code: &Secret) -> [u8; 32] {
    Sha256::new().chain_update(email.key()).chain_update([0]).chain_update(code.reveal()).finalize().into()
}
