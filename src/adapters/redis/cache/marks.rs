//! Who has looked at what lately: the end of each mark.

use std::sync::LazyLock;
use std::time::Duration;

use ::redis::Script;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::Instant;

use super::RedisCache;
use crate::adapters::redis::PREFIX;
use crate::adapters::redis::fault::RedisFault;

static MARK: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/mark_view.lua")));

impl RedisCache {
    /// `true` when there was no living mark.
    pub(super) async fn mark(
        &self,
        viewer: UserId,
        diary: DiaryId,
        now: Instant,
        ttl: Duration,
    ) -> Result<bool, RedisFault> {
        let (now, ttl) = (now.timestamp_millis(), i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX).max(1));
        let mut call = MARK.prepare_invoke();
        call.key(format!("{PREFIX}view:{viewer}:{diary}")).arg(now).arg(now.saturating_add(ttl)).arg(ttl);
        self.run(call).await
    }
}
