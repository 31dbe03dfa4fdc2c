use async_trait::async_trait;
use nine_cloud_actors::domain::ids::{NotificationId, UserId};
use nine_cloud_actors::domain::notification::{Notification, NotificationPage};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{NotificationStore, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl NotificationStore for SqlStore {
    async fn list(
        &self,
        recipient: UserId,
        before: Option<NotificationId>,
        limit: u16,
    ) -> PortResult<NotificationPage> {
        read!(self, notifications::list(recipient, before, limit))
    }

    async fn find(&self, recipient: UserId, id: NotificationId) -> PortResult<Option<Notification>> {
        read!(self, notifications::find(recipient, id))
    }

    async fn mark_read(
        &self,
        recipient: UserId,
        up_to: Option<NotificationId>,
        now: Instant,
    ) -> PortResult<i64> {
        change!(self, notifications::mark_read(recipient, up_to, now))
    }

    async fn remove_older(&self, than: Instant) -> PortResult<u64> {
        let mut removed = 0;
        loop {
            let old = read!(self, notifications::oldest(than))?;
            if old.is_empty() {
                return Ok(removed);
            }
            removed += change!(self, notifications::remove(&old))?;
        }
    }
}
