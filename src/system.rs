//! Wires the actor system: which actor lives on which thread, and what it is handed.
//!
//! Dependencies go in through constructors, from here; there is no registry to look them up in.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix::{Actor, Arbiter, ArbiterHandle};
use nine_cloud_actors::accounts::{self, Accounts, Cost, Passwords, TokenKeys, Tokens};
use nine_cloud_actors::administration::{Office, OfficeActors, OfficePorts};
use nine_cloud_actors::counsel::Counsel;
use nine_cloud_actors::diaries::{CommentReads, Feed, FeedPorts};
use nine_cloud_actors::kit::Mailbox;
use nine_cloud_actors::mailer::{DrainMails, Mailer};
use nine_cloud_actors::metrics::{Metrics, Nodes, OwnNode, Registry, Sources};
use nine_cloud_actors::ports::{
    AccountStore, AuditLog, Cache, ChatLog, ChatPeople, Clock, CommentStore, CounselModel, DiaryStore,
    FanOut, FileStore, FileTaskStore, IdentityStore, Ids, JobStore, MailQueue, MailTransport,
    NotificationStore, Providers, SessionStore, SolutionStore,
};
use nine_cloud_actors::rooms::{
    Archive, Lines, Lobby, Moderation, Pseudonyms, RecoveryKeeper, RoomDirectory, RoomPorts, Rooms,
};
use nine_cloud_actors::scheduler::{self, DiaryScheduler, Job, ScheduleError, StopJobs, jobs};
use nine_cloud_actors::sessions::{Home, Ports, SessionDirectory, Sessions};
use nine_cloud_actors::uploads::{UploadDeps, UploadPipeline};

/// How long a full mailbox of the mailer is waited for by a sign-up.
const MAILER_PATIENCE: Duration = Duration::from_secs(2);

/// One implementation of every port.
#[derive(Clone)]
pub struct Adapters {
    /// People.
    pub accounts: Arc<dyn AccountStore>,
    /// Who they are at sign-in providers.
    pub identities: Arc<dyn IdentityStore>,
    /// The providers that are set up.
    pub providers: Providers,
    /// Their sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Diaries and likes.
    pub diaries: Arc<dyn DiaryStore>,
    /// Comments and replies.
    pub comments: Arc<dyn CommentStore>,
    /// What people are told of.
    pub notifications: Arc<dyn NotificationStore>,
    /// Solutions.
    pub solutions: Arc<dyn SolutionStore>,
    /// The model behind them; `None`: the rules answer.
    pub model: Option<Arc<dyn CounselModel>>,
    /// What is to be done in the file store.
    pub file_tasks: Arc<dyn FileTaskStore>,
    /// The file store.
    pub files: Arc<dyn FileStore>,
    /// Codes, limits, view marks.
    pub cache: Arc<dyn Cache>,
    /// What was said in the chat.
    pub chat_log: Arc<dyn ChatLog>,
    /// Who is who there.
    pub chat_people: Arc<dyn ChatPeople>,
    /// The other nodes.
    pub fan_out: Arc<dyn FanOut>,
    /// Outgoing mails.
    pub mail_queue: Arc<dyn MailQueue>,
    /// The way they leave.
    pub mail_transport: Arc<dyn MailTransport>,
    /// What administrators did.
    pub audit: Arc<dyn AuditLog>,
    /// Rows of cluster jobs.
    pub jobs: Arc<dyn JobStore>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
}

/// What is not a port.
pub struct SystemOptions {
    /// This node, as it tells the others.
    pub node: OwnNode,
    /// Keys and lifetimes of tokens.
    pub token_keys: TokenKeys,
    /// How expensive new hashes are.
    pub password_cost: Cost,
    /// How long a person waits for the model.
    pub model_patience: Duration,
    /// Sockets that a chat room holds.
    pub room_capacity: usize,
    /// How long a person waits for a sign-in provider.
    pub provider_patience: Duration,
    /// Threads for `UserSession`s, and pictures decoded at once.
    pub cores: u16,
}

