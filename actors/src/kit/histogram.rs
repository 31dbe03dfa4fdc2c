//! A histogram of durations that many threads may write without waiting.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Powers of two of microseconds: bucket `i` holds durations below `2^i` µs, the last everything above.
const BUCKETS: usize = 32;

/// Counts of durations; a percentile is right within a factor of two, which is enough to see a mailbox fill up.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    buckets: [AtomicU64; BUCKETS],
    max_micros: AtomicU64,
    sum_micros: AtomicU64,
}

/// What a histogram says. Durations in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Samples taken; one message in 64 is timed.
    pub samples: u64,
    /// Mean.
    pub mean_micros: u64,
    /// Median.
    pub p50_micros: u64,
    /// 95th percentile.
    pub p95_micros: u64,
    /// 99th percentile.
    pub p99_micros: u64,
    /// Longest seen.
    pub max_micros: u64,
}

impl Histogram {
    pub(super) fn record(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let bucket = (u64::BITS - micros.leading_zeros()) as usize;
        if let Some(count) = self.buckets.get(bucket.min(BUCKETS - 1)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
        self.max_micros.fetch_max(micros, Ordering::Relaxed);
    }

    /// What has been counted until now.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts {
            sum_micros: self.sum_micros.load(Ordering::Relaxed),
            max_micros: self.max_micros.load(Ordering::Relaxed),
            ..Counts::default()
        };
        for (count, bucket) in counts.buckets.iter_mut().zip(&self.buckets) {
            *count = bucket.load(Ordering::Relaxed);
        }
        counts
    }
}

/// The content of a histogram at one moment. Bucket `i` holds durations below `2^i` µs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    buckets: [u64; BUCKETS],
    sum_micros: u64,
    max_micros: u64,
}

impl Counts {
    /// Takes in those of another thread.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *count += more;
        }
        self.sum_micros = self.sum_micros.saturating_add(other.sum_micros);
        self.max_micros = self.max_micros.max(other.max_micros);
    }

    /// What came since `older`; the longest of it is known no better than its bucket.
    #[must_use]
    pub fn since(mut self, older: &Self) -> Self {
        for (count, less) in self.buckets.iter_mut().zip(&older.buckets) {
            *count = count.saturating_sub(*less);
        }
        self.sum_micros = self.sum_micros.saturating_sub(older.sum_micros);
        let highest = self.buckets.iter().rposition(|count| *count > 0);
        self.max_micros = highest.map_or(0, |bucket| self.max_micros.min(1 << bucket));
        self
    }

    /// Samples below `2^exponent` µs.
    pub fn below(&self, exponent: usize) -> u64 {
        self.buckets.iter().take(exponent + 1).sum()
    }

    /// Samples.
    pub fn samples(&self) -> u64 {
        self.buckets.iter().sum()
    }

    /// All of them together.
    pub fn total(&self) -> Duration {
        Duration::from_micros(self.sum_micros)
    }

    /// For people.
    pub fn summary(&self) -> Summary {
        let samples = self.samples();
        let percentile = |percent: u64| {
            let rank = (samples * percent).div_ceil(100).max(1);
            let mut seen = 0;
            let reached = self.buckets.iter().position(|count| {
                seen += count;
                seen >= rank
            });
            reached.map_or(0, |bucket| self.max_micros.min(1 << bucket))
        };
        Summary {
            samples,
            mean_micros: self.sum_micros.checked_div(samples).unwrap_or(0),
            p50_micros: percentile(50),
            p95_micros: percentile(95),
            p99_micros: percentile(99),
            max_micros: self.max_micros,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_a_factor_of_two() {
        let histogram = Histogram::default();
        for micros in 1..=1000 {
            histogram.record(Duration::from_micros(micros));
        }
        histogram.record(Duration::from_mins(1));
        let summary = histogram.counts().summary();
        assert_eq!(summary.samples, 1001);
        assert!((500..=1000).contains(&summary.p50_micros), "{summary:?}");
        assert!((950..=2000).contains(&summary.p95_micros), "{summary:?}");
        assert_eq!(summary.max_micros, 60_000_000);
        assert_eq!(Counts::default().summary(), Summary::default());
    }

    #[test]
    fn what_came_since_does_not_know_what_came_before() {
        let histogram = Histogram::default();
        histogram.record(Duration::from_mins(1));
        let before = histogram.counts();
        assert_eq!(histogram.counts().since(&before).summary(), Summary::default());
        histogram.record(Duration::from_micros(100));
        let since = histogram.counts().since(&before).summary();
        assert_eq!((since.samples, since.mean_micros, since.max_micros), (1, 100, 128));
    }
}
