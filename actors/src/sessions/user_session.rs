//! One person who is active on this node.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::time::Duration;

use actix::{Actor, ActorContext, AsyncContext, Context, Handler, ResponseFuture};
use tokio::time::Instant;

use super::command::{Person, PersonCommand, Ports};
use super::directory::SessionDirectory;
use super::lane::Lanes;
use super::messages::{
    As, EndSockets, FetchNotification, PushNotification, RereadSessions, RetireSession, SessionIdle,
    TellSockets,
};
use super::sockets::{PersonWord, Sockets, end_orphans};
use crate::accounts::Caller;
use crate::domain::account::Account;
use crate::domain::ids::UserId;
use crate::domain::session::{SessionId, SessionState};
use crate::kit::{ActorStats, Envelope, deliver};
use crate::metered;
use crate::ports::{Limit, RetryAfter};
use crate::refusal::{Outcome, Refusal, chain};

/// Commands of one person that wait before 503.
const MAILBOX: usize = 64;

/// A session row is believed this long, so that a sign-out anywhere takes effect within a second.
const IDENTITY_AGE: Duration = Duration::from_secs(1);

/// How long a session that is off the directory still takes commands.
const LINGER: Duration = Duration::from_secs(5);

/// Without a command for this long, the session is passivated.
const IDLE_AFTER: Duration = Duration::from_mins(10);

/// Identity of the person, the lane of their writes, and what is remembered between two calls.
pub struct UserSession {
    user: UserId,
    state: Rc<State>,
    lanes: Rc<Lanes>,
    ports: Arc<Ports>,
    directory: Weak<SessionDirectory>,
    last_command: Instant,
    stats: Arc<ActorStats>,
}

/// What the commands of one person share.
pub(super) struct State {
    identities: RefCell<HashMap<SessionId, Identity>>,
    generation: Cell<u64>,
    pub(super) sockets: Sockets,
}

struct Identity {
    account: Account,
    read_at: Instant,
}

impl UserSession {
    pub(super) fn new(
        user: UserId,
        ports: Arc<Ports>,
        directory: Weak<SessionDirectory>,
        stats: Arc<ActorStats>,
    ) -> Self {
        let sockets = Sockets::new(user, Weak::clone(&directory));
        let shared = State { identities: RefCell::default(), generation: Cell::new(0), sockets };
        Self {
            user,
            state: Rc::new(shared),
            lanes: Lanes::new(),
            ports,
            directory,
            last_command: Instant::now(),
            stats,
        }
    }

    fn retire_when_idle(&self) {
        let is_idle = self.last_command.elapsed() >= IDLE_AFTER
            && self.lanes.is_empty()
            && self.state.sockets.is_empty();
        if is_idle && let Some(directory) = self.directory.upgrade() {
            directory.tell_roster(SessionIdle(self.user));
        }
    }
}

impl State {
    pub(super) fn forget_identity(&self) {
        self.generation.set(self.generation.get() + 1);
        self.identities.borrow_mut().clear();
    }

    fn remembered(&self, session: &SessionId) -> Option<Account> {
        let identities = self.identities.borrow();
        let identity =
            identities.get(session).filter(|identity| identity.read_at.elapsed() < IDENTITY_AGE)?;
        Some(identity.account.clone())
    }

    /// The person, if the caller's session lives.
    async fn identify(&self, caller: &Caller, ports: &Ports) -> Outcome<Account> {
        if let Some(account) = self.remembered(&caller.session) {
            return Ok(account);
        }
        let (read_at, generation) = (Instant::now(), self.generation.get());
        let found = ports.sessions.look_up(&caller.session, caller.user, ports.clock.now()).await?;
        let mut identities = self.identities.borrow_mut();
        match found {
            SessionState::Live(account) => {
                // A change that came in meanwhile may not be undone by what was read before it.
                if self.generation.get() == generation {
                    identities.retain(|_, identity| identity.read_at.elapsed() < IDENTITY_AGE);
                    identities.insert(caller.session.clone(), Identity { account: account.clone(), read_at });
                }
                Ok(account)
            }
            SessionState::Ended => Err(Refusal::SessionEnded),
            SessionState::NoSuchUser => Err(Refusal::UserGone),
        }
    }
}

