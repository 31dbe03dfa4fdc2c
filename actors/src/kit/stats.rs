//! What is counted about the actors of one type.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::histogram::{Counts, Histogram};

/// Every 64th message is timed; all are counted.
const SAMPLE_EVERY: u64 = 64;

/// Characters of a failure that are kept.
const LONGEST_FAILURE: usize = 300;

/// Counters of the actors of one type on one thread. Counts are exact, times are sampled.
#[derive(Debug, Default)]
pub struct ActorStats {
    started: AtomicU64,
    stopped: AtomicU64,
    restarted: AtomicU64,
    sent: AtomicU64,
    refused: AtomicU64,
    full: AtomicU64,
    handled: AtomicU64,
    dropped: AtomicU64,
    waiting: Gauge,
    in_mailbox: Histogram,
    handling: Histogram,
    failures: AtomicU64,
    last_failure: Mutex<Option<Failure>>,
}

/// Something that went wrong in an actor, as its log line has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at: Instant,
    /// What; of a few hundred characters at most.
    pub what: String,
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

    /// The highest since the start, or since the mark was taken.
    pub fn worst(&self) -> i64 {
        self.worst.load(Ordering::Relaxed)
    }

    /// The mark, which begins anew at the level of now.
    fn take_worst(&self) -> i64 {
        self.worst.swap(self.level(), Ordering::Relaxed)
    }
}

/// What the actors of one type have counted, all threads summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorReport {
    /// Type name.
    pub actor: &'static str,
    /// Running now.
    pub alive: i64,
    /// Ever started.
    pub started: u64,
    /// Ever stopped, also by a panic.
    pub stopped: u64,
    /// Recreated after a death.
    pub restarted: u64,
    /// Messages accepted into mailboxes.
    pub sent: u64,
    /// Messages that a full or closed mailbox never took, after all tries. Not among `sent`.
    pub refused: u64,
    /// Tries that met a full mailbox, also those that a later try made good.
    pub full: u64,
    /// Messages handled, also when the handler died over one.
    pub handled: u64,
    /// Messages thrown away unread with their dead actor. `sent` is always `handled` + `dropped` + `waiting`.
    pub dropped: u64,
    /// Messages in mailboxes now.
    pub waiting: i64,
    /// Most messages that waited at once on one thread, since the mark was last taken.
    pub worst_waiting: i64,
    /// Time between sending and handling, since the start.
    pub in_mailbox: Counts,
    /// Time from handling to the reply, backends included, since the start.
    pub handling: Counts,
    /// What went wrong: panics, and what an actor could not do for want of a backend.
    pub failures: u64,
    /// The last of it.
    pub last_failure: Option<Failure>,
}

impl ActorStats {
    /// An actor of the type has started; said in `started`.
    pub fn actor_started(&self) {
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// An actor of the type has stopped; said in `stopped`, which actix also calls when a handler panicked or the
    /// thread ended.
    pub fn actor_stopped(&self) {
        self.stopped.fetch_add(1, Ordering::Relaxed);
        if std::thread::panicking() {
            self.failed("panicked");
        }
    }

    /// A dead actor is being replaced.
    pub fn actor_restarted(&self) {
        self.restarted.fetch_add(1, Ordering::Relaxed);
    }

    /// An actor of the type could not do something. `what` is shown to administrators: nothing that people wrote.
    pub fn failed(&self, what: &str) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        let failure = Failure { at: Instant::now(), what: what.chars().take(LONGEST_FAILURE).collect() };
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }

    /// Something came in by another way than a mailbox of ours, and was handled as it came: a frame of a socket.
    pub fn came_in(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.handled.fetch_add(1, Ordering::Relaxed);
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

    /// A try met a full mailbox.
    pub(super) fn mailbox_full(&self) {
        self.full.fetch_add(1, Ordering::Relaxed);
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

    /// The most that waited at once since this was last asked; asked by whoever keeps the last minute.
    pub fn take_worst_waiting(&self) -> i64 {
        self.waiting.take_worst()
    }

    /// Sums up the cells of one type over all threads.
    pub fn report(actor: &'static str, cells: &[Arc<Self>]) -> ActorReport {
        let sum =
            |field: fn(&Self) -> &AtomicU64| cells.iter().map(|c| field(c).load(Ordering::Relaxed)).sum();
        let counts = |field: fn(&Self) -> &Histogram| {
            cells.iter().fold(Counts::default(), |mut all, cell| {
                all.add(&field(cell).counts());
                all
            })
        };
        // Stopped first: whoever stops in between has started as well.
        let stopped: u64 = sum(|c| &c.stopped);
        let started: u64 = sum(|c| &c.started);
        let failures = cells.iter().filter_map(|cell| cell.last_failure());
        ActorReport {
            actor,
            alive: started.cast_signed() - stopped.cast_signed(),
            started,
            stopped,
            restarted: sum(|c| &c.restarted),
            sent: sum(|c| &c.sent),
            refused: sum(|c| &c.refused),
            full: sum(|c| &c.full),
            handled: sum(|c| &c.handled),
            dropped: sum(|c| &c.dropped),
            // A receiver on another thread may count a message out before its sender has counted it in.
            waiting: cells.iter().map(|c| c.waiting.level()).sum::<i64>().max(0),
            worst_waiting: cells.iter().map(|c| c.waiting.worst()).max().unwrap_or(0),
            in_mailbox: counts(|c| &c.in_mailbox),
            handling: counts(|c| &c.handling),
            failures: sum(|c| &c.failures),
            last_failure: failures.max_by_key(|failure| failure.at),
        }
    }

    fn last_failure(&self) -> Option<Failure> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
