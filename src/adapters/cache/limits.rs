//! Rate limits in this process.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, RateLimiter};
use nine_cloud_actors::ports::{Limit, RetryAfter};

/// So many acts in so much time: all at once, or spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Acts that may come at once; at least one.
    pub burst: NonZeroU32,
    /// The time after which a whole burst may come again.
    pub per: Duration,
}

/// Acts between two looks for keys that are at rest and can be forgotten.
const SWEEP_EVERY: u32 = 4096;

/// Keys are hashed under a random seed of this process: bounded memory whatever a client sends as an address.
pub(super) struct Limits {
    hasher: RandomState,
    limiters: HashMap<Limit, Limiter>,
}

impl Limits {
    /// Limits what `quota_of` answers a quota for.
    pub(super) fn new(quota_of: impl Fn(Limit) -> Option<Quota>) -> Self {
        let limiter = |limit| quota_of(limit).map(|quota| (limit, Limiter::new(quota)));
        Self { hasher: RandomState::new(), limiters: Limit::ALL.into_iter().filter_map(limiter).collect() }
    }

    pub(super) fn take(&self, limit: Limit, key: &str) -> Result<(), RetryAfter> {
        self.limiters.get(&limit).map_or(Ok(()), |limiter| limiter.take(self.hasher.hash_one(key)))
    }
}

struct Limiter {
    /// `None` for a quota of no time, which limits nothing.
    cells: Option<DefaultKeyedRateLimiter<u64>>,
    acts: AtomicU32,
}

impl Limiter {
    fn new(quota: Quota) -> Self {
        let cells = governor::Quota::with_period(quota.per / quota.burst.get())
            .map(|each| RateLimiter::dashmap(each.allow_burst(quota.burst)));
        Self { cells, acts: AtomicU32::new(0) }
    }

    fn take(&self, key: u64) -> Result<(), RetryAfter> {
        let Some(cells) = &self.cells else { return Ok(()) };
        if self.acts.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            cells.retain_recent();
            cells.shrink_to_fit();
        }
        cells.check_key(&key).map_err(|early| RetryAfter(early.wait_time_from(DefaultClock::default().now())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(burst: u32, per: Duration) -> Quota {
        Quota { burst: NonZeroU32::new(burst).unwrap(), per }
    }

    #[test]
    fn a_burst_passes_and_the_next_is_told_when_to_come_back() {
        let limiter = Limiter::new(quota(3, Duration::from_hours(1)));
        for _ in 0..3 {
            assert_eq!(limiter.take(1), Ok(()));
        }
        let RetryAfter(wait) = limiter.take(1).unwrap_err();
        assert!(wait > Duration::from_mins(19) && wait <= Duration::from_mins(20), "{wait:?}");
        assert_eq!(limiter.take(2), Ok(()), "another key has a quota of its own");
    }

    #[test]
    fn keys_at_rest_are_forgotten() {
        let limiter = Limiter::new(quota(1, Duration::from_nanos(1)));
        for key in 0..3 * u64::from(SWEEP_EVERY) {
            assert_eq!(limiter.take(key), Ok(()));
        }
        let kept = limiter.cells.as_ref().unwrap().len();
        assert!(kept <= SWEEP_EVERY as usize, "{kept} keys");
    }
}
