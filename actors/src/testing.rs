//! A clock that a test turns by hand, and predictable ids.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;

use crate::domain::seoul::Instant;
use crate::ports::{Clock, Ids};

/// Shared by clones: turning one turns all.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<Instant>>);

impl TestClock {
    /// A clock that stands at an RFC 3339 time.
    ///
    /// # Panics
    /// When the text is not one.
    #[expect(clippy::expect_used, reason = "test code: a wrong literal should fail the test")]
    pub fn at(text: &str) -> Self {
        Self(Arc::new(Mutex::new(text.parse().expect("an RFC 3339 time"))))
    }

    /// Moves the hands, also backwards.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// Puts the hands somewhere.
    pub fn set(&self, to: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A [`TestClock`] that also runs with the clock of tokio, which a test pauses and turns.
#[derive(Clone)]
pub struct RunningClock {
    /// The hands at the start; move them to make the clock jump.
    pub hands: TestClock,
    started: tokio::time::Instant,
}

impl RunningClock {
    /// A clock that shows an RFC 3339 time now.
    pub fn at(text: &str) -> Self {
        Self { hands: TestClock::at(text), started: tokio::time::Instant::now() }
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Instant {
        let elapsed = TimeDelta::from_std(self.started.elapsed()).unwrap_or(TimeDelta::MAX);
        self.hands.now() + elapsed
    }
}

/// Counts up, so that every id is new and a failing test shows the same ones again.
#[derive(Default)]
pub struct CountingIds(AtomicU64);

impl Ids for CountingIds {
    fn random(&self) -> [u8; 16] {
        let n = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&mixed.to_be_bytes());
        bytes[8..].copy_from_slice(&n.to_be_bytes());
        bytes
    }
}
