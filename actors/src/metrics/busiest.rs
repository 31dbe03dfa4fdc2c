//! The people and rooms with the most traffic, found when somebody looks.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

use crate::kit::Traffic;

/// Rates are taken over no less than this, however often somebody looks.
const LEAST: Duration = Duration::from_secs(2);

/// One instance of an actor type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy<K> {
    /// Whose.
    pub key: K,
    /// Messages that its mailbox has taken since the instance started.
    pub sent: u64,
    /// Of them, those that wait now.
    pub waiting: u64,
    /// Messages per second between the last two looks, in thousandths; before there were two, since it started.
    pub rate_millis: u64,
}

/// Remembers the last look, because only two of them make a rate. What it costs is paid by whoever looks.
#[derive(Debug)]
pub(super) struct Busiest<K> {
    looked_at: Option<Instant>,
    seen: HashMap<K, (u64, u64)>,
}

impl<K> Default for Busiest<K> {
    fn default() -> Self {
        Self { looked_at: None, seen: HashMap::new() }
    }
}

impl<K: Copy + Eq + Hash> Busiest<K> {
    /// The `most` with the highest rates, highest first.
    pub(super) fn look(
        &mut self,
        all: impl Iterator<Item = (K, Traffic)>,
        most: usize,
        now: Instant,
    ) -> Vec<Busy<K>> {
        let elapsed = self.looked_at.map(|before| now.saturating_duration_since(before));
        let is_due = elapsed.is_none_or(|elapsed| elapsed >= LEAST);
        let mut found: Vec<Busy<K>> = all
            .map(|(key, traffic)| {
                let before = self.seen.get(&key).copied();
                let rate_millis = match (before, elapsed) {
                    // An instance of the same key that started anew has a smaller count.
                    (Some((sent, _)), Some(elapsed)) if is_due && sent <= traffic.sent => {
                        per_second(traffic.sent - sent, elapsed)
                    }
                    (Some((_, rate)), _) if !is_due => rate,
                    _ => per_second(traffic.sent, now.saturating_duration_since(traffic.since)),
                };
                Busy { key, sent: traffic.sent, waiting: traffic.waiting, rate_millis }
            })
            .collect();
        if is_due {
            self.looked_at = Some(now);
            self.seen = found.iter().map(|busy| (busy.key, (busy.sent, busy.rate_millis))).collect();
        }
        found.sort_unstable_by_key(|busy| std::cmp::Reverse((busy.rate_millis, busy.waiting, busy.sent)));
        found.truncate(most);
        found
    }
}

fn per_second(count: u64, over: Duration) -> u64 {
    let millis = u64::try_from(over.as_millis()).unwrap_or(u64::MAX).max(1000);
    count.saturating_mul(1_000_000) / millis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_since_the_last_look_come_first() {
        let (mut busiest, start) = (Busiest::default(), Instant::now());
        let mut look = |counts: &[(u32, u64)], secs: u64| {
            let all =
                counts.iter().map(|(key, sent)| (*key, Traffic { sent: *sent, waiting: 0, since: start }));
            let found = busiest.look(all, 2, start + Duration::from_secs(secs));
            found.into_iter().map(|busy| (busy.key, busy.rate_millis)).collect::<Vec<_>>()
        };
        assert_eq!(look(&[(1, 100), (2, 20), (3, 10)], 10), [(1, 10_000), (2, 2000)]);
        assert_eq!(look(&[(1, 100), (2, 60), (3, 30)], 20), [(2, 4000), (3, 2000)]);
        assert_eq!(look(&[(1, 100), (2, 99), (3, 30)], 21), [(2, 4000), (3, 2000)], "looked at too soon");
        assert_eq!(look(&[(2, 5)], 30), [(2, 166)], "it started anew");
    }
}
