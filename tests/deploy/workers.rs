//! Workers of nginx that a reload has replaced, and how long they stay.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::stage::Stage;

/// None may live as long: nginx ends them after 50 s.
const TOO_LONG: Duration = Duration::from_mins(1);

/// Watched from the first moment on, since it is the age of a worker that counts.
pub(crate) struct OldWorkers {
    watch: JoinHandle<Duration>,
    is_over: Arc<AtomicBool>,
}

impl OldWorkers {
    pub(crate) fn watch(stage: &Stage) -> Self {
        let (pid, is_over) = (stage.path("nginx/pid"), Arc::<AtomicBool>::default());
        Self { watch: tokio::spawn(oldest(pid, Arc::clone(&is_over))), is_over }
    }

    /// Waits for the last one; how old the oldest became.
    pub(crate) async fn are_gone(self) -> Duration {
        self.is_over.store(true, Ordering::Relaxed);
        self.watch.await.unwrap()
    }
}

async fn oldest(master: PathBuf, is_over: Arc<AtomicBool>) -> Duration {
    let mut known: HashMap<i32, Instant> = HashMap::new();
    let mut oldest = Duration::ZERO;
    loop {
        let is_last = is_over.load(Ordering::Relaxed);
        let now = shutting_down(&master);
        known.retain(|pid, _| now.contains(pid));
        for pid in now {
            oldest = oldest.max(known.entry(pid).or_insert_with(Instant::now).elapsed());
        }
        if is_last && known.is_empty() || oldest > TOO_LONG {
            return oldest;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

fn shutting_down(master: &Path) -> Vec<i32> {
    let master = fs::read_to_string(master).unwrap_or_default();
    let children = format!("/proc/{0}/task/{0}/children", master.trim());
    let children = fs::read_to_string(children).unwrap_or_default();
    let is_old = |pid: &i32| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.contains("shutting down")
    };
    children.split_whitespace().filter_map(|pid| pid.parse().ok()).filter(is_old).collect()
}
