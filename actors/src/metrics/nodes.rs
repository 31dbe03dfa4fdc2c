//! The nodes of the cluster, as they tell each other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use papaya::HashMap;

use super::Registry;
use crate::ports::{FanOut, News, NodeState};

/// A node that is not heard for longer is shown no more: somebody has seen by then that it is gone.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(10);

/// Says how this node is, and knows how the others are: those that can be heard.
pub struct Nodes {
    own: OwnNode,
    registry: Registry,
    fan_out: Arc<dyn FanOut>,
    others: HashMap<Arc<str>, (NodeState, Instant)>,
}

/// This node; only the last changes.
#[derive(Clone)]
pub struct OwnNode {
    /// Its name.
    pub name: Arc<str>,
    /// The release that it runs.
    pub release: Arc<str>,
    /// Whether it is about to go.
    pub is_draining: Arc<AtomicBool>,
}

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownNode {
    /// As it said itself.
    pub state: NodeState,
    /// How long ago; zero for this one.
    pub heard_ago: Duration,
    /// It is this one.
    pub is_this: bool,
}

impl Nodes {
    /// Listens to the others from now on. Speaks when it is told to.
    pub fn join(own: OwnNode, registry: Registry, fan_out: Arc<dyn FanOut>) -> Arc<Self> {
        let nodes = Arc::new(Self { own, registry, fan_out, others: HashMap::new() });
        let told: Weak<Self> = Arc::downgrade(&nodes);
        nodes.fan_out.subscribe(Box::new(move |news| {
            if let (News::NodeIs(state), Some(nodes)) = (news, told.upgrade()) {
                nodes.others.pin().insert(Arc::clone(&state.name), (state, Instant::now()));
            }
        }));
        nodes
    }

    /// Tells the others how this node is, and forgets those that are gone. Called by [`Metrics`](super::Metrics), and when the
    /// node begins to stop.
    pub fn say(&self) {
        self.fan_out.publish(News::NodeIs(self.state()));
        self.others.pin().retain(|_, (_, at)| at.elapsed() < FORGOTTEN_AFTER);
    }

    /// All of them: this one, then the others by name.
    pub fn list(&self) -> Vec<KnownNode> {
        let others = self.others.pin();
        let mut others: Vec<_> = others
            .values()
            .map(|(state, at)| KnownNode { state: state.clone(), heard_ago: at.elapsed(), is_this: false })
            .collect();
        others.sort_by(|a, b| a.state.name.cmp(&b.state.name));
        let this = KnownNode { state: self.state(), heard_ago: Duration::ZERO, is_this: true };
        [this].into_iter().chain(others).collect()
    }

    fn state(&self) -> NodeState {
        let OwnNode { name, release, is_draining } = &self.own;
        let reports = self.registry.reports();
        let sockets = reports.iter().find(|report| report.actor == "SocketSession");
        NodeState {
            name: Arc::clone(name),
            release: Arc::clone(release),
            sockets: sockets.map_or(0, |report| u32::try_from(report.alive).unwrap_or(0)),
            is_draining: is_draining.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    type Ear = Box<dyn Fn(News) + Send + Sync>;

    /// Everybody hears everybody, themselves too.
    #[derive(Default)]
    pub(in crate::metrics) struct Ether(Mutex<Vec<Ear>>);

    impl FanOut for Ether {
        fn publish(&self, news: News) {
            for hear in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
                hear(news.clone());
            }
        }

        fn subscribe(&self, hear: Ear) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(hear);
        }

        fn is_up(&self) -> bool {
            true
        }
    }

    impl OwnNode {
        pub(in crate::metrics) fn of(name: &str) -> Self {
            Self { name: name.into(), release: "1.4.0".into(), is_draining: Arc::default() }
        }
    }

    #[test]
    fn a_node_shows_itself_and_those_that_it_has_heard() {
        let (ether, registry) = (Arc::new(Ether::default()), Registry::default());
        let join = |name, registry| Nodes::join(OwnNode::of(name), registry, Arc::clone(&ether) as _);
        let (blue, green) = (join("blue", Registry::default()), join("green", registry.clone()));
        let seen = |nodes: &Nodes| -> Vec<(String, u32, bool, bool)> {
            let seen = |node: KnownNode| {
                let NodeState { name, sockets, is_draining, .. } = node.state;
                (name.to_string(), sockets, is_draining, node.is_this)
            };
            nodes.list().into_iter().map(seen).collect()
        };
        assert_eq!(seen(&blue), [("blue".to_owned(), 0, false, true)]);
        green.say();
        registry.cell("SocketSession").actor_started();
        green.own.is_draining.store(true, Ordering::Relaxed);
        assert_eq!(seen(&blue)[1], ("green".to_owned(), 0, false, false), "as it was when it spoke");
        green.say();
        assert_eq!(seen(&blue)[1], ("green".to_owned(), 1, true, false));
        assert_eq!(seen(&green)[0], ("green".to_owned(), 1, true, true));
    }
}
