//! Which namespaces a client is in, and which answers it owes.

use std::collections::VecDeque;

/// The namespaces of one client. A short list: nearly always of one.
#[derive(Debug, Default)]
pub(super) struct Namespaces(Vec<Namespace>);

#[derive(Debug)]
struct Namespace {
    name: Box<str>,
    /// Accepted by the application; before that its CONNECT waits.
    joined: bool,
    next_ack: u64,
    owed: VecDeque<u64>,
}

/// Answers a client may owe in one namespace; beyond it the oldest are no longer expected, so that a client that never
/// answers costs nothing.
const MOST_OWED: usize = 256;

impl Namespaces {
    /// Notes a CONNECT. False when there was one already.
    pub(super) fn ask(&mut self, name: &str) -> bool {
        let new = !self.0.iter().any(|namespace| &*namespace.name == name);
        if new {
            // Most clients never join a second one.
            self.0.reserve_exact(1);
            let name = name.into();
            self.0.push(Namespace { name, joined: false, next_ack: 0, owed: VecDeque::new() });
        }
        new
    }

    /// Lets a client in that asked. False when it no longer waits.
    pub(super) fn join(&mut self, name: &str) -> bool {
        let waiting = self.0.iter_mut().find(|namespace| &*namespace.name == name && !namespace.joined);
        waiting.map(|namespace| namespace.joined = true).is_some()
    }

    /// Forgets a client that asked. False when it does not wait.
    pub(super) fn turn_away(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|namespace| namespace.joined || &*namespace.name != name);
        self.0.len() < before
    }

    /// False when the client was not in it.
    pub(super) fn leave(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|namespace| !namespace.joined || &*namespace.name != name);
        self.0.len() < before
    }

    pub(super) fn has_joined(&self, name: &str) -> bool {
        self.0.iter().any(|namespace| namespace.joined && &*namespace.name == name)
    }

    pub(super) fn any_joined(&self) -> bool {
        self.0.iter().any(|namespace| namespace.joined)
    }

    /// The id for an event that wants an answer. They count from 0 per namespace.
    pub(super) fn expect_ack(&mut self, name: &str) -> Option<u64> {
        let namespace = self.joined(name)?;
        let id = namespace.next_ack;
        namespace.next_ack += 1;
        if namespace.owed.len() == MOST_OWED {
            namespace.owed.pop_front();
        }
        namespace.owed.push_back(id);
        Some(id)
    }

    /// Whether this answer was expected; it is expected once.
    pub(super) fn settle_ack(&mut self, name: &str, id: u64) -> bool {
        let Some(namespace) = self.joined(name) else { return false };
        let position = namespace.owed.iter().position(|owed| *owed == id);
        position.and_then(|position| namespace.owed.remove(position)).is_some()
    }

    fn joined(&mut self, name: &str) -> Option<&mut Namespace> {
        self.0.iter_mut().find(|namespace| namespace.joined && &*namespace.name == name)
    }

    /// Empties the list; gives the names that were joined.
    pub(super) fn leave_all(&mut self) -> impl Iterator<Item = Box<str>> + use<> {
        std::mem::take(&mut self.0)
            .into_iter()
            .filter_map(|namespace| namespace.joined.then_some(namespace.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(name: &str) -> Namespaces {
        let mut namespaces = Namespaces::default();
        assert!(namespaces.ask(name) && namespaces.join(name));
        namespaces
    }

    #[test]
    fn a_namespace_is_asked_for_once() {
        let mut namespaces = joined("/");
        assert!(!namespaces.ask("/"));
        assert!(namespaces.leave("/"));
        assert!(namespaces.ask("/"));
    }

    #[test]
    fn asking_is_not_being_in() {
        let mut namespaces = Namespaces::default();
        namespaces.ask("/");
        assert!(!namespaces.has_joined("/") && !namespaces.any_joined() && !namespaces.leave("/"));
        assert!(namespaces.turn_away("/"));
        assert!(!namespaces.join("/"));
    }

    #[test]
    fn an_answer_counts_once_and_only_if_asked_for() {
        let mut namespaces = joined("/");
        assert_eq!(namespaces.expect_ack("/"), Some(0));
        assert_eq!(namespaces.expect_ack("/"), Some(1));
        assert_eq!(namespaces.expect_ack("/x"), None);
        assert!(!namespaces.settle_ack("/", 2));
        assert!(namespaces.settle_ack("/", 0));
        assert!(!namespaces.settle_ack("/", 0));
    }

    #[test]
    fn answers_that_never_come_are_forgotten() {
        let mut namespaces = joined("/");
        for _ in 0..=MOST_OWED {
            namespaces.expect_ack("/");
        }
        assert!(!namespaces.settle_ack("/", 0));
        assert!(namespaces.settle_ack("/", 1));
    }
}
