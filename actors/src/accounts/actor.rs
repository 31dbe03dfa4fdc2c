//! The actor: a thin shell around the use cases beside it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Context, Handler, Message, ResponseFuture};

use super::messages::{
    CancelSignOff, CompleteSignUp, GetSignOff, RefreshAccess, RequestSignUp, SignIn, SignInWithProvider,
};
use super::passwords::Passwords;
use super::tokens::Tokens;
use super::{sign_in, sign_off, sign_up, social};
use crate::kit::{ActorStats, Mailbox};
use crate::mailer::Mailer;
use crate::metered;
use crate::ports::{
    AccountStore, Cache, Clock, IdentityStore, Ids, Limit, Providers, RetryAfter, SessionStore,
};
use crate::refusal::{Outcome, Refusal};

/// Messages that wait for one worker's actor; above that, sign-ins are refused with 503.
const MAILBOX: usize = 256;

/// What [`Accounts`] works with.
#[derive(Clone)]
pub struct Services {
    /// People.
    pub accounts: Arc<dyn AccountStore>,
    /// Who they are at providers.
    pub identities: Arc<dyn IdentityStore>,
    /// Their sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// The providers.
    pub providers: Providers,
    /// How long a provider may take to say who somebody is.
    pub provider_patience: Duration,
    /// Codes and limits.
    pub cache: Arc<dyn Cache>,
    /// Code mails.
    pub mailer: Arc<Mailbox<Mailer>>,
    /// The hasher of the node.
    pub passwords: Arc<Passwords>,
    /// The keys of the service.
    pub tokens: Arc<Tokens>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// How long a full mailbox of the mailer is waited for.
    pub patience: Duration,
}

impl Services {
    pub(super) async fn limit(&self, limit: Limit, key: &str) -> Outcome<()> {
        let taken = self.cache.take(limit, key).await?;
        taken.map_err(|RetryAfter(retry_after)| Refusal::TooMany { retry_after })
    }
}

/// Everything before there is a session. One per worker thread.
pub struct Accounts {
    services: Rc<Services>,
    stats: Arc<ActorStats>,
}

impl Accounts {
    /// An actor over these services.
    pub fn new(services: Services, stats: Arc<ActorStats>) -> Self {
        Self { services: Rc::new(services), stats }
    }
}

impl Actor for Accounts {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
    }
}

impl Drop for Accounts {
    fn drop(&mut self) {
        self.stats.actor_stopped();
    }
}

/// Says which use case answers which message.
macro_rules! use_cases {
    ($($message:ty => $run:path;)+) => {$(
        impl Handler<$message> for Accounts {
            type Result = ResponseFuture<<$message as Message>::Result>;
            fn handle(&mut self, message: $message, _: &mut Self::Context) -> Self::Result {
                let services = Rc::clone(&self.services);
                Box::pin(async move { $run(&services, message).await })
            }
        }
        metered!(Accounts: $message);
    )+};
}

use_cases! {
    RequestSignUp => sign_up::request;
    CompleteSignUp => sign_up::complete;
    SignIn => sign_in::with_password;
    RefreshAccess => sign_in::refresh;
    CancelSignOff => sign_off::cancel;
    GetSignOff => sign_off::get;
    SignInWithProvider => social::sign_in;
}
