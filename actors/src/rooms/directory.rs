//! Finding a room without a mailbox hop, and the actor that starts and closes them.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix::{Actor, ArbiterHandle, AsyncContext, Context, Handler, MessageResult};
use papaya::HashMap;

use super::messages::{CatchUp, CloseRoom, ExpelPerson, Heard, PutOut, StartRoom, TurnRooms};
use super::parcel::{Expulsion, Parcel};
use super::refusal::ChatRefusal;
use super::room::{Room, RoomPorts};
use crate::domain::chat::LogKey;
use crate::kit::{ActorStats, Mailbox};
use crate::metered;
use crate::ports::{BanSubject, News};
use crate::refusal::{Outcome, Refusal};

/// News and starts that wait at once.
const MAILBOX: usize = 4096;

/// How long [`Rooms`] is waited for when a room has to be started.
const START_PATIENCE: Duration = Duration::from_secs(5);

/// While the other nodes cannot be heard, the log is looked at this often (chat.md).
const POLL_EVERY: Duration = Duration::from_secs(1);

/// The rooms of this node. Read by every socket, written by [`Rooms`] alone.
#[derive(Default)]
pub struct RoomDirectory {
    rooms: HashMap<LogKey, Arc<Mailbox<Room>>>,
    roster: OnceLock<Mailbox<Rooms>>,
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
        self.rooms.pin().get(&key).filter(|room| room.is_alive()).cloned()
    }

    /// Every room of this node.
    pub fn all(&self) -> Vec<(LogKey, Arc<Mailbox<Room>>)> {
        self.rooms.pin().iter().map(|(key, room)| (*key, Arc::clone(room))).collect()
    }

    /// Puts somebody who is kept out from now on out of this node. Whoever is too busy to hear of it is refused when they
    /// come back.
    pub async fn put_out(&self, subject: BanSubject) -> Outcome<()> {
        let roster = self.roster.get().ok_or(Refusal::Unavailable)?;
        Ok(roster.ask(PutOut(subject), START_PATIENCE).await?)
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

/// Starts rooms, closes them at midnight, and passes on what other nodes tell.
#[derive(Clone)]
pub struct Rooms {
    directory: Arc<RoomDirectory>,
    ports: RoomPorts,
    arbiter: ArbiterHandle,
    room_stats: Arc<ActorStats>,
    stats: Arc<ActorStats>,
}

impl Rooms {
    /// Starts the actor and the plaza on `arbiter`, and makes the directory speak to it.
    pub fn start_on(
        arbiter: &ArbiterHandle,
        directory: &Arc<RoomDirectory>,
        ports: RoomPorts,
        room_stats: Arc<ActorStats>,
        stats: Arc<ActorStats>,
    ) {
        let fan_out = Arc::clone(&ports.fan_out);
        let actor = Self {
            directory: Arc::clone(directory),
            ports,
            arbiter: arbiter.clone(),
            room_stats,
            stats: Arc::clone(&stats),
        };
        let home = arbiter.clone();
        let roster = Mailbox::keep(stats, move || {
            let actor = actor.clone();
            Self::start_in_arbiter(&home, move |_| actor)
        });
        // A second roster would be a wiring defect; the first one stays.
        let _ = directory.roster.set(roster);
        let told = Arc::downgrade(directory);
        fan_out.subscribe(Box::new(move |news| {
            if let Some(directory) = told.upgrade()
                && let Some(roster) = directory.roster.get()
            {
                // Full: the rooms notice the gap at the next news, and read the log.
                let _ = roster.tell(Heard(news));
            }
        }));
    }

    fn start_room(&self, key: LogKey) -> Arc<Mailbox<Room>> {
        let (ports, stats) = (self.ports.clone(), Arc::clone(&self.room_stats));
        let address = Room::start_in_arbiter(&self.arbiter, move |_| Room::new(key, ports, stats));
        let room = Arc::new(Mailbox::of(address, Arc::clone(&self.room_stats)));
        self.directory.rooms.pin().insert(key, Arc::clone(&room));
        room
    }

    fn put_out(&self, subject: BanSubject) {
        match subject {
            BanSubject::Person(person) => {
                for (key, room) in self.directory.all() {
                    if let Err(error) = room.tell(ExpelPerson(person, Expulsion::Banned)) {
                        tracing::warn!(room = %key, %error, "a room was not told of a ban");
                    }
                }
            }
            // Rooms do not know where their members come from.
            BanSubject::Address(_) => {
                for worker in self.ports.lines.all() {
                    if worker.try_send(Parcel::Banned(subject)).is_err() {
                        tracing::warn!("a busy worker was not told of a ban");
                    }
                }
            }
        }
    }

    fn poll_logs(&self) {
        if !self.ports.fan_out.is_up() {
            self.catch_up();
        }
    }

    /// Every room reads what its log has beyond what it knows.
    fn catch_up(&self) {
        for (_, room) in self.directory.all() {
            // Full: the gap shows at the next news.
            let _ = room.tell(CatchUp(None));
        }
    }
}

impl Actor for Rooms {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        if self.directory.find(LogKey::Plaza).is_none() {
            self.start_room(LogKey::Plaza);
        }
        ctx.run_interval(POLL_EVERY, |rooms, _| rooms.poll_logs());
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<StartRoom> for Rooms {
    type Result = MessageResult<StartRoom>;

    fn handle(&mut self, StartRoom(key): StartRoom, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.directory.find(key).unwrap_or_else(|| self.start_room(key)))
    }
}

impl Handler<TurnRooms> for Rooms {
    type Result = ();

    fn handle(&mut self, TurnRooms(today): TurnRooms, _: &mut Self::Context) {
        for (key, room) in self.directory.all() {
            if key.day().is_some_and(|day| day < today) {
                self.directory.rooms.pin().remove(&key);
                if let Err(error) = room.tell(CloseRoom) {
                    tracing::warn!(room = %key, %error, "a room of yesterday was not told to close");
                }
            }
        }
        for worker in self.ports.lines.all() {
            if worker.try_send(Parcel::NewDay(today)).is_err() {
                tracing::warn!("a busy worker was not told of the new day");
            }
        }
    }
}

impl Handler<Heard> for Rooms {
    type Result = ();

    fn handle(&mut self, Heard(news): Heard, _: &mut Self::Context) {
        match news {
            News::Logged { room, entries } => {
                if let Some(room) = self.directory.find(room) {
                    // Full: the gap shows at the next news.
                    let _ = room.tell(CatchUp(Some(entries)));
                }
            }
            News::Banned(subject) => self.put_out(subject),
            News::Missed => self.catch_up(),
            News::SessionsEnded(_) | News::Notified { .. } | News::Present { .. } | News::Recovered(_) => {}
        }
    }
}

impl Handler<PutOut> for Rooms {
    type Result = ();

    fn handle(&mut self, PutOut(subject): PutOut, _: &mut Self::Context) {
        self.put_out(subject);
    }
}

metered!(Rooms: StartRoom, TurnRooms, PutOut, Heard);
