//! Saying that one has read them.

use crate::domain::ids::NotificationId;
use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// Marks the caller's notifications as read, up to and including one of them, or all; answers how many are unread after
/// it.
pub struct ReadNotifications {
    /// The newest one that the caller has seen. `None` also marks what came in since they looked.
    pub up_to: Option<NotificationId>,
}

impl PersonCommand for ReadNotifications {
    type Reply = i64;
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<i64> {
        let now = person.ports.clock.now();
        Ok(person.ports.notifications.mark_read(person.account.id, self.up_to, now).await?)
    }
}
