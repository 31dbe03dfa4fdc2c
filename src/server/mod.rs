//! Start and stop.

mod adapters;
mod adopt;
mod chat;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, rt, web};
use nine_cloud_actors::accounts::{Cost, PROVIDER_PATIENCE, TokenKeys};
use nine_cloud_actors::counsel::MODEL_PATIENCE;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::kit::PortStats;
use nine_cloud_actors::metrics::OwnNode;
use nine_cloud_actors::ports::{AccountStore, Clock, FanOut, Ids, PortError};
use nine_cloud_actors::refusal::chain;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout_at;

use crate::adapters::adoption::AdoptError;
use crate::adapters::ai::OpenAiError;
use crate::adapters::host::{SystemClock, SystemIds};
use crate::adapters::mail::{OpenOutboxError, OpenSmtpError};
use crate::adapters::mongo::OpenMongoError;
use crate::adapters::redis::OpenRedisError;
use crate::adapters::sql::{MigrateError, Migrations, OpenError, SqlOptions, SqlStore};
use crate::cli::banner::Banner;
use crate::data_dir::{DataDir, DataDirError};
use crate::http::{self, Api, Node, Readiness, RequestMetrics, Traffic, TrustedProxies};
use crate::open_files;
use crate::realtime::chat::Chat;
use crate::realtime::engine::remember_peer;
use crate::settings::{DatabaseBackend, Settings};
use crate::system::{System, SystemError, SystemOptions};
use crate::tls;
pub use adopt::adopt;

use adapters::{count_calls, open_adapters, open_mongo, open_redis, open_smtp, readiness};
use chat::open_chat;

/// Longest that the head of a request may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

/// How long what is left of a body is taken in after its answer. Browsers read nothing before they have sent all, so a
/// connection that is reset earlier is an answer lost: with a lost 419, a diary (contract invariant 16).
const LINGER: Duration = Duration::from_secs(20);

/// Of the time for a graceful stop, at most half, what is kept back from requests that do not end: for files and mails.
const FLUSH: Duration = Duration::from_secs(3);

/// How long clients of the chat stay after a signal, with `/ready` at 503, so that a load balancer sends them elsewhere when
/// they come back; and how long nobody may have asked for anything before the listening socket is closed. At most: with a
/// short `DRAIN_SECS` it is a fifteenth of that.
const SETTLE: Duration = Duration::from_secs(2);

