//! Codes, limits, view marks and recovery records in Redis, one for all nodes.
//!
//! Everything has a time to live, so nothing is ever cleaned up. Decisions are scripts: Redis runs one at a time, so two
//! nodes never decide at once. Times are the caller's, and a time to live is only what makes room again; limits alone go by
//! the clock of the server, as nobody tells the time there.
//!
//! While Redis is away: limits and marks are counted by this node for itself, so that diaries are read and written as
//! always; recovery records are kept in SQL, where other nodes find them; codes are refused, since a code that one node
//! knows alone would be a riddle.

mod codes;
mod limits;
mod marks;
mod recoveries;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ::redis::{FromRedisValue, Pipeline, ScriptInvocation};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{Cache, Clock, CodeTry, Limit, PortResult, Recovery, RetryAfter};
use sha2::{Digest, Sha256};

use super::Redis;
use super::fault::{RedisFault, is_outage};
use crate::adapters::cache::{EmbeddedCache, Quota};
use crate::adapters::sql::SqlStore;
use limits::Pace;

/// The [`Cache`] of all nodes.
pub struct RedisCache {
    redis: Redis,
    paces: HashMap<Limit, Pace>,
    /// What takes over while Redis is away.
    local: EmbeddedCache,
    store: SqlStore,
    clock: Arc<dyn Clock>,
}

impl RedisCache {
    /// A cache in `redis`, and for its outages in this process and in `store`; a limit without a quota limits nothing.
    pub fn new(
        redis: Redis,
        store: SqlStore,
        clock: Arc<dyn Clock>,
        quota_of: impl Fn(Limit) -> Option<Quota>,
    ) -> Self {
        let pace = |limit| quota_of(limit).and_then(Pace::of).map(|pace| (limit, pace));
        let paces = Limit::ALL.into_iter().filter_map(pace).collect();
        let local = EmbeddedCache::new(store.clone(), quota_of);
        Self { redis, paces, local, store, clock }
    }

    /// How long what ends at `end` has to live, in milliseconds: at least one, as Redis takes no less.
    fn millis_until(&self, end: Instant) -> u64 {
        u64::try_from((end - self.clock.now()).num_milliseconds()).unwrap_or(0).max(1)
    }

    async fn run<T: FromRedisValue>(&self, script: ScriptInvocation<'_>) -> Result<T, RedisFault> {
        self.redis
            .0
            .link
            .ask(|mut connection| async move { script.invoke_async(&mut connection).await })
            .await
    }

    async fn send<T: FromRedisValue>(&self, commands: Pipeline) -> Result<T, RedisFault> {
        self.redis
            .0
            .link
            .ask(|mut connection| async move { commands.query_async(&mut connection).await })
            .await
    }
}

#[async_trait]
impl Cache for RedisCache {
    async fn put_code(&self, email: &Email, code: Secret, expires_at: Instant) -> PortResult<()> {
        Ok(self.keep_code(email, &code, expires_at).await?)
    }

    async fn try_code(&self, email: &Email, code: &Secret, now: Instant) -> PortResult<CodeTry> {
        Ok(self.compare_code(email, code, now).await?)
    }

    /// They go by themselves.
    async fn remove_expired_codes(&self, _: Instant) -> PortResult<u64> {
        Ok(0)
    }

    async fn mark_view(
        &self,
        viewer: UserId,
        diary: DiaryId,
        now: Instant,
        ttl: Duration,
    ) -> PortResult<bool> {
        match self.mark(viewer, diary, now, ttl).await {
            Ok(is_new) => Ok(is_new),
            Err(fault) => {
                report(&fault);
                self.local.mark_view(viewer, diary, now, ttl).await
            }
        }
    }

    async fn put_recoveries(&self, recoveries: Vec<Recovery>) -> PortResult<()> {
        match self.keep_recoveries(&recoveries).await {
            Ok(()) => Ok(()),
            Err(fault) => {
                report(&fault);
                self.store.put_recoveries(recoveries).await
            }
        }
    }

    async fn find_recovery(&self, pid: &str, now: Instant) -> PortResult<Option<String>> {
        self.newest_recovery(pid, now).await
    }

    async fn remove_recovery(&self, pid: &str) -> PortResult<()> {
        self.forget_recovery(pid).await
    }

    /// They go by themselves, save those of an outage.
    async fn remove_expired_recoveries(&self, now: Instant) -> PortResult<u64> {
        self.store.remove_expired_recoveries(now).await
    }

    async fn take(&self, limit: Limit, key: &str) -> PortResult<Result<(), RetryAfter>> {
        let Some(pace) = self.paces.get(&limit) else { return Ok(Ok(())) };
        match self.count(limit, *pace, key).await {
            Ok(taken) => Ok(taken),
            Err(fault) => {
                report(&fault);
                self.local.take(limit, key).await
            }
        }
    }
}

/// For whoever goes on without Redis. That it is away was said once, by the link; that it does not understand us is a
/// defect.
fn report(fault: &RedisFault) {
    if let RedisFault::Failed(error) = fault
        && !is_outage(error)
    {
        tracing::error!(%error, "Redis refused a command");
    }
}

/// What takes the place of something that is not to be read in Redis, neither as a key nor as a value.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    BASE64.encode(hash.finalize())
}