/// Why the actors did not start.
#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    /// A cron text of ours is wrong.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The password hasher could not be prepared.
    #[error("the password hasher could not be prepared")]
    Passwords,
}

/// The running actors of a node, worker-local ones excepted.
pub struct System {
    /// Who is active.
    pub sessions: Arc<SessionDirectory>,
    /// Images.
    pub uploads: Arc<UploadPipeline>,
    /// Token keys.
    pub tokens: Arc<Tokens>,
    /// Comment lists being read.
    pub comment_reads: Arc<CommentReads>,
    /// What the actors report.
    pub metrics: Arc<Mailbox<Metrics>>,
    /// The cluster.
    pub nodes: Arc<Nodes>,
    /// Chat rooms.
    pub rooms: Arc<RoomDirectory>,
    /// The way from rooms to workers.
    pub lines: Arc<Lines>,
    /// Who may be in which chat room.
    pub lobby: Arc<Lobby>,
    /// What was said in the chat.
    pub archive: Arc<Archive>,
    /// What administrators do there.
    pub moderation: Arc<Moderation>,
    /// What administrators do beside that, and the record of all of it.
    pub office: Arc<Office>,
    /// Who writes what sockets come back to.
    pub recovery_keeper: Arc<Mailbox<RecoveryKeeper>>,
    /// Scheduled jobs.
    pub scheduler: Arc<Mailbox<DiaryScheduler>>,
    /// Outgoing mails.
    pub mailer: Arc<Mailbox<Mailer>>,
    passwords: Arc<Passwords>,
    provider_patience: Duration,
    /// What all actors count.
    pub registry: Registry,
    adapters: Adapters,
    arbiters: Mutex<Vec<Arbiter>>,
}

impl System {
    /// Starts the actors; call on a thread with a running actix system.
    pub fn start(adapters: Adapters, options: SystemOptions) -> Result<Self, SystemError> {
        let SystemOptions {
            node,
            token_keys,
            password_cost,
            model_patience,
            room_capacity,
            provider_patience,
            cores,
        } = options;
        let registry = Registry::default();
        let background = Arbiter::new();
        // On a thread of its own: TLS with a model must not hold up what everyone needs.
        let counselling = Arbiter::new();
        let homes: Vec<Arbiter> = (0..cores.max(1)).map(|_| Arbiter::new()).collect();
        let passwords = Passwords::new(password_cost, adapters.ids.random());
        let passwords = passwords.map_err(|_| SystemError::Passwords)?;
        let comment_reads = Arc::new(CommentReads::default());
        let lobby = Arc::new(lobby(&adapters, &token_keys));
        let uploads = Arc::new(start_uploads(&adapters, &registry, &background.handle(), cores));
        let sessions = Arc::new(SessionDirectory::default());
        let ports = Ports {
            accounts: Arc::clone(&adapters.accounts),
            sessions: Arc::clone(&adapters.sessions),
            diaries: Arc::clone(&adapters.diaries),
            comments: Arc::clone(&adapters.comments),
            notifications: Arc::clone(&adapters.notifications),
            solutions: Arc::clone(&adapters.solutions),
            counsel: start_counsel(&adapters, &registry, counselling.handle(), model_patience),
            cache: Arc::clone(&adapters.cache),
            uploads: Arc::clone(&uploads),
            passwords: Arc::clone(&passwords),
            comment_reads: Arc::clone(&comment_reads),
            lobby: Arc::clone(&lobby),
            fan_out: Arc::clone(&adapters.fan_out),
            clock: Arc::clone(&adapters.clock),
            ids: Arc::clone(&adapters.ids),
        };
        let homes_of = |arbiter: &Arbiter| Home { arbiter: arbiter.handle(), stats: Arc::default() };
        let places: Vec<Home> = homes.iter().map(homes_of).collect();
        for place in &places {
            registry.add("UserSession", Arc::clone(&place.stats));
        }
        Sessions::start_on(
            background.handle(),
            &sessions,
            Arc::new(ports),
            places,
            registry.cell("Sessions"),
        );
        let mailer = start_mailer(&adapters, &registry, background.handle());
        // On a thread of its own: a message passes through here on its way to everybody.
        let chatting = Arbiter::new();
        let lines = Arc::new(Lines::default());
        let rooms = start_rooms(&adapters, &registry, &chatting.handle(), &lines, &node.name, room_capacity);
        let archive = Archive {
            sessions: Arc::clone(&sessions),
            rooms: Arc::clone(&rooms),
            lobby: Arc::clone(&lobby),
            log: Arc::clone(&adapters.chat_log),
            cache: Arc::clone(&adapters.cache),
        };
        let moderation = Arc::new(moderation(&adapters, &rooms));
        let recovery_keeper = start_recovery_keeper(&adapters, &registry, background.handle());
        let name = node.name.to_string();
        let scheduler = start_scheduler(&adapters, &registry, background.handle(), name.clone(), &rooms)?;
        let nodes = Nodes::join(node, registry.clone(), Arc::clone(&adapters.fan_out));
        let sources = sources(&adapters, &registry, &sessions, &rooms, &nodes);
        let metrics = start_metrics(sources, background.handle());
        let actors = OfficeActors {
            scheduler: Arc::clone(&scheduler),
            mailer: Arc::clone(&mailer),
            moderation: Arc::clone(&moderation),
            sessions: Arc::clone(&sessions),
        };
        let office = Office { node: name, ports: office_ports(&adapters), actors };
        let arbiters = Mutex::new(homes.into_iter().chain([counselling, chatting, background]).collect());
        Ok(Self {
            sessions,
            uploads,
            tokens: Arc::new(Tokens::new(&token_keys)),
            comment_reads,
            metrics,
            nodes,
            rooms,
            lines,
            lobby,
            archive: Arc::new(archive),
            moderation,
            office: Arc::new(office),
            recovery_keeper,
            scheduler,
            mailer,
            passwords,
            provider_patience,
            registry,
            adapters,
            arbiters,
        })
    }

