use async_trait::async_trait;
use chrono::NaiveDate;
use nine_cloud_actors::domain::chat::{Alias, Oid, RoomName};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{BanSubject, ChatPeople, PortResult, Report, ReportMark, Reported, Stage};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::chat_rows::ban_key;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl ChatPeople for SqlStore {
    async fn settle_alias(
        &self,
        stage: Stage,
        person: Oid,
        candidates: Vec<String>,
    ) -> PortResult<Option<Alias>> {
        // Whoever comes back does not wait for those who write.
        if let Some(alias) = self.alias_of(stage, person).await? {
            return Ok(Some(alias));
        }
        change!(self, chat_people::settle_alias(stage, person, &candidates))
    }

    async fn alias_of(&self, stage: Stage, person: Oid) -> PortResult<Option<Alias>> {
        read!(self, chat_people::alias_of(stage, person))
    }

    async fn hide(&self, stage: Stage, viewer: Oid, alias: &str) -> PortResult<Option<Oid>> {
        let alias = alias.to_owned();
        change!(self, chat_people::hide(stage, viewer, &alias))
    }

    async fn hidden_by(&self, stage: Stage, viewer: Oid) -> PortResult<Vec<Oid>> {
        read!(self, chat_people::hidden_by(stage, viewer))
    }

    async fn report(&self, report: Report) -> PortResult<()> {
        change!(self, chat_people::report(&report))
    }

    async fn reports(&self, before: Option<ReportMark>, limit: u16) -> PortResult<Vec<Reported>> {
        read!(self, chat_people::reports(before, limit))
    }

    async fn ban(&self, subject: BanSubject, until: Instant, reason: &str, now: Instant) -> PortResult<()> {
        let (subject, reason) = (ban_key(subject), reason.to_owned());
        change!(self, bans::ban(&subject, until, &reason, now))
    }

    async fn lift_ban(&self, subject: BanSubject) -> PortResult<bool> {
        let subject = ban_key(subject);
        change!(self, bans::lift(&subject))
    }

    async fn banned_until(&self, subjects: &[BanSubject], now: Instant) -> PortResult<Option<Instant>> {
        let subjects: Vec<String> = subjects.iter().copied().map(ban_key).collect();
        read!(self, bans::banned_until(&subjects, now))
    }

    async fn close_room(&self, room: RoomName, now: Instant) -> PortResult<()> {
        change!(self, closed_rooms::close(room, now))
    }

    async fn reopen_room(&self, room: RoomName) -> PortResult<bool> {
        change!(self, closed_rooms::reopen(room))
    }

    async fn closed_rooms(&self) -> PortResult<Vec<RoomName>> {
        read!(self, closed_rooms::all())
    }

    async fn forget(&self, day: NaiveDate, reports_before: Instant, now: Instant) -> PortResult<u64> {
        let names = change!(self, chat_people::forget_names(day))?;
        let reports = change!(self, chat_people::forget_reports(reports_before))?;
        let bans = change!(self, bans::remove_ended(now))?;
        Ok(names + reports + bans)
    }
}
