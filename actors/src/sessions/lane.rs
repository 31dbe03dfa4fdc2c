//! Who may do what at the same time, within one person's session.

use std::rc::Rc;

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

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

    /// A place, or `Busy`.
    pub(super) fn admit(self: &Rc<Self>) -> Outcome<Place> {
        let permit = std::sync::Arc::clone(&self.in_hand).try_acquire_owned().map_err(|_| Refusal::Busy)?;
        Ok(Place { _in_hand: permit, lanes: Rc::clone(self) })
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
