//! The list.

use crate::domain::ids::NotificationId;
use crate::domain::notification::NotificationPage;
use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads a page of the caller's notifications, newest first.
pub struct ListNotifications {
    /// Only older ones than this.
    pub before: Option<NotificationId>,
    /// At most so many.
    pub limit: u16,
}

impl PersonCommand for ListNotifications {
    type Reply = NotificationPage;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<NotificationPage> {
        Ok(person.ports.notifications.list(person.account.id, self.before, self.limit).await?)
    }
}
