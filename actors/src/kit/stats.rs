//! What is counted about the actors of one type.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use super::histogram::{Histogram, Summary};

/// Every 64th message is timed; all are counted.
const SAMPLE_EVERY: u64 = 64;

/// Counters of the actors of one type on one thread. Counts are exact, times are sampled.
#[derive(Debug, Default)]
pub struct ActorStats {
    alive: AtomicI64,
    started: AtomicU64,
    restarted: AtomicU64,
    sent: AtomicU64,
    refused: AtomicU64,
    handled: AtomicU64,
    dropped: AtomicU64,
    waiting: Gauge,
    in_mailbox: Histogram,
    handling: Histogram,
}

/// A level with its high-water mark.
#[derive(Debug, Default)]
pub struct Gauge {
    level: AtomicI64,
    worst: AtomicI64,
}

impl Gauge {
    /// One more.
    pub fn up(&self) {
        let level = self.level.fetch_add(1, Ordering::Relaxed) + 1;
        if level > self.worst.load(Ordering::Relaxed) {
            self.worst.fetch_max(level, Ordering::Relaxed);
        }
    }

    /// One less.
    pub fn down(&self) {
        self.level.fetch_sub(1, Ordering::Relaxed);
    }

    /// Now.
    pub fn level(&self) -> i64 {
        self.level.load(Ordering::Relaxed)
    }

    /// The highest since the start.
    pub fn worst(&self) -> i64 {
        self.worst.load(Ordering::Relaxed)
    }
}

/// What the admin endpoint shows of one actor type.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActorReport {
    /// Type name.
    pub actor: &'static str,
    /// Running now.
    pub alive: i64,
    /// Ever started.
    pub started: u64,
    /// Recreated after a death.
    pub restarted: u64,
    /// Messages accepted into mailboxes.
    pub sent: u64,
    /// Messages that a full or closed mailbox never took, after all tries. Not among `sent`.
    pub refused: u64,
    /// Messages handled, also when the handler died over one.
    pub handled: u64,
    /// Messages thrown away unread with their dead actor. `sent` is always `handled` + `dropped` + `waiting`.
    pub dropped: u64,
    /// Messages in mailboxes now.
    pub waiting: i64,
    /// Most messages that ever waited at once, on one thread.
    pub worst_waiting: i64,
    /// Time between sending and handling.
    pub in_mailbox: Summary,
    /// Time from handling to the reply, backends included.
    pub handling: Summary,
}

impl ActorStats {
    /// An actor of the type has started; said in `started`.
    pub fn actor_started(&self) {
        self.alive.fetch_add(1, Ordering::Relaxed);
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// An actor of the type has stopped; said in `stopped`, which actix also calls when a handler panicked or the
    /// thread ended.
    pub fn actor_stopped(&self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }

    /// A dead actor is being replaced.
    pub fn actor_restarted(&self) {
        self.restarted.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the next message is one of those that are timed.
    pub(super) fn is_sample_due(&self) -> bool {
        self.sent.load(Ordering::Relaxed).is_multiple_of(SAMPLE_EVERY)
    }

    /// A mailbox took a message.
    pub(super) fn message_sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.waiting.up();
    }

    /// A sender gave up: no mailbox took its message.
    pub(super) fn message_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A message left its mailbox unread, because its actor is gone.
    pub(super) fn message_dropped(&self) {
        self.waiting.down();
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// A message left its mailbox to be handled; the sampled ones say how long they waited.
    pub(super) fn message_opened(&self, waited: Option<Duration>) {
        self.waiting.down();
        self.handled.fetch_add(1, Ordering::Relaxed);
        if let Some(waited) = waited {
            self.in_mailbox.record(waited);
        }
    }

    pub(super) fn reply_ready(&self, took: Duration) {
        self.handling.record(took);
    }

    /// Sums up the cells of one type over all threads.
    pub fn report(actor: &'static str, cells: &[Arc<Self>]) -> ActorReport {
        let sum =
            |field: fn(&Self) -> &AtomicU64| cells.iter().map(|c| field(c).load(Ordering::Relaxed)).sum();
        ActorReport {
            actor,
            alive: cells.iter().map(|c| c.alive.load(Ordering::Relaxed)).sum(),
            started: sum(|c| &c.started),
            restarted: sum(|c| &c.restarted),
            sent: sum(|c| &c.sent),
            refused: sum(|c| &c.refused),
            handled: sum(|c| &c.handled),
            dropped: sum(|c| &c.dropped),
            // A receiver on another thread may count a message out before its sender has counted it in.
            waiting: cells.iter().map(|c| c.waiting.level()).sum::<i64>().max(0),
            worst_waiting: cells.iter().map(|c| c.waiting.worst()).max().unwrap_or(0),
            in_mailbox: Histogram::summarize(cells.iter().map(|c| &c.in_mailbox)),
            handling: Histogram::summarize(cells.iter().map(|c| &c.handling)),
        }
    }
}
