//! Finding a room without a mailbox hop.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use papaya::{HashMap, HashSet};

use super::messages::{LeaveCluster, PutOut, ReadClosedRooms, StartRoom, TurnRooms};
use super::refusal::ChatRefusal;
use super::room::Room;
use super::roster::Rooms;
use crate::domain::chat::{LogKey, RoomName};
use crate::kit::Mailbox;
use crate::ports::BanSubject;
use crate::refusal::{Outcome, Refusal};

/// How long [`Rooms`] is waited for when a room has to be started.
const START_PATIENCE: Duration = Duration::from_secs(5);

/// The rooms of this node. Read by every socket, written by [`Rooms`] alone.
#[derive(Default)]
pub struct RoomDirectory {
    pub(super) rooms: HashMap<LogKey, Living>,
    /// People on other nodes.
    pub(super) elsewhere: HashMap<LogKey, usize>,
    /// By an administrator.
    pub(super) closed: HashSet<RoomName>,
    pub(super) roster: OnceLock<Mailbox<Rooms>>,
}

/// A room of this node.
pub(super) struct Living {
    pub(super) mailbox: Arc<Mailbox<Room>>,
    /// People in it here, as it says.
    pub(super) people: Arc<AtomicUsize>,
}

impl RoomDirectory {
    /// A room, started if need be; the caller has made sure that it is open.
    pub async fn find_or_start(&self, key: LogKey) -> Result<Arc<Mailbox<Room>>, ChatRefusal> {
        if let Some(room) = self.find(key) {
            return Ok(room);
        }
        let roster = self.roster.get().ok_or(ChatRefusal::Unavailable)?;
        Ok(roster.ask(StartRoom(key), START_PATIENCE).await?)
    }

    /// A room that is alive.
    pub fn find(&self, key: LogKey) -> Option<Arc<Mailbox<Room>>> {
        let rooms = self.rooms.pin();
        rooms.get(&key).filter(|room| room.mailbox.is_alive()).map(|room| Arc::clone(&room.mailbox))
    }

    /// Every room of this node.
    pub fn all(&self) -> Vec<(LogKey, Arc<Mailbox<Room>>)> {
        self.rooms.pin().iter().map(|(key, room)| (*key, Arc::clone(&room.mailbox))).collect()
    }

    /// How many people are in a room, on all nodes.
    pub fn people_in(&self, key: LogKey) -> usize {
        self.people_here(key) + self.people_elsewhere(key)
    }

    /// How many people are in a room, on this node.
    pub fn people_here(&self, key: LogKey) -> usize {
        let rooms = self.rooms.pin();
        let living = rooms.get(&key).filter(|room| room.mailbox.is_alive());
        living.map_or(0, |room| room.people.load(Ordering::Relaxed))
    }

    /// Whether an administrator has closed a room, as far as this node has heard. The room itself refuses whoever comes.
    pub fn is_closed(&self, name: RoomName) -> bool {
        self.closed.pin().contains(&name)
    }

    pub(super) fn people_elsewhere(&self, key: LogKey) -> usize {
        self.elsewhere.pin().get(&key).copied().unwrap_or(0)
    }

    /// This node is about to go, and its people have gone: the others are told, so that they need not find out.
    pub async fn leave_cluster(&self) {
        if let Some(roster) = self.roster.get()
            && let Err(error) = roster.ask(LeaveCluster, START_PATIENCE).await
        {
            tracing::warn!(%error, "other nodes were not told that this one goes");
        }
    }

    /// Puts somebody who is kept out from now on out of this node. Whoever is too busy to hear of it is refused when they
    /// come back.
    pub async fn put_out(&self, subject: BanSubject) -> Outcome<()> {
        let roster = self.roster.get().ok_or(Refusal::Unavailable)?;
        Ok(roster.ask(PutOut(subject), START_PATIENCE).await?)
    }

    /// Which rooms are closed has changed. The rooms of this node have been told when this returns, but for one that is too
    /// busy to hear of it: that is told again in a moment.
    pub(super) async fn read_closed_rooms(&self) -> Outcome<()> {
        let roster = self.roster.get().ok_or(Refusal::Unavailable)?;
        Ok(roster.ask(ReadClosedRooms, START_PATIENCE).await?)
    }

    /// A new day has begun in Seoul.
    pub fn turn_day(&self, today: chrono::NaiveDate) {
        if let Some(roster) = self.roster.get()
            && let Err(error) = roster.tell(TurnRooms(today))
        {
            tracing::warn!(%error, "Rooms were not told of the new day");
        }
    }
}
