//! Where notifications are kept. They are stored by the methods of other ports that do what they tell of, in the same
//! transaction, and go with it: with the like, comment or reply, and so with the diary, the actor and the recipient.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::ids::{NotificationId, UserId};
use crate::domain::notification::{Notification, NotificationPage};
use crate::domain::seoul::Instant;

/// A notification that was stored with a deed; the rest of it is known to whoever did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notified {
    /// Key of the notification.
    pub id: NotificationId,
    /// Who is told. May see the diary, and is not the one who did it.
    pub recipient: UserId,
}

/// The notifications. Those below a diary that their recipient may not see now (D-B20) are neither listed nor counted,
/// until it is visible again.
#[async_trait]
pub trait NotificationStore: Send + Sync {
    /// At most `limit` notifications of this person, newest first, only older ones than `before`.
    async fn list(
        &self,
        recipient: UserId,
        before: Option<NotificationId>,
        limit: u16,
    ) -> PortResult<NotificationPage>;

    /// One of this person's, if it would be listed now.
    async fn find(&self, recipient: UserId, id: NotificationId) -> PortResult<Option<Notification>>;

    /// Marks as read what is not, up to and including `up_to`, or everything; says how many are unread after it. Doing it
    /// again changes nothing.
    async fn mark_read(
        &self,
        recipient: UserId,
        up_to: Option<NotificationId>,
        now: Instant,
    ) -> PortResult<i64>;

    /// Removes what was stored before this instant, read or not; says how many.
    async fn remove_older(&self, than: Instant) -> PortResult<u64>;
}
