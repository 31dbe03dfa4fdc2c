//! The live chat of NINE Cloud over Socket.IO, for the existing client and for new ones.
//!
//! A [`ChatSocket`] is the application of one connection. What its rooms send does not pass through it:
//! the [`switchboard`] of its worker writes it into the send buffer. In the order of a message's way:
//! [`command`] reads it, [`lane`] gives it its turn, [`acts`] hands it to the room, [`seat`] writes it to each member.

mod acts;
mod answers;
mod command;
mod entrance;
mod gate;
mod inside;
mod lane;
mod refusals;
mod seat;
mod shared;
mod socket;
mod switchboard;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::sleep;
use actix_web::{HttpRequest, web};
use nine_cloud_actors::accounts::Tokens;
use nine_cloud_actors::kit::Mailbox;
use nine_cloud_actors::metrics::Registry;
use nine_cloud_actors::ports::{Cache, ChatLog, Clock, FanOut, Ids, News};
use nine_cloud_actors::rooms::{Lines, Lobby, RecoveryKeeper, RoomDirectory};
use nine_cloud_actors::sessions::SessionDirectory;
use papaya::HashMap;

pub use gate::GateLimits;
pub use shared::{Paces, RenderNotification};

use super::engine::{Engine, Refusal, Settings};
use super::socket::SocketIo;
use gate::Gate;
use shared::Shared;
use socket::{ChatSocket, Note};
use switchboard::Switchboard;

/// Sockets that are told to reconnect at once, and how far apart such groups are: a crowd that comes back together is what
/// a new node can least use.
const DRAIN_STEPS: u32 = 20;

/// Longest that a drain is spread over.
const LONGEST_SPREAD: Duration = Duration::from_secs(5);

/// Within this, a client that was told to reconnect should; it is spread over it by what it is told.
const RECONNECT_WITHIN_MS: u64 = 1000;

/// Longest that a socket takes from the moment it is given up to the last word on its record.
const GOODBYE: Duration = Duration::from_secs(5);

/// Where clients connect.
pub const PATH: &str = "/community/chat";

/// What the chat works with.
pub struct ChatParts {
    /// The rooms of this node.
    pub rooms: Arc<RoomDirectory>,
    /// The way from rooms to workers.
    pub lines: Arc<Lines>,
    /// Where sockets and workers count.
    pub registry: Registry,
    /// Who may be where.
    pub lobby: Arc<Lobby>,
    /// What was said.
    pub log: Arc<dyn ChatLog>,
    /// The other nodes.
    pub fan_out: Arc<dyn FanOut>,
    /// Recovery records.
    pub cache: Arc<dyn Cache>,
    /// Who writes them.
    pub keeper: Arc<Mailbox<RecoveryKeeper>>,
    /// People.
    pub sessions: Arc<SessionDirectory>,
    /// Access tokens.
    pub tokens: Arc<Tokens>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<dyn Ids>,
    /// How many sockets there may be; `None` limits nothing.
    pub limits: Option<GateLimits>,
    /// How fast each may go.
    pub paces: Paces,
    /// How long a client may take to join the namespace.
    pub connect_timeout: Duration,
    /// A notification as the API shows it.
    pub render_notification: RenderNotification,
    /// Where a request comes from.
    pub client_address: Box<dyn Fn(&HttpRequest) -> IpAddr + Send + Sync>,
}

type Accept = Box<dyn Fn(&HttpRequest) -> Result<ChatSocket, Refusal> + Send + Sync>;

/// The chat of one node. Clone it into each worker.
#[derive(Clone)]
pub struct Chat {
    engine: Engine<SocketIo<Accept>>,
    shared: Arc<Shared>,
}

impl Chat {
    /// Nothing is served until it is mounted.
    pub fn new(settings: Settings, parts: ChatParts) -> Self {
        let shared = Arc::new(Shared {
            rooms: parts.rooms,
            lines: parts.lines,
            registry: parts.registry,
            lobby: parts.lobby,
            log: parts.log,
            fan_out: parts.fan_out,
            former_is_gone_after: settings.ping_interval + settings.ping_timeout + GOODBYE,
            cache: parts.cache,
            keeper: parts.keeper,
            sessions: parts.sessions,
            tokens: parts.tokens,
            clock: parts.clock,
            ids: parts.ids,
            gate: Arc::new(Gate::new(parts.limits)),
            pace: parts.paces,
            render_notification: parts.render_notification,
            live: HashMap::new(),
        });
        let told = Arc::downgrade(&shared);
        shared.fan_out.subscribe(Box::new(move |news| {
            if let News::Recovered(mark) = news
                && let Some(chat) = told.upgrade()
            {
                chat.end_taken_over(mark);
            }
        }));
        let (chat, address_of) = (Arc::clone(&shared), parts.client_address);
        let accept: Accept = Box::new(move |request| {
            let address = address_of(request);
            let pass = chat.gate.enter(address).ok_or(Refusal::Unavailable)?;
            Ok(ChatSocket::new(Arc::clone(&chat), address, pass))
        });
        Self { engine: Engine::new(settings, SocketIo::new(parts.connect_timeout, accept)), shared }
    }

    /// Prepares the calling worker thread and serves every URL below [`PATH`] on it.
    pub fn mount(&self, config: &mut web::ServiceConfig) {
        let Shared { lines, rooms, registry, .. } = &*self.shared;
        Switchboard::start_here(lines, Arc::clone(rooms), registry);
        self.engine.mount(config);
    }

    /// Sockets that live now.
    pub fn sockets(&self) -> usize {
        self.engine.live()
    }

    /// From now on new handshakes get 503; those connected stay.
    pub fn close_gate(&self) {
        self.shared.gate.close();
    }

    /// Tells all clients to come back, elsewhere, in groups spread over half of `limit`, and waits until they are gone.
    pub async fn drain(&self, limit: Duration) {
        self.close_gate();
        let deadline = tokio::time::Instant::now() + limit;
        let sockets = self.engine.mailboxes();
        let pause = (limit / 2).min(LONGEST_SPREAD) / DRAIN_STEPS;
        let group = sockets.len().div_ceil(DRAIN_STEPS as usize).max(1);
        for (number, socket) in sockets.iter().enumerate() {
            if number > 0 && number % group == 0 {
                sleep(pause).await;
            }
            let in_ms = number as u64 * 37 % RECONNECT_WITHIN_MS;
            if socket.tell(Note::Reconnect(in_ms)).is_err() {
                socket.cut();
            }
        }
        while self.engine.live() > 0 && tokio::time::Instant::now() < deadline {
            sleep(Duration::from_millis(10)).await;
        }
        // Who has not read its goodbye by now does not read.
        for socket in self.engine.mailboxes() {
            socket.cut();
        }
    }
}
