//! The rooms as they are read without a socket.

use std::net::IpAddr;
use std::sync::Arc;

use super::admission::{ConfirmReader, GetMyCloud, Lobby};
use super::directory::RoomDirectory;
use crate::accounts::Caller;
use crate::domain::chat::{LogKey, RoomName};
use crate::ports::{Cache, ChatLog, Entry, Limit, RetryAfter};
use crate::refusal::{Outcome, Refusal};
use crate::sessions::SessionDirectory;

/// Somebody who reads.
#[derive(Debug)]
pub enum Reader {
    /// With a session.
    Person(Caller),
    /// Without one, from this address.
    Visitor(IpAddr),
}

/// A room as the list of rooms shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomStatus {
    /// Which.
    pub room: RoomName,
    /// People in it now, on all nodes.
    pub members: usize,
    /// It is the cloud of the reader's diary of today.
    pub is_mine: bool,
}

/// A piece of what was said in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The room.
    pub room: LogKey,
    /// Messages, newest first, without those of people that the reader has hidden.
    pub messages: Vec<Entry>,
    /// More may lie before this `seq`; `None` at the beginning of the room.
    pub next: Option<u64>,
}

/// See the module.
pub struct Archive {
    /// People.
    pub sessions: Arc<SessionDirectory>,
    /// Living rooms.
    pub rooms: Arc<RoomDirectory>,
    /// Who may read what.
    pub lobby: Arc<Lobby>,
    /// What was said.
    pub log: Arc<dyn ChatLog>,
    /// Limits of visitors.
    pub cache: Arc<dyn Cache>,
}

impl Archive {
    /// All ten rooms, the plaza first.
    pub async fn list_rooms(&self, reader: Reader) -> Outcome<Vec<RoomStatus>> {
        let mine = match reader {
            Reader::Person(caller) => self.sessions.ask(caller, GetMyCloud).await?,
            Reader::Visitor(address) => self.limit(address).await.map(|()| None)?,
        };
        let today = self.lobby.today();
        let status = |room: RoomName| RoomStatus {
            room,
            members: self.rooms.people_in(room.on(today)),
            is_mine: mine == Some(room),
        };
        Ok(RoomName::all().map(status).collect())
    }

    /// What was said in a room before `before`, or last, as the client calls the room: a bare name means today.
    pub async fn read(
        &self,
        reader: Reader,
        room: &str,
        before: Option<u64>,
        limit: u16,
    ) -> Outcome<HistoryPage> {
        let room = LogKey::read(room, self.lobby.today()).map_err(|_| Refusal::NoSuchRoom)?;
        let hidden = match reader {
            Reader::Person(caller) => self.sessions.ask(caller, ConfirmReader(room)).await??,
            Reader::Visitor(address) => {
                self.limit(address).await?;
                self.lobby.check_reader(None, room).await?
            }
        };
        let mut messages = self.log.history(room, before, limit).await?;
        let next = messages.last().filter(|_| messages.len() >= usize::from(limit)).map(|last| last.seq);
        messages.retain(|entry| !entry.is_by(&hidden));
        Ok(HistoryPage { room, messages, next })
    }

    async fn limit(&self, address: IpAddr) -> Outcome<()> {
        let taken = self.cache.take(Limit::CallPerClient, &address.to_string()).await?;
        taken.map_err(|RetryAfter(retry_after)| Refusal::TooMany { retry_after })
    }
}
