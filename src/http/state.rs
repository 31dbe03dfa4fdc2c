//! What handlers are given: ways into the actor system, and the few facts that answers are made of.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use actix::{Handler, Message};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use nine_cloud_actors::accounts::{Accounts, Tokens};
use nine_cloud_actors::administration::Office;
use nine_cloud_actors::diaries::{CommentReads, Feed};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::kit::{Envelope, Mailbox, PortStats};
use nine_cloud_actors::mailer::Mailer;
use nine_cloud_actors::metrics::{Metrics, Nodes};
use nine_cloud_actors::ports::{Clock, Ids};
use nine_cloud_actors::refusal::{Outcome, Refusal};
use nine_cloud_actors::rooms::{Archive, Lines, Moderation};
use nine_cloud_actors::scheduler::DiaryScheduler;
use nine_cloud_actors::sessions::{PersonCommand, SessionDirectory};
use nine_cloud_actors::uploads::UploadPipeline;

use super::caller::Caller;
use super::client::TrustedProxies;
use super::error::{ApiError, ApiResult};
use super::metrics::RequestMetrics;
use super::status::Readiness;

/// How long a full mailbox of a worker's own actor is waited for before 503.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shared by all workers.
pub struct Node {
    /// Name of this node: the `X-Node` header.
    pub id: String,
    /// Release that runs.
    pub release: String,
    /// When it started.
    pub started: std::time::Instant,
    /// The same on the wall clock.
    pub started_at: nine_cloud_actors::domain::seoul::Instant,
    /// `DATA_DIR`, whose disk is watched.
    pub data_dir: std::path::PathBuf,
    /// People active on this node.
    pub sessions: Arc<SessionDirectory>,
    /// Images.
    pub uploads: Arc<UploadPipeline>,
    /// Reads access tokens.
    pub tokens: Arc<Tokens>,
    /// Comment lists being read right now.
    pub comment_reads: Arc<CommentReads>,
    /// What the actors report.
    pub metrics: Arc<Mailbox<Metrics>>,
    /// The cluster.
    pub nodes: Arc<Nodes>,
    /// What was said in the chat.
    pub archive: Arc<Archive>,
    /// What administrators do in the chat.
    pub moderation: Arc<Moderation>,
    /// What else administrators do, and the record of all of it.
    pub office: Arc<Office>,
    /// Sends chat clients elsewhere and lets no more in; returns at once.
    pub drain_chat: Box<dyn Fn() + Send + Sync>,
    /// Scheduled jobs.
    pub scheduler: Arc<Mailbox<DiaryScheduler>>,
    /// Outgoing mails.
    pub mailer: Arc<Mailbox<Mailer>>,
    /// The way from rooms to workers, which counts what goes through it.
    pub lines: Arc<Lines>,
    /// What requests count.
    pub requests: RequestMetrics,
    /// What calls to backends count.
    pub ports: Vec<Arc<PortStats>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Makes request ids.
    pub ids: Arc<dyn Ids>,
    /// Whether a load balancer should send requests here.
    pub readiness: Readiness,
    /// How browsers reach this server; no slash at the end.
    pub public_url: String,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: TrustedProxies,
    /// Origins that browsers may call from.
    pub origins: Vec<String>,
    /// A bearer for `/admin`, beside administrators' own tokens.
    pub admin_token: Option<Secret>,
}

/// One worker's own actors, and the node.
#[derive(Clone)]
pub struct Api {
    /// The node.
    pub node: web::Data<Node>,
    /// Sign-up and sign-in.
    pub accounts: Arc<Mailbox<Accounts>>,
    /// The public feed.
    pub feed: Arc<Mailbox<Feed>>,
}

impl Node {
    /// Does `command` for a signed-in person.
    pub(super) async fn ask<C: PersonCommand>(&self, caller: Caller, command: C) -> ApiResult<C::Reply> {
        Ok(self.sessions.ask(caller.0, command).await?)
    }
}

impl Api {
    /// Asks the actor of this worker that knows people before they have a session.
    pub(super) async fn accounts<M, T>(&self, message: M) -> ApiResult<T>
    where
        M: Message<Result = Outcome<T>> + Send + 'static,
        T: Send + 'static,
        Accounts: Handler<Envelope<M>>,
    {
        Ok(self.accounts.ask(message, PATIENCE).await.map_err(Refusal::from)??)
    }

    /// Asks the actor of this worker that knows what everyone may see.
    pub(super) async fn feed<M, T>(&self, message: M) -> ApiResult<T>
    where
        M: Message<Result = Outcome<T>> + Send + 'static,
        T: Send + 'static,
        Feed: Handler<Envelope<M>>,
    {
        Ok(self.feed.ask(message, PATIENCE).await.map_err(Refusal::from)??)
    }
}

impl FromRequest for Api {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.app_data::<Self>().cloned().ok_or(ApiError::from(Refusal::Internal)))
    }
}
