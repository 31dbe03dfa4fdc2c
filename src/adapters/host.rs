//! Time and randomness of the machine.

use chrono::Utc;
use nine_cloud_actors::domain::seoul::{Instant, to_millis};
use nine_cloud_actors::ports::{Clock, Ids};

/// The wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everyone else takes")]
    fn now(&self) -> Instant {
        to_millis(Utc::now())
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn random(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        if let Err(error) = getrandom::fill(&mut bytes) {
            // Ids that can be guessed would be worse than no server.
            tracing::error!(%error, "no randomness");
            std::process::abort();
        }
        bytes
    }
}
