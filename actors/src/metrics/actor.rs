//! The actor: a reader of the registry.

use std::sync::Arc;

use actix::{Actor, Context, Handler, MessageResult};

use super::{GetActorMetrics, Registry};
use crate::kit::ActorStats;
use crate::metered;

/// Questions that wait; above that the admin endpoint answers 503.
const MAILBOX: usize = 16;

/// Answers what the actors of this node do. One per node.
pub struct Metrics {
    registry: Registry,
    stats: Arc<ActorStats>,
}

impl Metrics {
    /// A reader of this registry, counted in `stats` like every other actor.
    pub fn new(registry: Registry, stats: Arc<ActorStats>) -> Self {
        Self { registry, stats }
    }
}

impl Actor for Metrics {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<GetActorMetrics> for Metrics {
    type Result = MessageResult<GetActorMetrics>;

    fn handle(&mut self, _: GetActorMetrics, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.registry.reports())
    }
}

metered!(Metrics: GetActorMetrics);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::kit::Mailbox;

    #[actix::test]
    async fn the_metrics_actor_reports_itself_too() {
        let registry = Registry::default();
        let stats = registry.cell("Metrics");
        let mailbox = Mailbox::of(Metrics::new(registry, Arc::clone(&stats)).start(), stats);

        let reports = mailbox.ask(GetActorMetrics, Duration::ZERO).await.unwrap();

        let counts: Vec<_> = reports.iter().map(|r| (r.actor, r.alive, r.handled, r.waiting)).collect();
        assert_eq!(counts, [("Metrics", 1, 1, 0)], "this very question is counted");
    }
}
