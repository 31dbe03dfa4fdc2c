//! How much is said in the chat of this node, and to how many.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts since the start of the node. Rooms and workers write them, the metrics read them.
#[derive(Debug, Default)]
pub struct ChatCounts {
    logged: AtomicU64,
    cut: AtomicU64,
    delivered: Mutex<Vec<Arc<AtomicU64>>>,
}

impl ChatCounts {
    /// Messages were written to the log by rooms of this node.
    pub(super) fn messages_logged(&self, many: usize) {
        self.logged.fetch_add(many as u64, Ordering::Relaxed);
    }

    /// A socket that did not keep up was cut.
    pub fn socket_cut(&self) {
        self.cut.fetch_add(1, Ordering::Relaxed);
    }

    /// A counter for what one worker writes into the send buffers of its sockets; of its own, as it counts the most.
    pub fn deliveries_of_a_worker(&self) -> Arc<AtomicU64> {
        let counter = Arc::default();
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&counter));
        counter
    }

    /// Messages written to the log.
    pub fn logged(&self) -> u64 {
        self.logged.load(Ordering::Relaxed)
    }

    /// Sockets cut.
    pub fn cut(&self) -> u64 {
        self.cut.load(Ordering::Relaxed)
    }

    /// Messages, presence and the like written into send buffers, one for each socket that got it.
    pub fn delivered(&self) -> u64 {
        let workers = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        workers.iter().map(|worker| worker.load(Ordering::Relaxed)).sum()
    }
}
