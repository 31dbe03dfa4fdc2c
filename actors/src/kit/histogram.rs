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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
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

    /// Sums up several histograms, e.g. those of all workers.
    pub(super) fn summarize<'a>(all: impl Iterator<Item = &'a Self>) -> Summary {
        let mut counts = [0u64; BUCKETS];
        let (mut sum, mut max) = (0u64, 0u64);
        for histogram in all {
            for (count, bucket) in counts.iter_mut().zip(&histogram.buckets) {
                *count += bucket.load(Ordering::Relaxed);
            }
            sum = sum.saturating_add(histogram.sum_micros.load(Ordering::Relaxed));
            max = max.max(histogram.max_micros.load(Ordering::Relaxed));
        }
        let samples: u64 = counts.iter().sum();
        let percentile = |percent: u64| {
            let rank = (samples * percent).div_ceil(100).max(1);
            let mut seen = 0;
            counts
                .iter()
                .position(|count| {
                    seen += count;
                    seen >= rank
                })
                .map_or(0, |bucket| max.min(1 << bucket))
        };
        Summary {
            samples,
            mean_micros: sum.checked_div(samples).unwrap_or(0),
            p50_micros: percentile(50),
            p95_micros: percentile(95),
            p99_micros: percentile(99),
            max_micros: max,
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
        let summary = Histogram::summarize([&histogram].into_iter());
        assert_eq!(summary.samples, 1001);
        assert!((500..=1000).contains(&summary.p50_micros), "{summary:?}");
        assert!((950..=2000).contains(&summary.p95_micros), "{summary:?}");
        assert_eq!(summary.max_micros, 60_000_000);
        assert_eq!(Histogram::summarize(std::iter::empty()), Summary::default());
    }
}
