//! What is counted about the calls to one backend.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::histogram::{Counts, Histogram};
use super::trace::at_port;
use crate::ports::{PortError, PortResult};

/// Counters of one backend, kept by its adapter. Every call is counted and timed: it costs far more than that.
#[derive(Debug)]
pub struct PortStats {
    backend: &'static str,
    failures: AtomicU64,
    took: Histogram,
}

/// What a [`PortStats`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortReport {
    /// Its name.
    pub backend: &'static str,
    /// Calls that found it away or failing.
    pub failures: u64,
    /// How long calls took.
    pub took: Counts,
}

impl PortStats {
    /// Of a backend of this name: one of a few, as it becomes a label.
    pub fn of(backend: &'static str) -> Self {
        Self { backend, failures: AtomicU64::new(0), took: Histogram::default() }
    }

    /// Makes a call, as a part of the request that is being worked on, if any.
    pub async fn call<T>(&self, call: impl Future<Output = PortResult<T>>) -> PortResult<T> {
        let is_failure =
            |error: &PortError| matches!(error, PortError::Unavailable(_) | PortError::Broken(_));
        self.watch(call, is_failure).await
    }

    /// The same with errors of the adapter's own.
    pub async fn watch<T, E>(
        &self,
        call: impl Future<Output = Result<T, E>>,
        is_failure: impl FnOnce(&E) -> bool,
    ) -> Result<T, E> {
        let began = Instant::now();
        let answer = at_port(self.backend, call).await;
        self.took.record(began.elapsed());
        if answer.as_ref().is_err_and(is_failure) {
            self.failures.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }

    /// Nobody waits for a call any more that began so long ago.
    pub fn given_up(&self, after: Duration) {
        self.took.record(after);
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted until now.
    pub fn report(&self) -> PortReport {
        PortReport {
            backend: self.backend,
            failures: self.failures.load(Ordering::Relaxed),
            took: self.took.counts(),
        }
    }
}
