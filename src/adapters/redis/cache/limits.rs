//! Rate limits over all nodes. The same as those of one node (GCRA): for each key there is the time at which it has rested
//! enough for a whole burst, and each act moves it on.

use std::sync::LazyLock;
use std::time::Duration;

use ::redis::Script;
use nine_cloud_actors::ports::{Limit, RetryAfter};

use super::{RedisCache, digest};
use crate::adapters::cache::Quota;
use crate::adapters::redis::PREFIX;
use crate::adapters::redis::fault::RedisFault;

static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("lua/take.lua")));

/// A quota, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// What one act costs.
    each: u64,
    /// What a whole burst costs.
    burst: u64,
}

impl Pace {
    /// `None` for a quota of no time, which limits nothing.
    pub(super) fn of(quota: Quota) -> Option<Self> {
        let each = u64::try_from((quota.per / quota.burst.get()).as_micros()).unwrap_or(u64::MAX);
        (each > 0).then(|| Self { each, burst: each.saturating_mul(quota.burst.get().into()) })
    }
}

impl RedisCache {
    pub(super) async fn count(
        &self,
        limit: Limit,
        pace: Pace,
        key: &str,
    ) -> Result<Result<(), RetryAfter>, RedisFault> {
        let mut call = TAKE.prepare_invoke();
        // Keys are addresses of people and of their machines.
        call.key(format!("{PREFIX}limit:{}:{}", name(limit), digest(&[key]))).arg(pace.each).arg(pace.burst);
        let wait = self.run::<u64>(call).await?;
        Ok(if wait == 0 { Ok(()) } else { Err(RetryAfter(Duration::from_micros(wait))) })
    }
}

fn name(limit: Limit) -> &'static str {
    match limit {
        Limit::MailPerEmail => "mail-email",
        Limit::MailPerClient => "mail-client",
        Limit::SignInPerEmail => "sign-in-email",
        Limit::SignInPerClient => "sign-in-client",
        Limit::TokenPerSession => "token-session",
        Limit::CallPerPerson => "call-person",
        Limit::CallPerClient => "call-client",
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn a_burst_costs_as_much_as_its_acts() {
        let pace = |burst, per| Pace::of(Quota { burst: NonZeroU32::new(burst).unwrap(), per });
        assert_eq!(pace(1200, Duration::from_mins(1)), Some(Pace { each: 50_000, burst: 60_000_000 }));
        assert_eq!(pace(7, Duration::from_secs(1)), Some(Pace { each: 142_857, burst: 999_999 }));
        assert_eq!(pace(5, Duration::ZERO), None);
    }
}
