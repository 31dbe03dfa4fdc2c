//! Sign-up codes: under the digest of their address, the digest of the code, the tries left and the end.

use std::sync::LazyLock;

use ::redis::{Pipeline, Script};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::CodeTry;

use super::{RedisCache, digest};
use crate::adapters::redis::PREFIX;
use crate::adapters::redis::fault::RedisFault;

/// Tries that one code allows (contract D-B12).
const TRIES: u8 = 5;

/// Digests are compared, and by Redis: its scripts know each text once, so it compares places in memory, which takes the
/// same time for all.
static TRY: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/try_code.lua")));

impl RedisCache {
    pub(super) async fn keep_code(
        &self,
        email: &Email,
        code: &Secret,
        expires_at: Instant,
    ) -> Result<(), RedisFault> {
        let key = key(email);
        let mut pipe = Pipeline::new();
        pipe.atomic().del(&key).ignore();
        pipe.cmd("HSET").arg(&key).arg("code").arg(mixed(email, code)).arg("tries").arg(TRIES);
        pipe.arg("end").arg(expires_at.timestamp_millis()).ignore();
        pipe.cmd("PEXPIRE").arg(&key).arg(self.millis_until(expires_at)).ignore();
        self.send(pipe).await
    }

    pub(super) async fn compare_code(
        &self,
        email: &Email,
        code: &Secret,
        now: Instant,
    ) -> Result<CodeTry, RedisFault> {
        let mut call = TRY.prepare_invoke();
        call.key(key(email)).arg(mixed(email, code)).arg(now.timestamp_millis());
        Ok(match self.run::<u8>(call).await? {
            0 => CodeTry::Missing,
            1 => CodeTry::Wrong,
            _ => CodeTry::Right,
        })
    }
}

fn key(email: &Email) -> String {
    format!("{PREFIX}code:{}", digest(&[email.key()]))
}

/// Bound to the address, so that equal codes of two people do not look equal.
fn mixed(email: &Email, code: &Secret) -> String {
    digest(&[email.key(), code.reveal()])
}