/// Longer than a load balancer keeps its connections (nginx: 60 s), so that it is the one to close them.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Why the server did not start, or stopped in disorder.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// `DATA_DIR` is not ours.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The operating system says no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// `HOST:PORT`
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// MongoDB cannot be spoken to.
    #[error(transparent)]
    Mongo(#[from] OpenMongoError),
    /// No tag for the ids of sockets can be made.
    #[error("NODE_ID gives no tag for sockets")]
    NodeTag,
    /// The schema cannot be brought up to date.
    #[error("{}", chain(.0))]
    Migrate(#[from] MigrateError),
    /// `AUTO_MIGRATE` is off and was not done by hand.
    #[error("the database lacks {0} migrations and AUTO_MIGRATE is off: run `nine-cloud migrate`")]
    OldSchema(usize),
    /// The outbox cannot be used.
    #[error(transparent)]
    Outbox(#[from] OpenOutboxError),
    /// The mail server cannot be spoken to.
    #[error("{}", chain(.0))]
    Smtp(#[from] OpenSmtpError),
    /// Redis cannot be spoken to.
    #[error("{}", chain(.0))]
    Redis(#[from] OpenRedisError),
    /// The model cannot be asked.
    #[error("{}", chain(.0))]
    Model(#[from] OpenAiError),
    /// A sign-in provider cannot be asked.
    #[error("the client for sign-in providers could not be made: {}", chain(.0))]
    Provider(#[source] reqwest::Error),
    /// Requests cannot be counted: two families have one name.
    #[error(transparent)]
    Metrics(#[from] prometheus::Error),
    /// The actors did not start.
    #[error(transparent)]
    System(#[from] SystemError),
    /// The database did not do what was asked.
    #[error("{}", chain(.0))]
    Port(#[from] PortError),
    /// The previous service's database was not adopted.
    #[error("{}", chain(.0))]
    Adopt(#[from] AdoptError),
    /// What is about to be filled is in use.
    #[error(
        "somebody is connected to the new database: stop the server on it and run `nine-cloud adopt` again"
    )]
    InUse,
    /// There is no such account.
    #[error("no account has this address")]
    NoSuchAccount,
}

/// What tests put in place of the machine's own.
pub struct Host {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// How expensive new password hashes are.
    pub password_cost: Cost,
    /// How long a person waits for the model.
    pub model_patience: Duration,
    /// How long a person waits for a sign-in provider.
    pub provider_patience: Duration,
    /// Other nodes, if they are not where the settings say.
    pub fan_out: Option<Arc<dyn FanOut>>,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            ids: Arc::new(SystemIds),
            password_cost: Cost::Production,
            model_patience: MODEL_PATIENCE,
            provider_patience: PROVIDER_PATIENCE,
            fan_out: None,
        }
    }
}

/// A server that takes requests.
pub struct Running {
    http: ServerHandle,
    readiness: Readiness,
    traffic: web::Data<Traffic>,
    system: Arc<System>,
    chat: Chat,
    drain: Duration,
    serving: rt::task::JoinHandle<std::io::Result<()>>,
    _data_dir: DataDir,
}

/// Serves until a signal ends it.
pub fn serve(settings: Settings) -> Result<(), StartError> {
    let open_files = open_files::raise_limit(settings.chat.max_sockets)?;
    let address = settings.server.listen;
    let data_dir = DataDir::hold(&settings.server.data_dir)?;
    if settings.database.auto_migrate {
        migrate(&settings)?;
    } else {
        refuse_old_schema(&settings)?;
    }
    Migrations::of(&database_url(&settings))?.refuse_half_adopted()?;
    let listener = TcpListener::bind(address).map_err(|source| StartError::Listen { address, source })?;
    rt::System::new().block_on(async move {
        // From here on a signal is ours, also one that comes while the server starts.
        let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let running = Running::start(&settings, data_dir, listener, &Host::default())?;
        Banner(&settings).print();
        tracing::info!(open_files, node = settings.server.node_id, "started");
        running.until(terminate, interrupt).await
    })
}

/// Runs the migrations that the database lacks.
pub fn migrate(settings: &Settings) -> Result<(), StartError> {
    let url = database_url(settings);
    let done = Migrations::of(&url)?.run()?;
    for name in &done {
        tracing::info!(migration = name, "migrated");
    }
    Ok(())
}

fn refuse_old_schema(settings: &Settings) -> Result<(), StartError> {
    let pending = Migrations::of(&database_url(settings))?.pending()?;
    if pending.is_empty() { Ok(()) } else { Err(StartError::OldSchema(pending.len())) }
}

/// Makes the account with this address an administrator, or no longer one.
pub fn set_admin(settings: &Settings, email: &Email, is_admin: bool) -> Result<(), StartError> {
    if settings.database.auto_migrate {
        migrate(settings)?;
    }
    let store = SqlStore::open(&database_url(settings), &SqlOptions::default())?;
    let found = rt::System::new().block_on(store.set_admin(email, is_admin))?;
    if found { Ok(()) } else { Err(StartError::NoSuchAccount) }
}

impl Running {
    /// Starts the actors and takes requests from `listener`. The schema must be up to date.
    pub fn start(
        settings: &Settings,
        data_dir: DataDir,
        listener: TcpListener,
        host: &Host,
    ) -> Result<Self, StartError> {
        tls::use_ring();
        let store = SqlStore::open(&database_url(settings), &SqlOptions::default())?;
        let mongo = open_mongo(settings)?;
        let smtp = open_smtp(settings, host)?;
        let redis = open_redis(settings)?;
        let mut adapters =
            open_adapters(settings, &data_dir, &store, mongo.clone(), redis.as_ref(), smtp.clone(), host)?;
        let ports = count_calls(&mut adapters, &store, mongo.as_deref(), redis.as_ref());
        let readiness = readiness(settings, &store, &adapters, mongo, redis, smtp);
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let options = SystemOptions {
            node: OwnNode {
                name: settings.server.node_id.as_str().into(),
                release: settings.server.release.as_str().into(),
                is_draining: readiness.draining(),
            },
            token_keys: token_keys(settings, &data_dir)?,
            password_cost: host.password_cost,
            model_patience: host.model_patience,
            room_capacity: if settings.limits.enabled { settings.chat.room_capacity } else { usize::MAX },
            provider_patience: host.provider_patience,
            cores: u16::try_from(cores).unwrap_or(u16::MAX),
        };
        let system = Arc::new(System::start(adapters.clone(), options)?);
        let chat = open_chat(settings, &system, &adapters, host)?;
        let drained = chat.clone();
        let drain = settings.server.drain;
        let drain_chat = Box::new(move || {
            let chat = drained.clone();
            rt::spawn(async move { chat.drain(drain / 3).await });
        });
        let hooks = Hooks { requests: RequestMetrics::new()?, ports, drain_chat };
        let node = web::Data::new(node(settings, &system, readiness.clone(), hooks, host));
        let chats = chat.clone();
        let workers = Arc::clone(&system);
        let traffic = web::Data::new(Traffic::new());
        let counted = traffic.clone();
        let server = HttpServer::new(move || {
            let api =
                Api { node: node.clone(), accounts: workers.start_accounts(), feed: workers.start_feed() };
            // The chat answers for itself: its paths, methods and refusals are those of its protocol.
            App::new()
                .app_data(node.clone())
                .app_data(counted.clone())
                .configure(|config| chats.mount(config))
                .service(
                    web::scope("")
                        .configure(|config| http::configure(config, api))
                        .wrap(http::clean_paths())
                        .wrap(http::frame()),
                )
                .default_service(http::nowhere().wrap(http::frame()))
                .wrap(http::count_requests())
        })
        .on_connect(remember_peer)
        .workers(cores)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .client_disconnect_timeout(LINGER)
        .shutdown_timeout(drain.saturating_sub(FLUSH.min(drain / 2)).as_secs())
        .disable_signals()
        .listen(listener)?
        .run();
        let http = server.handle();
        let serving = rt::spawn(server);
        Ok(Self { http, readiness, traffic, system, chat, drain, serving, _data_dir: data_dir })
    }

    /// Serves until a signal, then stops gracefully; a second interrupt exits at once.
    async fn until(self, mut terminate: Signal, mut interrupt: Signal) -> Result<(), StartError> {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        tokio::select! {
            stopped = self.stop() => stopped,
            _ = interrupt.recv() => Err(std::io::Error::from(std::io::ErrorKind::Interrupted).into()),
        }
    }

    /// Not ready at once, and no new sockets; those that are there are told to come back elsewhere. Requests are served until
    /// none has come for a while; files and mails are flushed; then the actors end.
    pub async fn stop(self) -> Result<(), StartError> {
        let deadline = tokio::time::Instant::now() + self.drain;
        let last_answer = deadline - FLUSH.min(self.drain / 2);
        self.readiness.drain();
        self.system.nodes.say();
        self.chat.close_gate();
        self.traffic.end_connections();
        let settle = SETTLE.min(self.drain / 15);
        rt::time::sleep(settle).await;
        let emptied = async {
            self.chat.drain(self.drain / 3).await;
            self.system.rooms.leave_cluster().await;
            self.traffic.until_quiet(settle).await;
        };
        // Whoever goes on asking is served for as long as there is time.
        let _ = timeout_at(last_answer - settle, emptied).await;
        let served = async {
            self.http.stop(true).await;
            self.serving.await
        };
        let served = timeout_at(last_answer, served).await;
        let left =
            deadline.saturating_duration_since(tokio::time::Instant::now()).max(Duration::from_secs(1));
        // The workers have answered their last request, though their threads may not be gone yet.
        self.system.stop(left).await;
        if let Ok(served) = served {
            served.map_err(std::io::Error::other)??;
        } else {
            tracing::warn!("stopped with requests that did not end");
        }
        tracing::info!("stopped");
        Ok(())
    }
}

fn database_url(settings: &Settings) -> String {
    match &settings.database.backend {
        DatabaseBackend::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseBackend::Mysql(url) => url.reveal().to_owned(),
    }
}

fn token_keys(settings: &Settings, data_dir: &DataDir) -> Result<TokenKeys, StartError> {
    let tokens = &settings.tokens;
    Ok(TokenKeys {
        current: tokens.secret_key.clone().map_or_else(|| data_dir.secret_key(), Ok)?,
        previous: tokens.previous_key.clone(),
        access_lifetime: tokens.access_lifetime,
        refresh_lifetime: tokens.refresh_lifetime,
    })
}

/// What the HTTP side shares with others of this process, beside the actors.
struct Hooks {
    requests: RequestMetrics,
    ports: Vec<Arc<PortStats>>,
    drain_chat: Box<dyn Fn() + Send + Sync>,
}

fn node(settings: &Settings, system: &System, readiness: Readiness, hooks: Hooks, host: &Host) -> Node {
    let server = &settings.server;
    Node {
        id: server.node_id.clone(),
        release: server.release.clone(),
        started: Instant::now(),
        started_at: host.clock.now(),
        data_dir: server.data_dir.clone(),
        sessions: Arc::clone(&system.sessions),
        uploads: Arc::clone(&system.uploads),
        tokens: Arc::clone(&system.tokens),
        comment_reads: Arc::clone(&system.comment_reads),
        metrics: Arc::clone(&system.metrics),
        nodes: Arc::clone(&system.nodes),
        archive: Arc::clone(&system.archive),
        moderation: Arc::clone(&system.moderation),
        scheduler: Arc::clone(&system.scheduler),
        mailer: Arc::clone(&system.mailer),
        lines: Arc::clone(&system.lines),
        requests: hooks.requests,
        ports: hooks.ports,
        office: Arc::clone(&system.office),
        drain_chat: hooks.drain_chat,
        clock: Arc::clone(&host.clock),
        ids: Arc::clone(&host.ids),
        readiness,
        public_url: server.public_url.clone(),
        trusted_proxies: TrustedProxies(server.trusted_proxies.clone()),
        origins: server.cors_origins.clone(),
        admin_token: server.admin_token.clone(),
    }
}
