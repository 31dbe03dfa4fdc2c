//! The server pings, the client pongs; silence ends the session.

use std::time::{Duration, Instant};

/// When the next ping or the verdict is due. Pure: time comes in as an argument.
#[derive(Debug, Clone)]
pub(super) struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    due: Instant,
    awaiting_pong: bool,
}

/// What a look at the clock asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beat {
    Wait,
    Ping,
    Dead,
}

impl Heartbeat {
    /// The first ping is due one interval after the handshake, not at once: clients that were just told the interval
    /// treat an earlier one as an error.
    pub(super) fn new(now: Instant, interval: Duration, timeout: Duration) -> Self {
        Self { interval, timeout, due: now + interval, awaiting_pong: false }
    }

    /// When to look next.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// The time-out counts from when the ping was due, not from when a busy worker came to send it.
    pub(super) fn look(&mut self, now: Instant) -> Beat {
        match (now < self.due, self.awaiting_pong) {
            (true, _) => Beat::Wait,
            (false, true) => Beat::Dead,
            (false, false) => {
                self.awaiting_pong = true;
                self.due += self.timeout;
                Beat::Ping
            }
        }
    }

    pub(super) fn pong(&mut self, now: Instant) {
        self.awaiting_pong = false;
        self.due = now + self.interval;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_millis(300);
    const TIMEOUT: Duration = Duration::from_millis(200);

    #[test]
    fn the_first_ping_comes_one_interval_after_the_handshake() {
        let start = Instant::now();
        let mut heart = Heartbeat::new(start, INTERVAL, TIMEOUT);
        assert_eq!(heart.look(start), Beat::Wait);
        assert_eq!(heart.look(start + INTERVAL), Beat::Ping);
        assert_eq!(heart.look(start + INTERVAL), Beat::Wait);
    }

    #[test]
    fn a_ping_without_an_answer_is_death() {
        let start = Instant::now();
        let mut heart = Heartbeat::new(start, INTERVAL, TIMEOUT);
        assert_eq!(heart.look(start + INTERVAL), Beat::Ping);
        assert_eq!(heart.look(start + INTERVAL + TIMEOUT), Beat::Dead);
    }

    #[test]
    fn each_pong_starts_the_interval_again() {
        let start = Instant::now();
        let mut heart = Heartbeat::new(start, INTERVAL, TIMEOUT);
        assert_eq!(heart.look(start + INTERVAL), Beat::Ping);
        let answered = start + INTERVAL + TIMEOUT / 2;
        heart.pong(answered);
        assert_eq!(heart.due(), answered + INTERVAL);
        assert_eq!(heart.look(start + INTERVAL + TIMEOUT), Beat::Wait);
        assert_eq!(heart.look(answered + INTERVAL), Beat::Ping);
    }

    #[test]
    fn an_unasked_pong_only_moves_the_next_ping() {
        let start = Instant::now();
        let mut heart = Heartbeat::new(start, INTERVAL, TIMEOUT);
        heart.pong(start + TIMEOUT);
        assert_eq!(heart.look(start + INTERVAL), Beat::Wait);
    }
}
