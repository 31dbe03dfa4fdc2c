//! Time and randomness, so that a test can turn midnight in Seoul.

use crate::domain::seoul::Instant;

/// The wall clock.
pub trait Clock: Send + Sync {
    /// Now, in whole milliseconds.
    fn now(&self) -> Instant;
}

/// A source of unguessable bytes.
pub trait Ids: Send + Sync {
    /// Sixteen bytes, from the operating system's generator outside tests.
    fn random(&self) -> [u8; 16];
}
