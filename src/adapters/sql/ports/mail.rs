use async_trait::async_trait;
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::{DeadMail, Mail, QueuedMail};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{MailQueue, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl MailQueue for SqlStore {
    async fn enqueue(&self, mail: Mail, now: Instant) -> PortResult<MailId> {
        change!(self, mails::enqueue(&mail, now))
    }

    async fn claim(&self, now: Instant, lease_until: Instant, limit: u32) -> PortResult<Vec<QueuedMail>> {
        let mails = read!(self, mails::due(now, limit))?;
        if mails.is_empty() {
            return Ok(Vec::new());
        }
        change!(self, mails::lease(&mails, now, lease_until))
    }

    async fn sent(&self, mail: MailId) -> PortResult<()> {
        change!(self, mails::remove(mail))
    }

    async fn postpone(&self, mail: MailId, until: Instant, reason: &str) -> PortResult<()> {
        let reason = reason.to_owned();
        change!(self, mails::postpone(mail, until, &reason))
    }

    async fn put_back(&self, mail: MailId, until: Instant, reason: &str) -> PortResult<()> {
        let reason = reason.to_owned();
        change!(self, mails::put_back(mail, until, &reason))
    }

    async fn bury(&self, mail: MailId, reason: &str) -> PortResult<()> {
        let reason = reason.to_owned();
        change!(self, mails::bury(mail, &reason))
    }

    async fn dead(&self, limit: u16) -> PortResult<Vec<DeadMail>> {
        read!(self, mails::dead(limit))
    }

    async fn revive(&self, mail: MailId, now: Instant) -> PortResult<bool> {
        change!(self, mails::revive(mail, now))
    }

    async fn depth(&self) -> PortResult<(u64, u64)> {
        read!(self, mails::depth())
    }
}
