//! Whether news get through, as plain logic.
//!
//! Every entry that a node writes to the stream has the next number of that node, and when there is nothing to say it
//! writes an empty one, a beat. A node that reads its own beat knows that the whole way works. And whoever reads a number
//! of another node that is not the next one knows that something was lost, whatever the reason: a stream that was trimmed
//! too early or emptied, a write whose outcome is unknown, a queue that was full.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How often a node says that it is there.
pub(super) const BEAT_EVERY: Duration = Duration::from_millis(500);

/// Without a beat for so long, the way is broken, or the node gone.
pub(super) const SILENCE: Duration = Duration::from_secs(3);

/// This node's own way.
#[derive(Debug)]
pub(super) struct Pulse {
    /// The last number given.
    written: u64,
    /// The number that has to be read for the way to count as whole.
    proof: u64,
    read: u64,
    read_at: Option<Instant>,
}

impl Pulse {
    /// Broken until shown otherwise.
    pub(super) fn new() -> Self {
        Self { written: 0, proof: 1, read: 0, read_at: None }
    }

    pub(super) fn is_up(&self, now: Instant) -> bool {
        self.read >= self.proof && self.read_at.is_some_and(|at| now.saturating_duration_since(at) < SILENCE)
    }

    /// The number of the next entry.
    pub(super) fn number(&mut self) -> u64 {
        self.written += 1;
        self.written
    }

    /// One news will never be said; the number that it would have had is missed by the others.
    pub(super) fn drop_one(&mut self) {
        self.written += 1;
    }

    /// Writing or reading failed: only what is written from now on proves anything.
    pub(super) fn fail(&mut self) {
        self.proof = self.written + 1;
    }

    /// An entry of this node was read. `true`: the way works again.
    pub(super) fn hear(&mut self, number: u64, now: Instant) -> bool {
        let was_up = self.is_up(now);
        self.read = self.read.max(number);
        self.read_at = Some(now);
        !was_up && self.is_up(now)
    }
}

/// What was heard of the other nodes last.
#[derive(Debug, Default)]
pub(super) struct Peers(HashMap<String, (u64, Instant)>);

impl Peers {
    /// An entry of another node was read. `true`: one before it was missed. What comes again is no loss.
    pub(super) fn hear(&mut self, node: &str, number: u64, now: Instant) -> bool {
        let Some((last, at)) = self.0.get_mut(node) else {
            self.0.insert(node.to_owned(), (number, now));
            // Of a node that was there before us we have missed what it said before, and the rooms have read it.
            return number > 1;
        };
        let has_gap = number > *last + 1;
        (*last, *at) = (number.max(*last), now);
        has_gap
    }

    /// Forgets who has been silent. `true`: there was somebody, whose last words may never have come.
    pub(super) fn bury(&mut self, now: Instant) -> bool {
        let before = self.0.len();
        self.0.retain(|_, (_, at)| now.saturating_duration_since(*at) < SILENCE);
        self.0.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_up_once_something_written_after_the_failure_was_read() {
        let (mut pulse, now) = (Pulse::new(), Instant::now());
        assert!(!pulse.is_up(now));
        let first = pulse.number();
        assert!(pulse.hear(first, now), "it comes up");
        assert!(pulse.is_up(now));
        let second = pulse.number();
        assert!(!pulse.hear(second, now), "it was up before");
        let written_before = pulse.number();
        pulse.fail();
        assert!(!pulse.hear(written_before, now));
        assert!(!pulse.is_up(now));
        let after = pulse.number();
        assert!(pulse.hear(after, now));
    }

    #[test]
    fn a_way_on_which_nothing_comes_is_down() {
        let (mut pulse, now) = (Pulse::new(), Instant::now());
        let number = pulse.number();
        pulse.hear(number, now);
        assert!(!pulse.is_up(now + SILENCE));
        let number = pulse.number();
        assert!(pulse.hear(number, now + SILENCE), "it comes back without a failure");
    }

    #[test]
    fn a_number_that_is_not_the_next_one_shows_a_loss() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        assert!(!peers.hear("a", 1, now), "a node that has just begun");
        assert!(peers.hear("b", 7, now), "a node that was there before");
        assert!(!peers.hear("a", 2, now));
        assert!(!peers.hear("a", 1, now), "again");
        assert!(peers.hear("a", 4, now));
        assert!(!peers.hear("a", 5, now));
    }

    #[test]
    fn a_node_that_fell_silent_is_a_loss_once() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        peers.hear("a", 1, now);
        peers.hear("b", 1, now + SILENCE / 2);
        assert!(peers.bury(now + SILENCE));
        assert!(!peers.bury(now + SILENCE));
        assert!(!peers.hear("b", 2, now + SILENCE), "the other one is known still");
        assert!(
            peers.hear("a", 2, now + SILENCE),
            "it was not dead, and what it said meanwhile is not known"
        );
    }
}
