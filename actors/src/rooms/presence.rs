//! What a room tells of people coming and going: at most twice a second, and without names when there are many.

use std::time::{Duration, Instant};

use super::members::Change;
use super::parcel::Item;
use crate::domain::chat::Alias;

/// Between two announcements (chat.md: at most twice a second).
const EVERY: Duration = Duration::from_millis(500);

/// Above this, names would be most of the traffic (chat.md).
const MOST_NAMED: usize = 200;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct PresenceNews {
    joined: Vec<Alias>,
    left: Vec<Alias>,
    told: Option<Told>,
}

#[derive(Debug)]
struct Told {
    at: Instant,
    members: usize,
}

impl PresenceNews {
    /// Notes a change; somebody who came and went in between is not mentioned.
    pub(super) fn note(&mut self, change: Change) {
        if let Some(name) = change.left {
            settle(name, &mut self.joined, &mut self.left);
        }
        if let Some(name) = change.joined {
            settle(name, &mut self.left, &mut self.joined);
        }
    }

    /// When there is something to tell, and how long that has to wait.
    pub(super) fn due_in(&self, members: usize, now: Instant) -> Option<Duration> {
        let is_news = !self.joined.is_empty()
            || !self.left.is_empty()
            || self.told.as_ref().is_none_or(|told| told.members != members);
        is_news.then(|| {
            let next = self.told.as_ref().map_or(now, |told| told.at + EVERY);
            next.saturating_duration_since(now)
        })
    }

    /// What is told now.
    pub(super) fn tell(&mut self, members: usize, now: Instant) -> Item {
        self.told = Some(Told { at: now, members });
        let (joined, left) = (std::mem::take(&mut self.joined), std::mem::take(&mut self.left));
        if members > MOST_NAMED {
            return Item::Presence { members, joined: Vec::new(), left: Vec::new() };
        }
        Item::Presence { members, joined, left }
    }
}

/// The name goes off `opposite`, or onto `list`.
fn settle(name: Alias, opposite: &mut Vec<Alias>, list: &mut Vec<Alias>) {
    match opposite.iter().position(|known| *known == name) {
        Some(place) => drop(opposite.swap_remove(place)),
        None => list.push(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(name: &str) -> Change {
        Change { joined: Some(Alias::new(name)), left: None }
    }

    fn left(name: &str) -> Change {
        Change { joined: None, left: Some(Alias::new(name)) }
    }

    #[test]
    fn it_is_told_at_once_and_then_twice_a_second_at_most() {
        let (mut news, start) = (PresenceNews::default(), Instant::now());
        news.note(joined("해"));
        assert_eq!(news.due_in(1, start), Some(Duration::ZERO));
        assert!(
            matches!(news.tell(1, start), Item::Presence { members: 1, joined, .. } if joined.len() == 1)
        );
        assert_eq!(news.due_in(1, start), None);
        news.note(joined("달"));
        assert_eq!(news.due_in(2, start), Some(EVERY));
        news.note(left("달"));
        assert_eq!(news.due_in(1, start), None, "came and went in between");
    }

    #[test]
    fn a_crowd_has_no_names() {
        let (mut news, start) = (PresenceNews::default(), Instant::now());
        news.note(joined("해"));
        assert!(
            matches!(news.tell(201, start), Item::Presence { members: 201, joined, .. } if joined.is_empty())
        );
    }
}