impl Actor for UserSession {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        ctx.run_interval(IDLE_AFTER / 10, |session, _| session.retire_when_idle());
    }
}

impl Drop for UserSession {
    fn drop(&mut self) {
        self.stats.actor_stopped();
    }
}

impl<C: PersonCommand> Handler<As<C>> for UserSession {
    type Result = ResponseFuture<Outcome<C::Reply>>;

    fn handle(&mut self, As { caller, command }: As<C>, _: &mut Self::Context) -> Self::Result {
        self.last_command = Instant::now();
        let place = Rc::clone(&self.lanes).admit(C::PATIENCE);
        let (state, ports) = (Rc::clone(&self.state), Arc::clone(&self.ports));
        let directory = Weak::clone(&self.directory);
        Box::pin(async move {
            let place = place.await?;
            let _turn = place.turn(C::LANE).await;
            let account = state.identify(&caller, &ports).await?;
            if C::LIMITED {
                let taken = ports.cache.take(Limit::CallPerPerson, &account.id.0.to_string()).await?;
                taken.map_err(|RetryAfter(retry_after)| Refusal::TooMany { retry_after })?;
            }
            command.run(Person { account, caller, ports, state, directory }).await
        })
    }
}

impl<C: PersonCommand> Handler<Envelope<As<C>>> for UserSession {
    type Result = ();

    fn handle(&mut self, envelope: Envelope<As<C>>, ctx: &mut Self::Context) {
        deliver(self, envelope, ctx);
    }
}

impl Handler<RetireSession> for UserSession {
    type Result = ();

    /// Whoever found this session before it went off the directory has sent its command by then. Replies in the making go
    /// on: they hold what they need.
    fn handle(&mut self, _: RetireSession, ctx: &mut Self::Context) {
        ctx.run_later(LINGER, |_, ctx| ctx.stop());
    }
}

impl Handler<PushNotification> for UserSession {
    type Result = ();

    fn handle(&mut self, PushNotification(notification): PushNotification, _: &mut Self::Context) {
        self.state.sockets.tell_all(&PersonWord::Notified(notification));
    }
}

impl Handler<TellSockets> for UserSession {
    type Result = ();

    fn handle(&mut self, TellSockets(word): TellSockets, _: &mut Self::Context) {
        if matches!(word, PersonWord::SessionEnded) {
            self.state.forget_identity();
        }
        self.state.sockets.tell_all(&word);
    }
}

impl Handler<FetchNotification> for UserSession {
    type Result = ();

    fn handle(&mut self, FetchNotification(id): FetchNotification, _: &mut Self::Context) {
        if self.state.sockets.is_empty() {
            return;
        }
        let (state, ports, user) = (Rc::clone(&self.state), Arc::clone(&self.ports), self.user);
        actix::spawn(async move {
            match ports.notifications.find(user, id).await {
                Ok(Some(found)) => state.sockets.tell_all(&PersonWord::Notified(Arc::new(found))),
                // Taken back meanwhile, or private.
                Ok(None) => {}
                Err(error) => tracing::debug!(cause = %chain(&error), "a notification was not shown"),
            }
        });
    }
}

impl Handler<RereadSessions> for UserSession {
    type Result = ();

    fn handle(&mut self, _: RereadSessions, _: &mut Self::Context) {
        self.state.forget_identity();
        if !self.state.sockets.is_empty() {
            actix::spawn(end_orphans(Rc::clone(&self.state), self.user, Arc::clone(&self.ports)));
        }
    }
}

impl Handler<EndSockets> for UserSession {
    type Result = ();

    fn handle(&mut self, EndSockets(session): EndSockets, _: &mut Self::Context) {
        self.state.forget_identity();
        self.state.sockets.end(&session);
    }
}

metered!(UserSession: RetireSession, PushNotification, FetchNotification, RereadSessions, EndSockets, TellSockets);
