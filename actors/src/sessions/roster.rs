//! The actor that starts and passivates the `UserSession`s of this node.

use std::sync::Arc;
use std::time::Duration;

use actix::{
    Actor, ActorFutureExt, ArbiterHandle, AsyncContext, Context, Handler, MessageResult, WrapFuture,
};

use super::command::Ports;
use super::directory::SessionDirectory;
use super::messages::{RetireSession, SessionIdle, StartSession};
use super::user_session::UserSession;
use crate::domain::ids::UserId;
use crate::kit::{ActorStats, Mailbox};
use crate::metered;
use crate::refusal::chain;

/// Starts of people that wait at once.
const MAILBOX: usize = 4096;

/// How often the rows of sessions with sockets are looked at: together with the look and the way to the socket, within
/// the second that chat.md allows.
const LOOK_EVERY: Duration = Duration::from_millis(750);

/// One thread that `UserSession`s live on, with its counters.
#[derive(Clone)]
pub struct Home {
    /// The thread.
    pub arbiter: ArbiterHandle,
    /// Counters of the `UserSession`s there.
    pub stats: Arc<ActorStats>,
}

/// Finds, starts and passivates [`UserSession`]s; the only writer of the directory.
#[derive(Clone)]
pub struct Sessions {
    directory: Arc<SessionDirectory>,
    ports: Arc<Ports>,
    homes: Vec<Home>,
    is_looking: bool,
    /// The last look failed.
    is_blind: bool,
    stats: Arc<ActorStats>,
}

impl Sessions {
    /// Starts the actor on `arbiter` and makes the directory speak to it.
    pub fn start_on(
        arbiter: ArbiterHandle,
        directory: &Arc<SessionDirectory>,
        ports: Arc<Ports>,
        homes: Vec<Home>,
        stats: Arc<ActorStats>,
    ) {
        let told = Arc::downgrade(directory);
        ports.fan_out.subscribe(Box::new(move |news| {
            if let Some(directory) = told.upgrade() {
                directory.hear(&news);
            }
        }));
        let actor = Self {
            directory: Arc::clone(directory),
            ports,
            homes,
            is_looking: false,
            is_blind: false,
            stats: Arc::clone(&stats),
        };
        directory.attach(Mailbox::keep(stats, move || {
            let actor = actor.clone();
            Self::start_in_arbiter(&arbiter, move |_| actor)
        }));
    }

    fn start_person(&self, user: UserId) -> Arc<Mailbox<UserSession>> {
        let place =
            usize::try_from(user.0.rem_euclid(i64::try_from(self.homes.len()).unwrap_or(1))).unwrap_or(0);
        let home = self.homes[place].clone();
        let (directory, ports, stats) =
            (Arc::downgrade(&self.directory), Arc::clone(&self.ports), Arc::clone(&home.stats));
        let address = UserSession::start_in_arbiter(&home.arbiter, move |_| {
            UserSession::new(user, ports, directory, stats)
        });
        let mailbox = Arc::new(Mailbox::of(address, home.stats));
        self.directory.insert(user, Arc::clone(&mailbox));
        mailbox
    }
}

impl Sessions {
    /// Ends the sockets of sessions that have ended: on another node, by a job, or because their time was over. One look
    /// at a time, for all of them together.
    fn look_for_ended(&mut self, ctx: &mut Context<Self>) {
        let attached = self.directory.attached_sessions();
        if self.is_looking || attached.is_empty() {
            return;
        }
        self.is_looking = true;
        let (store, now) = (Arc::clone(&self.ports.sessions), self.ports.clock.now());
        let look = async move { store.find_ended(attached, now).await };
        ctx.spawn(look.into_actor(self).map(|ended, roster, _| {
            roster.is_looking = false;
            let was_blind = std::mem::replace(&mut roster.is_blind, ended.is_err());
            match ended {
                Ok(ended) => {
                    for (session, user) in ended {
                        roster.directory.end_session(session, user);
                    }
                }
                // They stay: a store that is away says nothing about them.
                Err(error) if !was_blind => {
                    tracing::warn!(cause = %chain(&error), "sockets of ended sessions cannot be found");
                }
                Err(_) => {}
            }
        }));
    }
}

impl Actor for Sessions {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        ctx.run_interval(LOOK_EVERY, Self::look_for_ended);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<StartSession> for Sessions {
    type Result = MessageResult<StartSession>;

    fn handle(&mut self, StartSession(user): StartSession, _: &mut Self::Context) -> Self::Result {
        MessageResult(self.directory.find(user).unwrap_or_else(|| self.start_person(user)))
    }
}

impl Handler<SessionIdle> for Sessions {
    type Result = ();

    /// Off the directory first, so that nobody finds it any more.
    fn handle(&mut self, SessionIdle(user): SessionIdle, _: &mut Self::Context) {
        if let Some(mailbox) = self.directory.remove(user)
            && mailbox.tell(RetireSession).is_err()
        {
            tracing::debug!("an idle session was gone already");
        }
    }
}

metered!(Sessions: StartSession, SessionIdle);
