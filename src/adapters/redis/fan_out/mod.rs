//! News between nodes, over one stream: the log orders, the stream tells.
//!
//! Every node writes to the stream and reads all of it, its own entries too, which show that the way works ([`pulse`]).
//! Nobody waits: `publish` puts into a bounded queue, one task writes what is in it, another one reads.

mod pulse;
mod reader;
mod wire;
mod writer;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use nine_cloud_actors::ports::{FanOut, News};
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::task::JoinSet;

use super::{PREFIX, Redis};
use pulse::Pulse;

/// News that wait to be written.
const QUEUE: usize = 8192;

/// Entries that the stream keeps; a node that is further behind reads the log in their place.
const MOST_ENTRIES: usize = 8192;

/// How long the stream keeps them, in milliseconds. Longer than a node reads behind, short because people's words are in it.
const KEPT_MILLIS: u64 = 120_000;

/// What `subscribe` was given.
type Hear = Box<dyn Fn(News) + Send + Sync>;

/// The [`FanOut`] of one node.
pub struct RedisFanOut {
    way: Arc<Way>,
    queue: mpsc::Sender<News>,
    /// The writer and the reader end with this.
    _tasks: JoinSet<()>,
    _redis: Redis,
}

/// What the port, the writer and the reader have in common.
struct Way {
    /// Whose entries are our own. Random, as a node that is started again has nothing to do with its predecessor.
    node: String,
    stream: String,
    pulse: Mutex<Pulse>,
    ears: RwLock<Vec<Hear>>,
    /// How far the stream was read, in milliseconds of the server's clock; 0 before.
    read_until: AtomicU64,
}

impl RedisFanOut {
    /// Begins to read and write; `random` tells this node from all others.
    pub fn start(redis: &Redis, random: [u8; 16]) -> Self {
        let node = format!("{:016x}", u128::from_be_bytes(random) >> 64);
        let way = Arc::new(Way {
            node,
            stream: format!("{PREFIX}news"),
            pulse: Mutex::new(Pulse::new()),
            ears: RwLock::default(),
            read_until: AtomicU64::new(0),
        });
        let (queue, waiting) = mpsc::channel(QUEUE);
        let mut tasks = JoinSet::new();
        if let Some(runtime) = &redis.0.runtime {
            let (link, client) = (Arc::clone(&redis.0.link), redis.0.client.clone());
            tasks.spawn_on(writer::write(Arc::clone(&way), link, waiting), runtime.handle());
            tasks.spawn_on(reader::read(Arc::clone(&way), client), runtime.handle());
        }
        Self { way, queue, _tasks: tasks, _redis: redis.clone() }
    }
}

impl FanOut for RedisFanOut {
    fn publish(&self, news: News) {
        // While the way is broken, the others look at the log by themselves, and what is said of the moment is of no use
        // later. The rest waits for its return.
        if is_soon_stale(&news) && !self.is_up() {
            return self.way.pulse().drop_one();
        }
        match self.queue.try_send(news) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Closed(_)) => {
                let mut pulse = self.way.pulse();
                pulse.drop_one();
                pulse.fail();
            }
        }
    }

    fn subscribe(&self, hear: Hear) {
        self.way.ears.write().unwrap_or_else(PoisonError::into_inner).push(hear);
    }

    fn is_up(&self) -> bool {
        self.way.pulse().is_up(Instant::now())
    }
}

impl Way {
    fn pulse(&self) -> MutexGuard<'_, Pulse> {
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, news: &News) {
        for hear in &*self.ears.read().unwrap_or_else(PoisonError::into_inner) {
            hear(news.clone());
        }
    }
}

fn is_soon_stale(news: &News) -> bool {
    matches!(
        news,
        News::Logged { .. }
            | News::Present { .. }
            | News::NodeIs(_)
            | News::Recovered(_)
            | News::Kicked(_)
            | News::CloudLost(_)
    )
}
