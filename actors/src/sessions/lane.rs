//! Who may do what at the same time, within one person's session.

use std::rc::Rc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::command::Lane;
use crate::refusal::{Outcome, Refusal};

/// Commands of one person in hand at once; a browser has six connections.
const IN_HAND: usize = 64;

/// The bound on commands in hand, and the lane of the writes.
pub(super) struct Lanes {
    in_hand: std::sync::Arc<Semaphore>,
    // First come, first served.
    writes: std::sync::Arc<Mutex<()>>,
}

/// A place among the commands in hand; given back when dropped.
pub(super) struct Place {
    _in_hand: OwnedSemaphorePermit,
    lanes: Rc<Lanes>,
}

impl Lanes {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self { in_hand: Semaphore::new(IN_HAND).into(), writes: Mutex::new(()).into() })
    }

    /// A place within `patience`, first come, first served; else `Busy`.
    pub(super) async fn admit(self: Rc<Self>, patience: Duration) -> Outcome<Place> {
        let permit = timeout(patience, std::sync::Arc::clone(&self.in_hand).acquire_owned()).await;
        let permit = permit.ok().and_then(Result::ok).ok_or(Refusal::Busy)?;
        Ok(Place { _in_hand: permit, lanes: self })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.in_hand.available_permits() == IN_HAND
    }
}

impl Place {
    /// Waits for this command's turn.
    pub(super) async fn turn(&self, lane: Lane) -> Option<OwnedMutexGuard<()>> {
        match lane {
            Lane::Read => None,
            Lane::Write => Some(std::sync::Arc::clone(&self.lanes.writes).lock_owned().await),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::future::join_all;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn writes_are_done_one_after_another_in_the_order_of_arrival() {
        let (lanes, done) = (Lanes::new(), RefCell::new(Vec::new()));
        let write = async |number| {
            let place = Rc::clone(&lanes).admit(PATIENCE).await.unwrap();
            let _turn = place.turn(Lane::Write).await;
            done.borrow_mut().push((number, "begun"));
            tokio::time::sleep(Duration::from_millis(100)).await;
            done.borrow_mut().push((number, "done"));
        };
        join_all((0..3).map(write)).await;
        let expected: Vec<_> = (0..3).flat_map(|number| [(number, "begun"), (number, "done")]).collect();
        assert_eq!(done.into_inner(), expected);
        assert!(lanes.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_does_not_wait_for_a_write() {
        let lanes = Lanes::new();
        let writer = Rc::clone(&lanes).admit(PATIENCE).await.unwrap();
        let _turn = writer.turn(Lane::Write).await;
        let reader = Rc::clone(&lanes).admit(PATIENCE).await.unwrap();
        assert!(reader.turn(Lane::Read).await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn above_64_in_hand_a_command_waits_for_its_patience_and_no_longer() {
        let lanes = Lanes::new();
        let admit = |patience| Rc::clone(&lanes).admit(patience);
        let mut places = Vec::new();
        for _ in 0..IN_HAND {
            places.push(admit(Duration::ZERO).await.unwrap());
        }
        let began = tokio::time::Instant::now();
        assert!(matches!(admit(PATIENCE).await, Err(Refusal::Busy)));
        assert_eq!(began.elapsed(), PATIENCE);
        let leave = async {
            tokio::time::sleep(PATIENCE * 5).await;
            drop(places.pop());
        };
        let (admitted, ()) = tokio::join!(admit(PATIENCE * 10), leave);
        assert!(admitted.is_ok());
    }
}
