//! Keeps a provider that is away from being asked by everyone, each for their whole deadline.

use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row that open it.
const FAILURES: u32 = 5;

/// How long it stays open before one call may try.
const REST: Duration = Duration::from_secs(30);

/// Closed: calls pass. Open: none does. After a rest one call probes: it decides.
#[derive(Debug)]
pub(super) struct Breaker(State);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    Probing,
}

impl Breaker {
    pub(super) fn new() -> Self {
        Self(State::Closed { failures: 0 })
    }

    /// Whether a call would not pass now.
    pub(super) fn rests(&self, now: Instant) -> bool {
        match self.0 {
            State::Closed { .. } => false,
            State::Open { until } => now < until,
            State::Probing => true,
        }
    }

    /// Whether a call may be made now. Whoever gets a yes must [`record`](Self::record) how it went.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        let admits = !self.rests(now);
        if admits && matches!(self.0, State::Open { .. }) {
            self.0 = State::Probing;
        }
        admits
    }

    /// Says how a call went.
    pub(super) fn record(&mut self, went_well: bool, now: Instant) {
        self.0 = match self.0 {
            _ if went_well => State::Closed { failures: 0 },
            State::Closed { failures } if failures + 1 < FAILURES => State::Closed { failures: failures + 1 },
            before => {
                if before != State::Probing {
                    tracing::warn!(rest = ?REST, "the model failed too often; the rules answer");
                }
                State::Open { until: now + REST }
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new();
        for _ in 0..FAILURES {
            assert!(breaker.admits(now));
            breaker.record(false, now);
        }
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it() {
        let now = Instant::now();
        assert!(!opened(now).admits(now));
        let mut breaker = Breaker::new();
        for _ in 0..3 {
            for _ in 1..FAILURES {
                breaker.record(false, now);
            }
            breaker.record(true, now);
        }
        assert!(breaker.admits(now), "a success in between starts the count anew");
    }

    #[test]
    fn after_a_rest_one_call_probes_and_decides() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let rested = now + REST;
        assert!(!breaker.admits(rested - Duration::from_millis(1)));
        assert!(breaker.admits(rested));
        assert!(!breaker.admits(rested) && breaker.rests(rested), "only one probes");
        breaker.record(false, rested);
        assert!(!breaker.admits(rested), "a failed probe is another rest");
        assert!(breaker.admits(rested + REST));
        breaker.record(true, rested + REST);
        assert!(breaker.admits(rested + REST) && breaker.admits(rested + REST));
    }
}
