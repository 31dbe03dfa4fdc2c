//! The actor that starts and passivates the `UserSession`s of this node.

use std::sync::Arc;

use actix::{Actor, ArbiterHandle, Context, Handler, MessageResult};

use super::command::Ports;
use super::directory::SessionDirectory;
use super::messages::{RetireSession, SessionIdle, StartSession};
use super::user_session::UserSession;
use crate::domain::ids::UserId;
use crate::kit::{ActorStats, Mailbox};
use crate::metered;

/// Starts of people that wait at once.
const MAILBOX: usize = 4096;

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
        let actor = Self { directory: Arc::clone(directory), ports, homes, stats: Arc::clone(&stats) };
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

impl Actor for Sessions {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
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
