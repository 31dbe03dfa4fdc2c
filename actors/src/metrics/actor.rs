//! The actor: a reader of the registry with a second hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix::{Actor, AsyncContext, Context, Handler, MessageResult};
use chrono::TimeDelta;

use super::busiest::Busiest;
use super::messages::{Activity, ActorActivity, GetActivity, RoomActivity};
use super::minute::Seconds;
use super::{Busy, Nodes, Registry};
use crate::domain::chat::LogKey;
use crate::domain::ids::UserId;
use crate::kit::{ActorReport, ActorStats};
use crate::metered;
use crate::ports::Clock;
use crate::rooms::RoomDirectory;
use crate::sessions::SessionDirectory;

/// Questions that wait; above that the admin endpoint answers 503.
const MAILBOX: usize = 16;

/// How often the other nodes are told how this one is.
const SAY_EVERY: Duration = Duration::from_secs(2);

/// People and rooms that are shown.
const MOST_SHOWN: usize = 20;

/// Answers what the actors of this node do. One per node.
pub struct Metrics {
    sources: Sources,
    seconds: BTreeMap<&'static str, Seconds>,
    busiest_rooms: Busiest<LogKey>,
    busiest_people: Busiest<UserId>,
    stats: Arc<ActorStats>,
}

/// Where it looks.
#[derive(Clone)]
pub struct Sources {
    /// The cells of all actors.
    pub registry: Registry,
    /// Who is active.
    pub sessions: Arc<SessionDirectory>,
    /// Rooms that live.
    pub rooms: Arc<RoomDirectory>,
    /// The cluster.
    pub nodes: Arc<Nodes>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Metrics {
    /// A reader of these sources, counted in `stats` like every other actor.
    pub fn new(sources: Sources, stats: Arc<ActorStats>) -> Self {
        let (busiest_rooms, busiest_people) = (Busiest::default(), Busiest::default());
        Self { sources, seconds: BTreeMap::new(), busiest_rooms, busiest_people, stats }
    }

    fn tick(&mut self) {
        for (report, worst_waiting) in self.sources.registry.take_reports() {
            self.seconds.entry(report.actor).or_default().tick(&report, worst_waiting);
        }
    }

    fn actor(&self, report: ActorReport) -> ActorActivity {
        let none = Seconds::default();
        let minute = self.seconds.get(report.actor).unwrap_or(&none).minute(&report);
        let failed_at = report.last_failure.as_ref().map(|failure| {
            let ago = TimeDelta::from_std(failure.at.elapsed()).unwrap_or_default();
            self.sources.clock.now() - ago
        });
        ActorActivity { report, minute, failed_at }
    }

    fn people(&mut self) -> Vec<Busy<UserId>> {
        let all = self.sources.sessions.traffic();
        self.busiest_people.look(all.into_iter(), MOST_SHOWN, Instant::now())
    }
}

impl Actor for Metrics {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        self.tick();
        ctx.run_interval(Duration::from_secs(1), |metrics, _| metrics.tick());
        ctx.run_interval(SAY_EVERY, |metrics, _| metrics.sources.nodes.say());
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<GetActivity> for Metrics {
    type Result = MessageResult<GetActivity>;

    fn handle(&mut self, _: GetActivity, _: &mut Self::Context) -> Self::Result {
        let reports = self.sources.registry.reports();
        let actors = reports.into_iter().map(|report| self.actor(report)).collect();
        let people = self.people();
        let rooms = self.sources.rooms.all();
        let traffic = rooms.iter().map(|(key, room)| (*key, room.traffic()));
        let busy = self.busiest_rooms.look(traffic, MOST_SHOWN, Instant::now());
        let counted = busy.into_iter().map(|busy| {
            let members = self.sources.rooms.people_here(busy.key);
            RoomActivity { busy, members }
        });
        MessageResult(Activity { actors, rooms: counted.collect(), people })
    }
}

metered!(Metrics: GetActivity);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::Mailbox;
    use crate::metrics::OwnNode;
    use crate::metrics::nodes::tests::Ether;
    use crate::testing::TestClock;

    #[actix::test]
    async fn the_metrics_actor_reports_itself_too() {
        let registry = Registry::default();
        let stats = registry.cell("Metrics");
        stats.failed("as asked");
        let nodes = Nodes::join(OwnNode::of("blue"), registry.clone(), Arc::new(Ether::default()));
        let sources = Sources {
            registry,
            sessions: Arc::default(),
            rooms: Arc::default(),
            nodes,
            clock: Arc::new(TestClock::at("2026-11-22T08:46:09Z")),
        };
        let mailbox = Mailbox::of(Metrics::new(sources, Arc::clone(&stats)).start(), stats);

        let activity = mailbox.ask(GetActivity, Duration::from_secs(1)).await.unwrap();

        let [metrics] = &activity.actors[..] else { panic!("{activity:?}") };
        let report = &metrics.report;
        let counts = (report.actor, report.alive, report.handled, report.waiting);
        assert_eq!(counts, ("Metrics", 1, 1, 0), "this very question is counted");
        assert_eq!(metrics.minute.in_mailbox.samples, 1, "the first message is timed");
        assert_eq!(report.last_failure.as_ref().unwrap().what, "as asked");
        assert_eq!(metrics.failed_at.unwrap().format("%H:%M").to_string(), "08:46");
    }
}