    /// Starts the `Accounts` of the calling worker thread.
    pub fn start_accounts(&self) -> Arc<Mailbox<Accounts>> {
        let services = accounts::Services {
            accounts: Arc::clone(&self.adapters.accounts),
            identities: Arc::clone(&self.adapters.identities),
            sessions: Arc::clone(&self.adapters.sessions),
            providers: self.adapters.providers.clone(),
            provider_patience: self.provider_patience,
            cache: Arc::clone(&self.adapters.cache),
            mailer: Arc::clone(&self.mailer),
            passwords: Arc::clone(&self.passwords),
            tokens: Arc::clone(&self.tokens),
            clock: Arc::clone(&self.adapters.clock),
            ids: Arc::clone(&self.adapters.ids),
            patience: MAILER_PATIENCE,
        };
        let stats = self.registry.cell("Accounts");
        let of_actor = Arc::clone(&stats);
        let spawn = move || Accounts::new(services.clone(), Arc::clone(&of_actor)).start();
        Arc::new(Mailbox::keep(stats, spawn))
    }

    /// Starts the `Feed` of the calling worker thread.
    pub fn start_feed(&self) -> Arc<Mailbox<Feed>> {
        let ports = FeedPorts {
            diaries: Arc::clone(&self.adapters.diaries),
            comments: Arc::clone(&self.adapters.comments),
            cache: Arc::clone(&self.adapters.cache),
            comment_reads: Arc::clone(&self.comment_reads),
            clock: Arc::clone(&self.adapters.clock),
        };
        let stats = self.registry.cell("Feed");
        let of_actor = Arc::clone(&stats);
        let spawn = move || Feed::new(ports.clone(), Arc::clone(&of_actor)).start();
        Arc::new(Mailbox::keep(stats, spawn))
    }

