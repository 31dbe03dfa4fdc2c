//! Who is served next: one after another per person, people in turn.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::domain::ids::UserId;

/// Requests of all people that may wait.
const WAITING: usize = 256;

/// A person is either among the turns, or busy, or has nothing waiting.
#[derive(Debug)]
pub(super) struct FairQueue<T> {
    waiting: HashMap<UserId, VecDeque<T>>,
    turns: VecDeque<UserId>,
    busy: HashSet<UserId>,
    len: usize,
}

impl<T> FairQueue<T> {
    pub(super) fn new() -> Self {
        Self { waiting: HashMap::new(), turns: VecDeque::new(), busy: HashSet::new(), len: 0 }
    }

    /// Puts an item at the end of the person's line, or drops it when too many wait.
    pub(super) fn push(&mut self, person: UserId, item: T) {
        if self.len == WAITING {
            return;
        }
        self.len += 1;
        let line = self.waiting.entry(person).or_default();
        line.push_back(item);
        if line.len() == 1 && !self.busy.contains(&person) {
            self.turns.push_back(person);
        }
    }

    /// Takes the next item; its person gets no other until [`finished`](Self::finished).
    pub(super) fn next(&mut self) -> Option<(UserId, T)> {
        let person = self.turns.pop_front()?;
        let line = self.waiting.get_mut(&person)?;
        let item = line.pop_front()?;
        if line.is_empty() {
            self.waiting.remove(&person);
        }
        self.len -= 1;
        self.busy.insert(person);
        Some((person, item))
    }

    /// The person may have another turn, behind everyone who waits.
    pub(super) fn finished(&mut self, person: UserId) {
        if self.busy.remove(&person) && self.waiting.contains_key(&person) {
            self.turns.push_back(person);
        }
    }

    /// People with an item in hand.
    pub(super) fn in_hand(&self) -> usize {
        self.busy.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINA: UserId = UserId(1);
    const JUN: UserId = UserId(2);

    #[test]
    fn people_take_turns_and_nobody_has_two_in_hand() {
        let mut queue = FairQueue::new();
        for item in ["m1", "m2", "m3"] {
            queue.push(MINA, item);
        }
        queue.push(JUN, "j1");
        assert_eq!([queue.next(), queue.next(), queue.next()], [Some((MINA, "m1")), Some((JUN, "j1")), None]);
        assert_eq!(queue.in_hand(), 2);
        queue.finished(MINA);
        queue.finished(JUN);
        queue.push(JUN, "j2");
        assert_eq!([queue.next(), queue.next(), queue.next()], [Some((MINA, "m2")), Some((JUN, "j2")), None]);
        queue.push(JUN, "j3");
        assert_eq!(queue.next(), None);
    }

    #[test]
    fn what_does_not_fit_is_dropped_and_there_is_room_again() {
        let mut queue = FairQueue::new();
        for item in 0..=WAITING {
            queue.push(MINA, item);
        }
        for item in 0..WAITING {
            assert_eq!(queue.next(), Some((MINA, item)));
            queue.finished(MINA);
        }
        assert_eq!(queue.next(), None);
        queue.push(MINA, 7);
        assert_eq!(queue.next(), Some((MINA, 7)));
    }
}
