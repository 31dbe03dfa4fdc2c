//! The way from node to node when all nodes are in one process: alone in production, several in a test.

mod log_alone;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use nine_cloud_actors::ports::{FanOut, News};

pub use log_alone::LogAlone;

type Hear = Box<dyn Fn(News) + Send + Sync>;

/// One node's end; [`join`](Self::join) makes that of another.
pub struct InProcessFanOut {
    node: usize,
    nodes: Arc<AtomicUsize>,
    ears: Arc<RwLock<Vec<(usize, Hear)>>>,
}

impl InProcessFanOut {
    /// Alone.
    pub fn new() -> Self {
        Self { node: 0, nodes: Arc::new(AtomicUsize::new(1)), ears: Arc::default() }
    }

    /// The end of one more node.
    #[must_use]
    pub fn join(&self) -> Self {
        let node = self.nodes.fetch_add(1, Ordering::Relaxed);
        Self { node, nodes: Arc::clone(&self.nodes), ears: Arc::clone(&self.ears) }
    }
}

impl Default for InProcessFanOut {
    fn default() -> Self {
        Self::new()
    }
}

impl FanOut for InProcessFanOut {
    fn publish(&self, news: News) {
        let ears = self.ears.read().unwrap_or_else(PoisonError::into_inner);
        for (_, hear) in ears.iter().filter(|(node, _)| *node != self.node) {
            hear(news.clone());
        }
    }

    fn subscribe(&self, hear: Hear) {
        self.ears.write().unwrap_or_else(PoisonError::into_inner).push((self.node, hear));
    }

    fn is_up(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use nine_cloud_actors::domain::chat::LogKey;

    use super::*;

    #[test]
    fn a_node_hears_the_others_and_not_itself() {
        let here = InProcessFanOut::new();
        let there = here.join();
        let heard = Arc::new(Mutex::new(Vec::new()));
        for (name, node) in [("here", &here), ("there", &there)] {
            let heard = Arc::clone(&heard);
            node.subscribe(Box::new(move |_| heard.lock().unwrap().push(name)));
        }
        let news = || News::Logged { room: LogKey::Plaza, entries: Arc::new([]) };
        here.publish(news());
        there.publish(news());
        assert_eq!(*heard.lock().unwrap(), ["there", "here"]);
    }
}
