//! Finding a room without a mailbox hop, and the actor that starts and closes them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use actix::{Actor, ArbiterHandle, AsyncContext, Context, Handler, MessageResult};
use papaya::HashMap;

use super::census::{Elsewhere, OwnCounts, SAY_EVERY};
use super::messages::{
    CatchUp, CloseRoom, CountElsewhere, ExpelPerson, Heard, LeaveCluster, PutOut, StartRoom, TurnRooms,
};
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

/// While they can, every so many times of that: news may be lost, and a node that is killed may have stored what it told
/// nobody.
const POLL_ANYWAY: u32 = 5;

/// The rooms of this node. Read by every socket, written by [`Rooms`] alone.
#[derive(Default)]
pub struct RoomDirectory {
    rooms: HashMap<LogKey, Living>,
    /// People on other nodes.
    elsewhere: HashMap<LogKey, usize>,
    roster: OnceLock<Mailbox<Rooms>>,
}

/// A room of this node.
struct Living {
    mailbox: Arc<Mailbox<Room>>,
    /// People in it here, as it says.
    people: Arc<AtomicUsize>,
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

    fn people_elsewhere(&self, key: LogKey) -> usize {
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
    own: OwnCounts,
    elsewhere: Elsewhere,
    polls: u32,
    is_leaving: bool,
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
            own: OwnCounts::default(),
            elsewhere: Elsewhere::default(),
            polls: 0,
            is_leaving: false,
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
        let (people, elsewhere) = (Arc::new(AtomicUsize::new(0)), self.directory.people_elsewhere(key));
        let told = Arc::clone(&people);
        let address =
            Room::start_in_arbiter(&self.arbiter, move |_| Room::new(key, ports, told, elsewhere, stats));
        let mailbox = Arc::new(Mailbox::of(address, Arc::clone(&self.room_stats)));
        self.directory.rooms.pin().insert(key, Living { mailbox: Arc::clone(&mailbox), people });
        mailbox
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

    fn poll_logs(&mut self) {
        self.polls = self.polls.wrapping_add(1);
        if !self.ports.fan_out.is_up() || self.polls.is_multiple_of(POLL_ANYWAY) {
            self.catch_up();
        }
    }

    /// Every room reads what its log has beyond what it knows.
    fn catch_up(&self) {
        for (_, room) in self.directory.all() {
            // Full: it is looked at again.
            let _ = room.tell(CatchUp(None));
        }
    }

    /// Tells other nodes who is here, and rooms of what those said no more.
    fn take_census(&mut self) {
        let now = Instant::now();
        for (room, sum) in self.elsewhere.forget_dead(now) {
            self.settle_elsewhere(room, sum);
        }
        let rooms: Vec<LogKey> = self.directory.rooms.pin().keys().copied().collect();
        let here = |room| (room, if self.is_leaving { 0 } else { self.directory.people_here(room) });
        for (room, people) in self.own.collect_due(rooms.into_iter().map(here), now) {
            let (node, members) = (Arc::clone(&self.ports.node), u32::try_from(people).unwrap_or(u32::MAX));
            self.ports.fan_out.publish(News::Present { node, room, members });
        }
    }

    fn settle_elsewhere(&self, key: LogKey, people: usize) {
        if people > 0 {
            self.directory.elsewhere.pin().insert(key, people);
        } else {
            self.directory.elsewhere.pin().remove(&key);
        }
        if let Some(room) = self.directory.find(key) {
            // Full: it is told again with the next number.
            let _ = room.tell(CountElsewhere(people));
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
        ctx.run_interval(SAY_EVERY, |rooms, _| rooms.take_census());
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
            News::Present { node, room, members } => {
                let members = usize::try_from(members).unwrap_or(usize::MAX);
                let sum = self.elsewhere.hear(room, node, members, Instant::now());
                self.settle_elsewhere(room, sum);
            }
            News::SessionsEnded(_) | News::Notified { .. } | News::Recovered(_) => {}
        }
    }
}

impl Handler<PutOut> for Rooms {
    type Result = ();

    fn handle(&mut self, PutOut(subject): PutOut, _: &mut Self::Context) {
        self.put_out(subject);
    }
}

impl Handler<LeaveCluster> for Rooms {
    type Result = ();

    fn handle(&mut self, _: LeaveCluster, _: &mut Self::Context) {
        self.is_leaving = true;
        self.take_census();
    }
}

metered!(Rooms: StartRoom, TurnRooms, PutOut, Heard, LeaveCluster);
