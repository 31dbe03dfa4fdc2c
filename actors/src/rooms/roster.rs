//! The actor that starts rooms and closes them.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use actix::{
    Actor, ActorFutureExt, ArbiterHandle, AsyncContext, Context, ContextFutureSpawner, Handler,
    MessageResult, ResponseActFuture, WrapFuture,
};

use super::census::{Elsewhere, OwnCounts, SAY_EVERY};
use super::directory::{Living, RoomDirectory};
use super::messages::{
    CatchUp, CloseRoom, CountElsewhere, ExpelPerson, Heard, LeaveCluster, PutOut, ReadClosedRooms, SetShut,
    StartRoom, TurnRooms,
};
use super::parcel::{Expulsion, Parcel};
use super::room::{Room, RoomPorts};
use crate::domain::chat::{LogKey, RoomName};
use crate::kit::{ActorStats, Mailbox};
use crate::metered;
use crate::ports::{BanSubject, News};
use crate::refusal::chain;

/// News and starts that wait at once.
const MAILBOX: usize = 4096;

/// While the other nodes cannot be heard, the log is looked at this often (chat.md), and which rooms are closed.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// When a room that was too busy to hear that it is closed, or open again, is told once more.
const TELL_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// While they can, every so many times of that: news may be lost, and a node that is killed may have stored what it told
/// nobody.
const POLL_ANYWAY: u32 = 5;

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
    /// Looks at which rooms are closed: those begun, and the last one whose answer counted.
    looks: u64,
    seen: u64,
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
            looks: 0,
            seen: 0,
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
        let (told, is_shut) = (Arc::clone(&people), self.directory.is_closed(key.name()));
        let address = Room::start_in_arbiter(&self.arbiter, move |_| {
            Room::new(key, ports, told, elsewhere, is_shut, stats)
        });
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
            BanSubject::Address(_) => self.tell_workers(|| Parcel::Banned(subject), "of a ban"),
        }
    }

    fn poll(&mut self, ctx: &mut Context<Self>) {
        self.polls = self.polls.wrapping_add(1);
        if !self.ports.fan_out.is_up() || self.polls.is_multiple_of(POLL_ANYWAY) {
            self.catch_up();
            ctx.spawn(self.read_closed());
        }
    }

    /// Reads which rooms are closed, and tells those of this node. What is found out later counts.
    fn read_closed(&mut self) -> ResponseActFuture<Self, ()> {
        self.looks += 1;
        let (look, people) = (self.looks, Arc::clone(&self.ports.people));
        let read = async move { people.closed_rooms().await };
        Box::pin(read.into_actor(self).map(move |read, rooms, ctx| match read {
            Ok(closed) if look > rooms.seen => {
                rooms.seen = look;
                if !rooms.settle_closed(&closed) {
                    ctx.run_later(TELL_AGAIN_AFTER, |rooms, ctx| {
                        let read = rooms.read_closed();
                        ctx.spawn(read);
                    });
                }
            }
            Ok(_) => {}
            // It is asked again.
            Err(error) => tracing::debug!(cause = %chain(&error), "which rooms are closed cannot be read"),
        }))
    }

    /// `false`: not every room has heard of it yet.
    fn settle_closed(&self, closed: &[RoomName]) -> bool {
        let mut is_settled = true;
        for name in RoomName::all() {
            let is_closed = closed.contains(&name);
            if is_closed == self.directory.is_closed(name) {
                continue;
            }
            if !self.tell_closed(name, is_closed) {
                is_settled = false;
            } else if is_closed {
                self.directory.closed.pin().insert(name);
            } else {
                self.directory.closed.pin().remove(&name);
            }
        }
        is_settled
    }

    /// `false`: a room is too busy to hear of it, and is told again.
    fn tell_closed(&self, name: RoomName, is_closed: bool) -> bool {
        let mut of_name = self.directory.all().into_iter().filter(|(key, _)| key.name() == name);
        of_name.all(|(_, room)| room.tell(SetShut(is_closed)).is_ok() || !room.is_alive())
    }

    fn tell_workers(&self, parcel: impl Fn() -> Parcel, what: &str) {
        for worker in self.ports.lines.all() {
            if worker.try_send(parcel()).is_err() {
                tracing::warn!("a busy worker was not told {what}");
            }
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
        // Nobody is let into any room before it is known which are closed.
        let people = Arc::clone(&self.ports.people);
        let read = async move {
            loop {
                match people.closed_rooms().await {
                    Ok(closed) => return closed,
                    Err(error) => {
                        tracing::warn!(cause = %chain(&error), "rooms wait until it is known which are closed");
                        tokio::time::sleep(POLL_EVERY).await;
                    }
                }
            }
        };
        let begin = read.into_actor(self).map(|closed, rooms, ctx: &mut Context<Self>| {
            rooms.settle_closed(&closed);
            if rooms.directory.find(LogKey::Plaza).is_none() {
                rooms.start_room(LogKey::Plaza);
            }
            ctx.run_interval(POLL_EVERY, Self::poll);
            ctx.run_interval(SAY_EVERY, |rooms, _| rooms.take_census());
        });
        begin.wait(ctx);
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
        self.tell_workers(|| Parcel::NewDay(today), "of the new day");
    }
}

impl Handler<Heard> for Rooms {
    type Result = ();

    fn handle(&mut self, Heard(news): Heard, ctx: &mut Self::Context) {
        match news {
            News::Logged { room, entries } => {
                if let Some(room) = self.directory.find(room) {
                    // Full: the gap shows at the next news.
                    let _ = room.tell(CatchUp(Some(entries)));
                }
            }
            News::Banned(subject) => self.put_out(subject),
            News::RoomsClosed => {
                ctx.spawn(self.read_closed());
            }
            News::Missed => {
                self.catch_up();
                ctx.spawn(self.read_closed());
            }
            News::Present { node, room, members } => {
                let members = usize::try_from(members).unwrap_or(usize::MAX);
                let sum = self.elsewhere.hear(room, node, members, Instant::now());
                self.settle_elsewhere(room, sum);
            }
            News::SessionsEnded(_)
            | News::Kicked(_)
            | News::CloudLost(_)
            | News::Notified { .. }
            | News::NodeIs(_)
            | News::Recovered(_) => {}
        }
    }
}

impl Handler<PutOut> for Rooms {
    type Result = ();

    fn handle(&mut self, PutOut(subject): PutOut, _: &mut Self::Context) {
        self.put_out(subject);
    }
}

impl Handler<ReadClosedRooms> for Rooms {
    type Result = ResponseActFuture<Self, ()>;

    fn handle(&mut self, _: ReadClosedRooms, _: &mut Self::Context) -> Self::Result {
        self.read_closed()
    }
}

impl Handler<LeaveCluster> for Rooms {
    type Result = ();

    fn handle(&mut self, _: LeaveCluster, _: &mut Self::Context) {
        self.is_leaving = true;
        self.take_census();
    }
}

metered!(Rooms: StartRoom, TurnRooms, PutOut, Heard, ReadClosedRooms, LeaveCluster);
