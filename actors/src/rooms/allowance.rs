//! How fast one connection may go.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many acts in any stretch of so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Acts.
    pub count: u32,
    /// The stretch.
    pub window: Duration,
}

/// What is left of a pace for one connection. Takes no memory until the first act.
#[derive(Debug, Default)]
pub struct Allowance(VecDeque<Instant>);

impl Allowance {
    /// Takes one act now; the error is how long until the next is allowed. `None` limits nothing.
    pub fn take(&mut self, pace: Option<Pace>, now: Instant) -> Result<(), Duration> {
        let Some(pace) = pace else { return Ok(()) };
        while self.0.front().is_some_and(|first| now.duration_since(*first) >= pace.window) {
            self.0.pop_front();
        }
        match self.0.front() {
            Some(first) if self.0.len() >= pace.count as usize => {
                Err(pace.window.saturating_sub(now.duration_since(*first)))
            }
            _ => {
                self.0.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_in_ten_seconds_and_then_as_the_first_ones_age() {
        let pace = Some(Pace { count: 10, window: Duration::from_secs(10) });
        let (mut allowance, start) = (Allowance::default(), Instant::now());
        for second in 0..10 {
            assert_eq!(allowance.take(pace, start + Duration::from_millis(second * 100)), Ok(()));
        }
        assert_eq!(allowance.take(pace, start + Duration::from_secs(4)), Err(Duration::from_secs(6)));
        assert_eq!(allowance.take(pace, start + Duration::from_secs(10)), Ok(()));
        assert!(allowance.take(pace, start + Duration::from_secs(10)).is_err());
    }
}
