//! How many people each room has on all nodes together: what this node says of its own, and what others say of theirs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::domain::chat::LogKey;

/// A number that has changed is said when it is this old at most, and not more often.
pub(super) const SAY_EVERY: Duration = Duration::from_millis(500);

/// A number that has not changed is said again after this, for nodes that are new or have missed it.
const SAY_AGAIN_AFTER: Duration = Duration::from_secs(3);

/// Who said nothing for so long has died without a word, and counts no more.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(10);

/// What this node has said.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnCounts(HashMap<LogKey, (usize, Instant)>);

impl OwnCounts {
    /// What is to be said now, with every [`SAY_EVERY`]; `rooms` are those of this node. Of a room without members, or that
    /// has closed, the others hear once.
    pub(super) fn collect_due(
        &mut self,
        rooms: impl IntoIterator<Item = (LogKey, usize)>,
        now: Instant,
    ) -> Vec<(LogKey, usize)> {
        let mut members: HashMap<LogKey, usize> = self.0.keys().map(|room| (*room, 0)).collect();
        members.extend(rooms);
        let mut due = Vec::new();
        for (room, members) in members {
            let is_news = match self.0.get(&room) {
                Some((said, at)) => *said != members || now.duration_since(*at) >= SAY_AGAIN_AFTER,
                None => members > 0,
            };
            if is_news {
                due.push((room, members));
                self.0.insert(room, (members, now));
            }
            if members == 0 {
                self.0.remove(&room);
            }
        }
        due
    }
}

/// What other nodes have said.
#[derive(Debug, Clone, Default)]
pub(super) struct Elsewhere(HashMap<LogKey, HashMap<Arc<str>, (usize, Instant)>>);

impl Elsewhere {
    /// A node says how many members a room has there. Gives how many it has on all of them.
    pub(super) fn hear(&mut self, room: LogKey, node: Arc<str>, members: usize, now: Instant) -> usize {
        let nodes = self.0.entry(room).or_default();
        if members > 0 {
            nodes.insert(node, (members, now));
        } else {
            nodes.remove(&node);
        }
        self.settle(room)
    }

    /// Forgets nodes that have died. Gives the rooms in which they had members, with how many are left.
    pub(super) fn forget_dead(&mut self, now: Instant) -> Vec<(LogKey, usize)> {
        let mut changed = Vec::new();
        for (room, nodes) in &mut self.0 {
            let before = nodes.len();
            nodes.retain(|_, (_, at)| now.duration_since(*at) < FORGOTTEN_AFTER);
            if nodes.len() != before {
                changed.push(*room);
            }
        }
        changed.into_iter().map(|room| (room, self.settle(room))).collect()
    }

    fn settle(&mut self, room: LogKey) -> usize {
        let sum = self.0.get(&room).map_or(0, |nodes| nodes.values().map(|(members, _)| members).sum());
        if sum == 0 {
            self.0.remove(&room);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: LogKey = LogKey::Plaza;

    #[test]
    fn a_change_is_said_once_and_a_number_every_few_seconds() {
        let (mut own, start) = (OwnCounts::default(), Instant::now());
        let mut say =
            |members, millis| own.collect_due([(ROOM, members)], start + Duration::from_millis(millis));
        assert_eq!(say(0, 0), [], "nobody was ever there");
        assert_eq!(say(2, 500), [(ROOM, 2)]);
        assert_eq!(say(2, 1000), []);
        assert_eq!(say(3, 1500), [(ROOM, 3)]);
        assert_eq!(say(3, 4000), []);
        assert_eq!(say(3, 4500), [(ROOM, 3)]);
        assert_eq!(say(0, 5000), [(ROOM, 0)]);
        assert_eq!(say(0, 9000), []);
    }

    #[test]
    fn of_a_room_that_is_no_more_the_others_hear() {
        let (mut own, now) = (OwnCounts::default(), Instant::now());
        assert_eq!(own.collect_due([(ROOM, 1)], now), [(ROOM, 1)]);
        assert_eq!(own.collect_due([], now), [(ROOM, 0)]);
        assert_eq!(own.collect_due([], now), []);
    }

    #[test]
    fn nodes_add_up_and_the_dead_are_forgotten() {
        let (mut elsewhere, start) = (Elsewhere::default(), Instant::now());
        let at = |secs| start + Duration::from_secs(secs);
        assert_eq!(elsewhere.hear(ROOM, "a".into(), 2, at(0)), 2);
        assert_eq!(elsewhere.hear(ROOM, "b".into(), 3, at(1)), 5);
        assert_eq!(elsewhere.hear(ROOM, "a".into(), 1, at(2)), 4);
        assert_eq!(elsewhere.forget_dead(at(10)), []);
        assert_eq!(elsewhere.forget_dead(at(11)), [(ROOM, 1)]);
        assert_eq!(elsewhere.hear(ROOM, "a".into(), 0, at(11)), 0);
        assert!(elsewhere.0.is_empty());
    }
}
