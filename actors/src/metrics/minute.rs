//! The last minute of each actor type: a second hand looks at the cells, so that counting need not know the time.

use std::collections::VecDeque;

use crate::kit::{ActorReport, Counts, Summary};

/// Seconds that are remembered.
const KEPT: usize = 60;

/// Seconds over which rates are taken.
const RATE_OVER: usize = 10;

/// The last minute of one actor type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minute {
    /// Messages into mailboxes, per second of the last ten, in thousandths.
    pub in_millis: u64,
    /// Messages handled, likewise.
    pub out_millis: u64,
    /// Most messages that waited at once on one thread.
    pub worst_waiting: i64,
    /// Time in mailboxes.
    pub in_mailbox: Summary,
    /// Time of handling.
    pub handling: Summary,
    /// Messages handled in each second, oldest first.
    pub handled_each_second: Vec<u64>,
}

/// What the second hand has seen of one actor type.
#[derive(Debug, Default)]
pub(super) struct Seconds(VecDeque<Second>);

#[derive(Debug)]
struct Second {
    sent: u64,
    handled: u64,
    worst_waiting: i64,
    in_mailbox: Counts,
    handling: Counts,
}

impl Seconds {
    /// A second is over; `worst_waiting` is that of this second.
    pub(super) fn tick(&mut self, report: &ActorReport, worst_waiting: i64) {
        let ActorReport { sent, handled, in_mailbox, handling, .. } = *report;
        self.0.push_back(Second { sent, handled, worst_waiting, in_mailbox, handling });
        // One more, from which the first second is counted.
        if self.0.len() > KEPT + 1 {
            self.0.pop_front();
        }
    }

    /// The minute before `now`.
    pub(super) fn minute(&self, now: &ActorReport) -> Minute {
        let seconds = &self.0;
        let rate = |count: fn(&Second) -> u64| {
            let over = seconds.len().saturating_sub(1).min(RATE_OVER);
            let newest = seconds.back().map_or(0, count);
            let oldest = seconds.iter().rev().nth(over).map_or(newest, count);
            (newest.saturating_sub(oldest) * 1000).checked_div(over as u64).unwrap_or(0)
        };
        let since = |all: Counts, part: fn(&Second) -> Counts| {
            // Younger than a minute: all that there was.
            let oldest = seconds.front().filter(|_| seconds.len() > KEPT).map(part).unwrap_or_default();
            all.since(&oldest).summary()
        };
        let worst = seconds.iter().rev().take(KEPT).map(|second| second.worst_waiting).max();
        let handled: Vec<u64> = seconds.iter().map(|second| second.handled).collect();
        Minute {
            in_millis: rate(|second| second.sent),
            out_millis: rate(|second| second.handled),
            worst_waiting: worst.unwrap_or(0).max(now.worst_waiting),
            in_mailbox: since(now.in_mailbox, |second| second.in_mailbox),
            handling: since(now.handling, |second| second.handling),
            handled_each_second: handled.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::kit::ActorStats;

    fn report(stats: &Arc<ActorStats>) -> ActorReport {
        ActorStats::report("Room", std::slice::from_ref(stats))
    }

    #[test]
    fn rates_are_of_the_last_ten_seconds_and_the_worst_of_the_last_minute() {
        let (stats, mut seconds) = (Arc::new(ActorStats::default()), Seconds::default());
        seconds.tick(&report(&stats), 9);
        for second in 1..=120 {
            // Five a second at first, then one.
            for _ in 0..if second <= 60 { 5 } else { 1 } {
                stats.came_in();
            }
            seconds.tick(&report(&stats), i64::from(second == 61));
            let minute = seconds.minute(&report(&stats));
            match second {
                1 => assert_eq!((minute.out_millis, minute.worst_waiting), (5000, 9)),
                60 => assert_eq!((minute.in_millis, minute.handled_each_second.len()), (5000, 60)),
                65 => assert_eq!((minute.out_millis, minute.worst_waiting), (3000, 1)),
                120 => assert_eq!(minute.handled_each_second, vec![1; 60]),
                _ => {}
            }
        }
        seconds.tick(&report(&stats), 0);
        assert_eq!(seconds.minute(&report(&stats)).worst_waiting, 0, "that of a minute ago is forgotten");
    }
}