    /// Ends the actors in order, after the last request: no new jobs, files and mails flushed within `limit`, then the
    /// threads. What could not be flushed is durable, and done after the next start.
    pub async fn stop(&self, limit: Duration) {
        let flush = async {
            // An error says that the actor is gone: nothing is left to wait for.
            let _ = self.scheduler.ask(StopJobs, limit).await;
            self.uploads.drain(limit).await;
            let _ = self.mailer.ask(DrainMails, limit).await;
        };
        if tokio::time::timeout(limit, flush).await.is_err() {
            tracing::warn!("stopped with files or mails left for the next start");
        }
        let arbiters = std::mem::take(&mut *self.arbiters.lock().unwrap_or_else(PoisonError::into_inner));
        for arbiter in arbiters {
            arbiter.stop();
            if arbiter.join().is_err() {
                tracing::error!("an actor thread had panicked");
            }
        }
    }
}

fn start_uploads(
    adapters: &Adapters,
    registry: &Registry,
    arbiter: &ArbiterHandle,
    cores: u16,
) -> UploadPipeline {
    let deps = UploadDeps {
        files: Arc::clone(&adapters.files),
        tasks: Arc::clone(&adapters.file_tasks),
        clock: Arc::clone(&adapters.clock),
        ids: Arc::clone(&adapters.ids),
        decoders: cores.clamp(1, 2),
    };
    UploadPipeline::start(deps, registry, arbiter)
}

fn start_counsel(
    adapters: &Adapters,
    registry: &Registry,
    arbiter: ArbiterHandle,
    patience: Duration,
) -> Arc<Mailbox<Counsel>> {
    let stats = registry.cell("Counsel");
    let (model, of_actor) = (adapters.model.clone(), Arc::clone(&stats));
    let spawn = move || {
        let counsel = Counsel::new(model.clone(), patience, Arc::clone(&of_actor));
        Counsel::start_in_arbiter(&arbiter, move |_| counsel)
    };
    Arc::new(Mailbox::keep(stats, spawn))
}

fn start_mailer(adapters: &Adapters, registry: &Registry, arbiter: ArbiterHandle) -> Arc<Mailbox<Mailer>> {
    let stats = registry.cell("Mailer");
    let (queue, transport, clock) =
        (Arc::clone(&adapters.mail_queue), Arc::clone(&adapters.mail_transport), Arc::clone(&adapters.clock));
    let of_actor = Arc::clone(&stats);
    let spawn = move || {
        let mailer = Mailer::new(
            Arc::clone(&queue),
            Arc::clone(&transport),
            Arc::clone(&clock),
            Arc::clone(&of_actor),
        );
        Mailer::start_in_arbiter(&arbiter, move |_| mailer)
    };
    Arc::new(Mailbox::keep(stats, spawn))
}

fn start_rooms(
    adapters: &Adapters,
    registry: &Registry,
    arbiter: &ArbiterHandle,
    lines: &Arc<Lines>,
    node: &str,
    capacity: usize,
) -> Arc<RoomDirectory> {
    let ports = RoomPorts {
        node: node.into(),
        log: Arc::clone(&adapters.chat_log),
        people: Arc::clone(&adapters.chat_people),
        fan_out: Arc::clone(&adapters.fan_out),
        clock: Arc::clone(&adapters.clock),
        ids: Arc::clone(&adapters.ids),
        lines: Arc::clone(lines),
        capacity,
    };
    let rooms = Arc::new(RoomDirectory::default());
    Rooms::start_on(arbiter, &rooms, ports, registry.cell("Room"), registry.cell("Rooms"));
    rooms
}

fn start_recovery_keeper(
    adapters: &Adapters,
    registry: &Registry,
    arbiter: ArbiterHandle,
) -> Arc<Mailbox<RecoveryKeeper>> {
    let stats = registry.cell("RecoveryKeeper");
    let (cache, of_actor) = (Arc::clone(&adapters.cache), Arc::clone(&stats));
    let spawn = move || {
        let keeper = RecoveryKeeper::new(Arc::clone(&cache), Arc::clone(&of_actor));
        RecoveryKeeper::start_in_arbiter(&arbiter, move |_| keeper)
    };
    Arc::new(Mailbox::keep(stats, spawn))
}

