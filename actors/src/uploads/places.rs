//! Who may upload now and who waits: the rules of `Intake`.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot;

use super::Ticket;
use crate::domain::ids::UserId;
use crate::refusal::{Outcome, Refusal};

/// The bounds of one node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Tickets at once; each may stand for a body of 10 MB.
    pub(super) in_flight: usize,
    /// Tickets of one person at once.
    pub(super) in_flight_per_person: usize,
    /// People waiting.
    pub(super) waiting: usize,
    /// Requests of one person waiting, so that nobody fills the queue alone.
    pub(super) waiting_per_person: usize,
}

impl Bounds {
    pub(super) const NODE: Self =
        Self { in_flight: 32, in_flight_per_person: 3, waiting: 256, waiting_per_person: 8 };
}

/// Someone who waits for a ticket; their interest ends when the other side of `grant` is dropped.
#[derive(Debug)]
pub(super) struct Waiter {
    pub(super) user: UserId,
    pub(super) grant: oneshot::Sender<Ticket>,
}

/// First come, first served, except that whoever has their full share is passed over.
pub(super) struct Places {
    bounds: Bounds,
    taken: HashMap<UserId, usize>,
    in_flight: usize,
    queue: VecDeque<Waiter>,
}

impl Places {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, taken: HashMap::new(), in_flight: 0, queue: VecDeque::new() }
    }

    /// Takes a place and hands the waiter back to be granted it, or keeps them waiting, or refuses.
    pub(super) fn request(&mut self, waiter: Waiter) -> Outcome<Option<Waiter>> {
        // Nobody in the queue could take the place instead: whoever could was granted one when it became free.
        if self.has_room(waiter.user) {
            self.take(waiter.user);
            return Ok(Some(waiter));
        }
        self.forget_the_gone();
        let own = self.queue.iter().filter(|other| other.user == waiter.user).count();
        if self.queue.len() >= self.bounds.waiting || own >= self.bounds.waiting_per_person {
            return Err(Refusal::Busy);
        }
        self.queue.push_back(waiter);
        Ok(None)
    }

    /// Frees a place of `user`; the waiter who gets it now is to be granted it.
    pub(super) fn release(&mut self, user: UserId) -> Option<Waiter> {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(own) = self.taken.get_mut(&user) {
            *own -= 1;
            if *own == 0 {
                self.taken.remove(&user);
            }
        }
        self.forget_the_gone();
        let next = self.queue.iter().position(|waiter| self.has_room(waiter.user))?;
        let waiter = self.queue.remove(next)?;
        self.take(waiter.user);
        Some(waiter)
    }

    fn has_room(&self, user: UserId) -> bool {
        let own = self.taken.get(&user).copied().unwrap_or(0);
        self.in_flight < self.bounds.in_flight && own < self.bounds.in_flight_per_person
    }

    fn take(&mut self, user: UserId) {
        self.in_flight += 1;
        *self.taken.entry(user).or_insert(0) += 1;
    }

    fn forget_the_gone(&mut self) {
        self.queue.retain(|waiter| !waiter.grant.is_closed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Bounds = Bounds { in_flight: 3, in_flight_per_person: 2, waiting: 3, waiting_per_person: 2 };
    const MINA: UserId = UserId(1);
    const JUN: UserId = UserId(2);
    const HANA: UserId = UserId(3);

    /// What became of a request, and the line on which its person waits.
    fn ask(places: &mut Places, user: UserId) -> (Outcome<bool>, oneshot::Receiver<Ticket>) {
        let (grant, line) = oneshot::channel();
        (places.request(Waiter { user, grant }).map(|granted| granted.is_some()), line)
    }

    #[test]
    fn a_person_with_a_full_share_waits_while_others_pass() {
        let mut places = Places::new(SMALL);
        assert_eq!(ask(&mut places, MINA).0, Ok(true));
        assert_eq!(ask(&mut places, MINA).0, Ok(true));
        let (third, _line) = ask(&mut places, MINA);
        assert_eq!(third, Ok(false));
        assert_eq!(
            ask(&mut places, JUN).0,
            Ok(true),
            "a free place is not kept for someone who may not have it"
        );
    }

    #[test]
    fn a_freed_place_goes_to_the_first_who_may_have_it() {
        let mut places = Places::new(SMALL);
        for user in [MINA, MINA, JUN] {
            assert_eq!(ask(&mut places, user).0, Ok(true));
        }
        let (_, _mina) = ask(&mut places, MINA);
        let (_, _hana) = ask(&mut places, HANA);
        assert_eq!(places.release(JUN).map(|w| w.user), Some(HANA), "Mina has her share already");
        assert_eq!(places.release(MINA).map(|w| w.user), Some(MINA));
        assert!(places.release(HANA).is_none(), "nobody waits any more");
    }

    #[test]
    fn the_queue_is_bounded_in_all_and_per_person() {
        let mut places = Places::new(SMALL);
        for user in [MINA, MINA, JUN] {
            assert_eq!(ask(&mut places, user).0, Ok(true));
        }
        let lines = [ask(&mut places, MINA), ask(&mut places, MINA)];
        assert_eq!(ask(&mut places, MINA).0, Err(Refusal::Busy), "two of Mina's wait");
        let (hana, _hanas_line) = ask(&mut places, HANA);
        assert_eq!(hana, Ok(false));
        assert_eq!(ask(&mut places, JUN).0, Err(Refusal::Busy), "three wait in all");
        drop(lines);
        assert_eq!(ask(&mut places, JUN).0, Ok(false), "those who left make room");
    }

    #[test]
    fn someone_who_left_the_queue_is_not_granted_a_place() {
        let mut places = Places::new(SMALL);
        for user in [MINA, MINA, JUN] {
            assert_eq!(ask(&mut places, user).0, Ok(true));
        }
        drop(ask(&mut places, HANA));
        let (_, _juns_line) = ask(&mut places, JUN);
        assert_eq!(places.release(MINA).map(|w| w.user), Some(JUN));
    }

    #[test]
    fn people_who_left_are_forgotten_altogether() {
        let mut places = Places::new(SMALL);
        for id in 0..1000 {
            assert_eq!(ask(&mut places, UserId(id)).0, Ok(true));
            assert!(places.release(UserId(id)).is_none());
        }
        assert!(places.taken.is_empty());
        assert_eq!(places.in_flight, 0);
    }
}
