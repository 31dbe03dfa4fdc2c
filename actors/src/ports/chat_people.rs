//! Who is who in the chat, who may not be, and which rooms nobody may be in.

use std::net::IpAddr;

use async_trait::async_trait;
use chrono::NaiveDate;

use super::PortResult;
use crate::domain::address::network_of;
use crate::domain::chat::{Alias, LogKey, Oid, RoomName};
use crate::domain::ids::UserId;
use crate::domain::seoul::Instant;

/// A room on a day: the plaza is another stage each day, so that nothing links a person across days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stage {
    /// The room.
    pub room: LogKey,
    /// The day in Seoul.
    pub day: NaiveDate,
}

/// Somebody finds a message wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The message.
    pub message: Oid,
    /// Who reports it, as others know them in the room; a second report of the same message by them adds nothing.
    pub reporter: Oid,
    /// The account of the reporter.
    pub reporter_person: Option<UserId>,
    /// Why: 1–500 UTF-16 units.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// A report as administrators read it. No `Debug`: what people wrote stays out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Reported {
    /// Which report this is.
    pub mark: ReportMark,
    /// Where the message was said.
    pub room: LogKey,
    /// Its author, as others know them there.
    pub author: Option<Oid>,
    /// The account of the author; `None` without one.
    pub author_person: Option<UserId>,
    /// What others called the author.
    pub name: Option<Alias>,
    /// How the message read when it was reported; `None` if it was taken back before.
    pub text: Option<String>,
    /// The account of the reporter; `None` without one.
    pub reporter_person: Option<UserId>,
    /// Why.
    pub reason: String,
}

/// The place of a report in the list of all, which goes from the newest to the oldest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportMark {
    /// When it was made; in whole milliseconds.
    pub at: Instant,
    /// The message.
    pub message: Oid,
    /// Who reported it, as others know them in the room.
    pub reporter: Oid,
}

/// Whom a ban keeps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BanSubject {
    /// A person, whatever address they come from.
    Person(UserId),
    /// Everyone from an address (an IPv6 address stands for its /64).
    Address(IpAddr),
}

impl BanSubject {
    /// Whether whoever comes from there is meant.
    pub fn is_at(self, address: IpAddr) -> bool {
        matches!(self, Self::Address(banned) if network_of(banned) == network_of(address))
    }
}

/// Names, hidden people, reports, bans and closed rooms.
#[async_trait]
pub trait ChatPeople: Send + Sync {
    /// The name of a person on a stage: that given before, else the first of `candidates` that nobody has there. `None`
    /// when all are taken.
    async fn settle_alias(
        &self,
        stage: Stage,
        person: Oid,
        candidates: Vec<String>,
    ) -> PortResult<Option<Alias>>;

    /// The name given to a person on a stage. Also says whether they were in the room.
    async fn alias_of(&self, stage: Stage, person: Oid) -> PortResult<Option<Alias>>;

    /// From now on `viewer` does not see what the bearer of `alias` says. The hidden person, or `None`: no such name.
    async fn hide(&self, stage: Stage, viewer: Oid, alias: &str) -> PortResult<Option<Oid>>;

    /// Whom `viewer` does not want to see.
    async fn hidden_by(&self, stage: Stage, viewer: Oid) -> PortResult<Vec<Oid>>;

    /// Keeps a report, with the text that the message has now; nothing when there is no such message.
    async fn report(&self, report: Report) -> PortResult<()>;

    /// Reports before `before`, or the last ones, newest first.
    async fn reports(&self, before: Option<ReportMark>, limit: u16) -> PortResult<Vec<Reported>>;

    /// Keeps somebody out until then, also when an earlier ban ends sooner; never shortens one.
    async fn ban(&self, subject: BanSubject, until: Instant, reason: &str, now: Instant) -> PortResult<()>;

    /// Lifts a ban; whether there was one.
    async fn lift_ban(&self, subject: BanSubject) -> PortResult<bool>;

    /// When the longest ban on any of these ends, if one holds now.
    async fn banned_until(&self, subjects: &[BanSubject], now: Instant) -> PortResult<Option<Instant>>;

    /// Closes a room until it is reopened; a cloud on the days to come as well. Doing it again changes nothing.
    async fn close_room(&self, room: RoomName, now: Instant) -> PortResult<()>;

    /// Opens it again; whether it was closed.
    async fn reopen_room(&self, room: RoomName) -> PortResult<bool>;

    /// The rooms that are closed.
    async fn closed_rooms(&self) -> PortResult<Vec<RoomName>>;

    /// Forgets names and hidden people of days before `day`, reports before `reports_before`, bans that ended before
    /// `now`; says how many rows.
    async fn forget(&self, day: NaiveDate, reports_before: Instant, now: Instant) -> PortResult<u64>;
}