fn start_scheduler(
    adapters: &Adapters,
    registry: &Registry,
    arbiter: ArbiterHandle,
    node: String,
    rooms: &Arc<RoomDirectory>,
) -> Result<Arc<Mailbox<DiaryScheduler>>, SystemError> {
    let told = Arc::downgrade(rooms);
    let tell_rooms: jobs::DayHook = Arc::new(move |today| {
        if let Some(rooms) = told.upgrade() {
            rooms.turn_day(today);
        }
    });
    let table: Vec<Job> = vec![
        jobs::purge_accounts(Arc::clone(&adapters.accounts), Arc::clone(&adapters.chat_log))?,
        jobs::clean_up(
            Arc::clone(&adapters.sessions),
            Arc::clone(&adapters.cache),
            Arc::clone(&adapters.notifications),
        )?,
        jobs::clean_up_chat(
            Arc::clone(&adapters.chat_log),
            Arc::clone(&adapters.chat_people),
            Arc::clone(&adapters.cache),
        )?,
        jobs::turn_day(vec![tell_rooms])?,
    ];
    let node =
        scheduler::Node { name: node, store: Arc::clone(&adapters.jobs), clock: Arc::clone(&adapters.clock) };
    let stats = registry.cell("DiaryScheduler");
    let of_actor = Arc::clone(&stats);
    let spawn = move || {
        let scheduler = DiaryScheduler::new(table.clone(), node.clone(), Arc::clone(&of_actor));
        DiaryScheduler::start_in_arbiter(&arbiter, move |_| scheduler)
    };
    Ok(Arc::new(Mailbox::keep(stats, spawn)))
}

fn lobby(adapters: &Adapters, token_keys: &TokenKeys) -> Lobby {
    Lobby {
        people: Arc::clone(&adapters.chat_people),
        diaries: Arc::clone(&adapters.diaries),
        pseudonyms: Pseudonyms::new(&token_keys.current),
        clock: Arc::clone(&adapters.clock),
        ids: Arc::clone(&adapters.ids),
    }
}

fn moderation(adapters: &Adapters, rooms: &Arc<RoomDirectory>) -> Moderation {
    Moderation {
        people: Arc::clone(&adapters.chat_people),
        log: Arc::clone(&adapters.chat_log),
        fan_out: Arc::clone(&adapters.fan_out),
        rooms: Arc::clone(rooms),
        clock: Arc::clone(&adapters.clock),
    }
}

fn office_ports(adapters: &Adapters) -> OfficePorts {
    OfficePorts {
        audit: Arc::clone(&adapters.audit),
        accounts: Arc::clone(&adapters.accounts),
        mails: Arc::clone(&adapters.mail_queue),
        fan_out: Arc::clone(&adapters.fan_out),
        clock: Arc::clone(&adapters.clock),
    }
}

fn sources(
    adapters: &Adapters,
    registry: &Registry,
    sessions: &Arc<SessionDirectory>,
    rooms: &Arc<RoomDirectory>,
    nodes: &Arc<Nodes>,
) -> Sources {
    Sources {
        registry: registry.clone(),
        sessions: Arc::clone(sessions),
        rooms: Arc::clone(rooms),
        nodes: Arc::clone(nodes),
        clock: Arc::clone(&adapters.clock),
    }
}

fn start_metrics(sources: Sources, arbiter: ArbiterHandle) -> Arc<Mailbox<Metrics>> {
    let stats = sources.registry.cell("Metrics");
    let of_actor = Arc::clone(&stats);
    let spawn = move || {
        let metrics = Metrics::new(sources.clone(), Arc::clone(&of_actor));
        Metrics::start_in_arbiter(&arbiter, move |_| metrics)
    };
    Arc::new(Mailbox::keep(stats, spawn))
}
