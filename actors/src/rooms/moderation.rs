//! What administrators do in the chat.

use std::sync::Arc;
use std::time::Duration;

use super::directory::RoomDirectory;
use super::messages::CatchUp;
use crate::domain::chat::{LogKey, Oid, RoomName};
use crate::domain::seoul::{self, Instant};
use crate::ports::{
    BanSubject, ChatLog, ChatPeople, Clock, Draft, Entry, Fact, FanOut, News, Placed, ReportMark, Reported,
};
use crate::refusal::{Outcome, Refusal};

/// How long a room with a full mailbox is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// A room as administrators see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModeratedRoom {
    /// That of today.
    pub room: LogKey,
    /// People in it now, on all nodes.
    pub members: usize,
    /// An administrator has closed it.
    pub is_closed: bool,
}

/// See the module.
pub struct Moderation {
    /// Reports and bans.
    pub people: Arc<dyn ChatPeople>,
    /// What was said.
    pub log: Arc<dyn ChatLog>,
    /// The other nodes.
    pub fan_out: Arc<dyn FanOut>,
    /// The rooms of this one.
    pub rooms: Arc<RoomDirectory>,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

impl Moderation {
    /// Reports, newest first: those before `before`, or the last ones.
    pub async fn list_reports(&self, before: Option<ReportMark>, limit: u16) -> Outcome<Vec<Reported>> {
        Ok(self.people.reports(before, limit).await?)
    }

    /// Keeps somebody out, and puts them out now, on every node. Answers until when: an earlier ban is never shortened.
    pub async fn ban(&self, subject: BanSubject, until: Instant, reason: &str) -> Outcome<Instant> {
        let now = self.clock.now();
        if until <= now {
            return Err(Refusal::Invalid {
                field: "until", reason: "지금보다 나중이어야 합니다."
            });
        }
        self.people.ban(subject, until, reason, now).await?;
        let until = self.people.banned_until(&[subject], now).await?.unwrap_or(until);
        self.fan_out.publish(News::Banned(subject));
        self.rooms.put_out(subject).await?;
        Ok(until)
    }

    /// Lets somebody in again.
    pub async fn lift_ban(&self, subject: BanSubject) -> Outcome<()> {
        if self.people.lift_ban(subject).await? { Ok(()) } else { Err(Refusal::BanNotFound) }
    }

    /// All ten rooms, the plaza first.
    pub fn list_rooms(&self) -> Vec<ModeratedRoom> {
        let today = seoul::date_of(self.clock.now());
        let state = |name: RoomName| {
            let room = name.on(today);
            ModeratedRoom { room, members: self.rooms.people_in(room), is_closed: self.rooms.is_closed(name) }
        };
        RoomName::all().map(state).collect()
    }

    /// Closes a room until it is reopened, on every node: whoever is in it is told and put out, and nobody comes in. What was
    /// said there stays readable.
    pub async fn close_room(&self, room: RoomName) -> Outcome<()> {
        self.people.close_room(room, self.clock.now()).await?;
        self.closed_rooms_changed().await
    }

    /// Opens a room again.
    pub async fn reopen_room(&self, room: RoomName) -> Outcome<()> {
        if !self.people.reopen_room(room).await? {
            return Err(Refusal::RoomNotClosed);
        }
        self.closed_rooms_changed().await
    }

    async fn closed_rooms_changed(&self) -> Outcome<()> {
        self.fan_out.publish(News::RoomsClosed);
        self.rooms.read_closed_rooms().await
    }

    /// Takes a message back for its author. It is gone from the log, of a room that has closed as well, when this returns;
    /// a living room reads that there and tells its members.
    pub async fn delete(&self, message: Oid) -> Outcome<()> {
        let found = self.log.find(message).await?.filter(|found| found.text.is_some());
        let room = found.ok_or(Refusal::MessageNotFound)?.room;
        let (at, after) = (self.clock.now(), self.log.tail(room).await?);
        let drafts = Arc::new([Draft::Deletion { of: message, at }]);
        // Somebody else was faster, if it is not placed.
        let Some(Placed::At(seq)) = self.log.append(room, after, drafts).await?.first().copied() else {
            return Err(Refusal::MessageNotFound);
        };
        let entry = Arc::new(Entry { seq, at, fact: Fact::Deleted { of: message } });
        self.fan_out.publish(News::Logged { room, entries: Arc::new([entry]) });
        if let Some(living) = self.rooms.find(room)
            && let Err(error) = living.ask(CatchUp(None), PATIENCE).await
        {
            tracing::warn!(%room, %error, "a busy room learns of a deletion with its next message");
        }
        Ok(())
    }
}
