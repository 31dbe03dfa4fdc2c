//! The last lines of a room's log, in memory: what newcomers see, and what those who come back have missed.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::domain::chat::Oid;
use crate::ports::{Entry, Fact};

/// Lines kept: more than anyone who comes back is replayed.
pub(super) const KEPT: usize = 512;

/// See the module. Without gaps: each line's `seq` is one more than that before it.
#[derive(Debug, Default)]
pub(super) struct Window {
    entries: VecDeque<Arc<Entry>>,
    tail: u64,
}

impl Window {
    /// The end of the log as it was read; `entries` oldest first.
    pub(super) fn new(tail: u64, entries: Vec<Entry>) -> Self {
        let mut window = Self { entries: VecDeque::new(), tail };
        // A log that was cut short may begin anywhere; what has no successor up to the tail is of no use.
        let first = tail.saturating_sub(entries.len() as u64);
        for (entry, expected) in entries.into_iter().zip(first + 1..) {
            if entry.seq == expected {
                window.entries.push_back(Arc::new(entry));
            }
        }
        window
    }

    /// The last `seq`.
    pub(super) fn tail(&self) -> u64 {
        self.tail
    }

    /// Adds the next line; `false` when it is not the next.
    pub(super) fn push(&mut self, entry: Arc<Entry>) -> bool {
        if entry.seq != self.tail + 1 {
            return false;
        }
        if let Fact::Deleted { of } = entry.fact {
            self.wipe(of);
        }
        self.tail = entry.seq;
        self.entries.push_back(entry);
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
        true
    }

    /// What came after `seq`, oldest first; `None` when that reaches back further than the window.
    pub(super) fn after(&self, seq: u64) -> Option<Vec<Arc<Entry>>> {
        let missed = usize::try_from(self.tail.saturating_sub(seq)).ok()?;
        let skipped = self.entries.len().checked_sub(missed)?;
        Some(self.entries.range(skipped..).cloned().collect())
    }

    /// The last messages that were not taken back, oldest first.
    pub(super) fn messages(&self, most: usize) -> Vec<Arc<Entry>> {
        let is_message = |entry: &&Arc<Entry>| matches!(entry.fact, Fact::Said { text: Some(_), .. });
        let mut last: Vec<_> = self.entries.iter().rev().filter(is_message).take(most).cloned().collect();
        last.reverse();
        last
    }

    fn wipe(&mut self, message: Oid) {
        let is_it = |entry: &&mut Arc<Entry>| matches!(entry.fact, Fact::Said { id, .. } if id == message);
        if let Some(entry) = self.entries.iter_mut().find(is_it)
            && let Fact::Said { text, .. } = &mut Arc::make_mut(entry).fact
        {
            *text = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chat::Alias;

    fn said(seq: u64) -> Entry {
        let id = Oid::new(&[u8::try_from(seq % 250).unwrap(); 16]);
        let at = chrono::DateTime::UNIX_EPOCH;
        let fact = Fact::Said { id, author: id, name: Alias::new("구름"), text: Some("안녕".into()) };
        Entry { seq, at, fact }
    }

    fn seqs(entries: &[Arc<Entry>]) -> Vec<u64> {
        entries.iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn only_the_next_line_is_taken() {
        let mut window = Window::new(2, vec![said(1), said(2)]);
        assert!(!window.push(said(4).into()));
        assert!(!window.push(said(2).into()));
        assert!(window.push(said(3).into()));
        assert_eq!(window.tail(), 3);
        assert_eq!(window.after(1).map(|missed| seqs(&missed)), Some(vec![2, 3]));
        assert_eq!(window.after(3), Some(vec![]));
        assert_eq!(window.after(9), Some(vec![]), "from the future: nothing was missed");
    }

    #[test]
    fn what_lies_before_the_window_is_not_known() {
        let mut window = Window::new(0, vec![]);
        for seq in 1..=KEPT as u64 + 10 {
            assert!(window.push(said(seq).into()));
        }
        assert_eq!(window.after(9), None);
        assert_eq!(window.after(10).map(|missed| missed.len()), Some(KEPT));
        assert_eq!(seqs(&window.messages(2)), [KEPT as u64 + 9, KEPT as u64 + 10]);
    }

    #[test]
    fn what_was_taken_back_is_wiped_here_too() {
        let mut window = Window::new(1, vec![said(1)]);
        let of = Oid::new(&[1; 16]);
        let deleted = Entry { seq: 2, at: chrono::DateTime::UNIX_EPOCH, fact: Fact::Deleted { of } };
        assert!(window.push(deleted.into()));
        assert_eq!(window.messages(10), []);
        assert_eq!(window.after(0).unwrap().len(), 2);
    }
}
