//! Counts an actor as alive for as long as its value lives, panics included.

use std::sync::Arc;

use crate::kit::ActorStats;

pub(super) struct Alive(Arc<ActorStats>);

impl Alive {
    pub(super) fn new(stats: &Arc<ActorStats>) -> Self {
        stats.actor_started();
        Self(Arc::clone(stats))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.actor_stopped();
    }
}
