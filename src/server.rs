//! Start and stop.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, rt, web};
use nine_cloud_actors::accounts::{Cost, TokenKeys};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::ports::{AccountStore, Clock, Ids, PortError};
use nine_cloud_actors::refusal::chain;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::adapters::cache::{EmbeddedCache, Quota};
use crate::adapters::files::DiskFileStore;
use crate::adapters::host::{SystemClock, SystemIds};
use crate::adapters::mail::{OpenOutboxError, OutboxTransport};
use crate::adapters::sql::{MigrateError, Migrations, OpenError, SqlOptions, SqlStore};
use crate::cli::banner::Banner;
use crate::data_dir::{DataDir, DataDirError, LEAST_FREE_BYTES};
use crate::http::{self, Api, Node, Readiness, TrustedProxies};
use crate::open_files;
use crate::settings::{DatabaseBackend, Settings};
use crate::system::{Adapters, System, SystemError, SystemOptions};

/// Who mails are from.
const SENDER: &str = "NINE Cloud <no-reply@localhost>";

/// Longest that the head of a request may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

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
    /// The schema cannot be brought up to date.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// `AUTO_MIGRATE` is off and was not done by hand.
    #[error("the database lacks {0} migrations and AUTO_MIGRATE is off: run `nine-cloud migrate`")]
    OldSchema(usize),
    /// The outbox cannot be used.
    #[error(transparent)]
    Outbox(#[from] OpenOutboxError),
    /// The actors did not start.
    #[error(transparent)]
    System(#[from] SystemError),
    /// The database did not do what was asked.
    #[error("{}", chain(.0))]
    Port(#[from] PortError),
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
}

impl Default for Host {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), ids: Arc::new(SystemIds), password_cost: Cost::Production }
    }
}

/// A server that takes requests.
pub struct Running {
    http: ServerHandle,
    readiness: Readiness,
    system: Arc<System>,
    drain: Duration,
    serving: rt::task::JoinHandle<std::io::Result<()>>,
    _data_dir: DataDir,
}

/// Serves until a signal ends it.
pub fn serve(settings: Settings) -> Result<(), StartError> {
    let open_files = open_files::raise_limit()?;
    let address = settings.server.listen;
    let data_dir = DataDir::hold(&settings.server.data_dir)?;
    if settings.database.auto_migrate {
        migrate(&settings)?;
    } else {
        refuse_old_schema(&settings)?;
    }
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
        let store = SqlStore::open(&database_url(settings), &SqlOptions::default())?;
        let adapters = open_adapters(settings, &data_dir, &store, host)?;
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let options = SystemOptions {
            node: settings.server.node_id.clone(),
            token_keys: token_keys(settings, &data_dir)?,
            password_cost: host.password_cost,
            cores: u16::try_from(cores).unwrap_or(u16::MAX),
        };
        let readiness = readiness(settings, &store, &adapters);
        let files = Arc::clone(&adapters.files);
        let system = Arc::new(System::start(adapters, options)?);
        let node = web::Data::new(node(settings, &system, files, readiness.clone(), host));
        let workers = Arc::clone(&system);
        let server = HttpServer::new(move || {
            let api =
                Api { node: node.clone(), accounts: workers.start_accounts(), feed: workers.start_feed() };
            App::new()
                .configure(|config| http::configure(config, api))
                .wrap(http::clean_paths())
                .wrap(http::frame())
        })
        .workers(cores)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(settings.server.drain.as_secs())
        .disable_signals()
        .listen(listener)?
        .run();
        let http = server.handle();
        let serving = rt::spawn(server);
        Ok(Self { http, readiness, system, drain: settings.server.drain, serving, _data_dir: data_dir })
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

    /// Not ready at once; requests in hand finish; files and mails are flushed; then the actors end.
    pub async fn stop(self) -> Result<(), StartError> {
        let deadline = Instant::now() + self.drain;
        self.readiness.drain();
        self.http.stop(true).await;
        let served = self.serving.await;
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_secs(1));
        // The workers are gone, and with them all other handles.
        if let Some(system) = Arc::into_inner(self.system) {
            system.stop(left).await;
        }
        tracing::info!("stopped");
        served.map_err(std::io::Error::other)??;
        Ok(())
    }
}

fn database_url(settings: &Settings) -> String {
    match &settings.database.backend {
        DatabaseBackend::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseBackend::Mysql(url) => url.reveal().to_owned(),
    }
}

fn open_adapters(
    settings: &Settings,
    data_dir: &DataDir,
    store: &SqlStore,
    host: &Host,
) -> Result<Adapters, StartError> {
    let sql = Arc::new(store.clone());
    let transport = OutboxTransport::open(data_dir.outbox(), SENDER, Arc::clone(&host.clock))?;
    Ok(Adapters {
        accounts: sql.clone(),
        sessions: sql.clone(),
        diaries: sql.clone(),
        comments: sql.clone(),
        file_tasks: sql.clone(),
        files: Arc::new(DiskFileStore::open(data_dir.uploads(), &settings.server.public_url)?),
        cache: Arc::new(EmbeddedCache::new(store.clone(), |limit| {
            settings.limits.rate(limit).map(|rate| Quota { burst: rate.count, per: rate.window })
        })),
        mail_queue: sql.clone(),
        mail_transport: Arc::new(transport),
        jobs: sql,
        clock: Arc::clone(&host.clock),
        ids: Arc::clone(&host.ids),
    })
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

fn readiness(settings: &Settings, store: &SqlStore, adapters: &Adapters) -> Readiness {
    let (sql, files, folder) = (store.clone(), Arc::clone(&adapters.files), settings.server.data_dir.clone());
    Readiness::new(vec![
        (
            "sql",
            Box::new(move || {
                let sql = sql.clone();
                Box::pin(async move { sql.check().await })
            }),
        ),
        (
            "files",
            Box::new(move || {
                let files = Arc::clone(&files);
                Box::pin(async move { files.check().await })
            }),
        ),
        (
            "disk",
            Box::new(move || {
                let free = crate::data_dir::free_bytes(&folder);
                Box::pin(std::future::ready(match free {
                    Ok(bytes) if bytes >= LEAST_FREE_BYTES => Ok(()),
                    Ok(_) => Err(PortError::Unavailable("too little free space".into())),
                    Err(error) => Err(PortError::Broken(error.into())),
                }))
            }),
        ),
    ])
}

fn node(
    settings: &Settings,
    system: &System,
    files: Arc<dyn nine_cloud_actors::ports::FileStore>,
    readiness: Readiness,
    host: &Host,
) -> Node {
    let server = &settings.server;
    Node {
        id: server.node_id.clone(),
        release: server.release.clone(),
        started: Instant::now(),
        sessions: Arc::clone(&system.sessions),
        uploads: Arc::clone(&system.uploads),
        files,
        tokens: Arc::clone(&system.tokens),
        comment_reads: Arc::clone(&system.comment_reads),
        metrics: Arc::clone(&system.metrics),
        scheduler: Arc::clone(&system.scheduler),
        clock: Arc::clone(&host.clock),
        ids: Arc::clone(&host.ids),
        readiness,
        public_url: server.public_url.clone(),
        trusted_proxies: TrustedProxies(server.trusted_proxies.clone()),
        origins: server.cors_origins.clone(),
        admin_token: server.admin_token.clone(),
    }
}
