//! Members that come back wait until the room has looked at its log.
//!
//! They may have seen on another node what this one has not heard of yet: seated before, they would be shown it twice. And
//! a node that was killed may have stored, and acknowledged, what it told nobody. One look answers for all that wait.

use super::messages::TakeSeat;
use super::parcel::SocketKey;
use crate::domain::ids::UserId;

/// See the module.
#[derive(Default)]
pub(super) struct Returning {
    /// Those for whom the look that is under way counts.
    looked_for: Vec<TakeSeat>,
    /// Those that came in after it had begun.
    late: Vec<TakeSeat>,
}

impl Returning {
    pub(super) fn wait(&mut self, seat: TakeSeat) {
        self.late.push(seat);
    }

    /// The room goes to its log.
    pub(super) fn look_begins(&mut self) {
        self.looked_for.append(&mut self.late);
    }

    /// The room has all that was in the log when it went there: these may be seated.
    pub(super) fn look_ends(&mut self) -> Vec<TakeSeat> {
        std::mem::take(&mut self.looked_for)
    }

    /// The log is away. Gives those who have seen nothing that the room has not, and may be seated; and those who have.
    pub(super) fn look_fails(&mut self, tail: u64) -> (Vec<TakeSeat>, Vec<TakeSeat>) {
        let seats = std::mem::take(&mut self.looked_for).into_iter();
        seats.partition(|seat| seat.seen.is_none_or(|seen| seen <= tail))
    }

    /// The socket has gone meanwhile.
    pub(super) fn forget(&mut self, socket: SocketKey) {
        for seats in [&mut self.looked_for, &mut self.late] {
            seats.retain(|seat| seat.socket != socket);
        }
    }

    /// Those of a person, who is about to be put out like any member.
    pub(super) fn of_person(&mut self, person: UserId) -> Vec<TakeSeat> {
        let [mut early, late] = [&mut self.looked_for, &mut self.late]
            .map(|seats| seats.extract_if(.., |seat| seat.person == Some(person)).collect::<Vec<_>>());
        early.extend(late);
        early
    }

    /// Everyone.
    pub(super) fn all(&mut self) -> Vec<TakeSeat> {
        self.look_begins();
        self.look_ends()
    }
}
