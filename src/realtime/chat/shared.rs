//! What all sockets of a node work with.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use nine_cloud_actors::accounts::Tokens;
use nine_cloud_actors::domain::chat::{Oid, PidMark};
use nine_cloud_actors::domain::notification::Notification;
use nine_cloud_actors::kit::Mailbox as ActorMailbox;
use nine_cloud_actors::metrics::Registry;
use nine_cloud_actors::ports::{Cache, ChatLog, Clock, FanOut, Ids, Recovery};
use nine_cloud_actors::rooms::{
    ChatRefusal, KEPT_FOR, KeepRecovery, Lines, Lobby, Pace, Parcel, Record, RecoveryKeeper, RoomDirectory,
    SocketKey,
};
use nine_cloud_actors::sessions::SessionDirectory;
use papaya::HashMap;

use super::gate::Gate;
use super::socket::{ChatSocket, Home, Note};
use crate::realtime::engine::Mailbox;
use crate::realtime::socket::Client;

/// How long the keeper's mailbox is waited for.
const KEEPER_PATIENCE: Duration = Duration::from_secs(5);

/// See the module.
pub(super) struct Shared {
    pub(super) rooms: Arc<RoomDirectory>,
    pub(super) lines: Arc<Lines>,
    pub(super) registry: Registry,
    pub(super) lobby: Arc<Lobby>,
    pub(super) log: Arc<dyn ChatLog>,
    pub(super) fan_out: Arc<dyn FanOut>,
    pub(super) cache: Arc<dyn Cache>,
    pub(super) keeper: Arc<ActorMailbox<RecoveryKeeper>>,
    pub(super) sessions: Arc<SessionDirectory>,
    pub(super) tokens: Arc<Tokens>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) gate: Arc<Gate>,
    pub(super) pace: Paces,
    /// As `GET /notifications` shows it.
    pub(super) render_notification: RenderNotification,
    /// Sockets that may be taken over, by their `pid`, each with the key it began with.
    pub(super) live: HashMap<PidMark, (SocketKey, Mailbox<Client<ChatSocket>>)>,
    /// By then, a node that still has the former socket of somebody who came back to another has found out.
    pub(super) former_is_gone_after: Duration,
}

/// Makes the JSON of a notification.
pub type RenderNotification = Box<dyn Fn(&Notification) -> String + Send + Sync>;

/// How fast one connection may go; `None` limits nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Paces {
    /// Messages.
    pub messages: Option<Pace>,
    /// Logins of the existing client.
    pub logins: Option<Pace>,
}

impl Shared {
    pub(super) fn fresh_id(&self) -> Oid {
        Oid::new(&self.ids.random())
    }

    /// A client has come back to another node. Its socket here has no say in the record any more, and ends; cut, too,
    /// because a peer that is gone reads nothing.
    pub(super) fn end_taken_over(&self, mark: PidMark) {
        let former = self.live.pin().remove(&mark).map(|(_, socket)| socket.clone());
        if let Some(former) = former {
            let _ = former.close();
            former.cut();
        }
    }

    /// A socket lives there no longer. Of a worker that is too busy to hear it, the place is given up with its last room.
    pub(super) fn give_up(&self, home: Home) {
        if let Some(line) = self.lines.get(home.line) {
            let _ = line.try_send(Parcel::Moved(home.key));
        }
    }

    /// Durable when it returns.
    pub(super) async fn keep(&self, pid: String, record: Option<Record>) -> Result<(), ChatRefusal> {
        self.keeper.ask(self.keeping(pid, record), KEEPER_PATIENCE).await?
    }

    /// Nobody waits for it; the last word on a `pid` is the one that counts.
    pub(super) fn keep_soon(&self, pid: String, record: Option<Record>) {
        if self.keeper.tell(self.keeping(pid, record)).is_err() {
            tracing::warn!("a recovery record was not kept: too many are to be written");
        }
    }

    fn keeping(&self, pid: String, record: Option<Record>) -> KeepRecovery {
        let recovery = record.and_then(|record| {
            let expires_at = self.clock.now() + KEPT_FOR;
            // A record of strings and numbers always serializes.
            let record = serde_json::to_string(&record).ok()?;
            Some(Recovery { pid: pid.clone(), record, expires_at })
        });
        KeepRecovery { pid, recovery }
    }
}

/// Does something that takes time, and tells the socket how it went.
pub(super) fn later(mailbox: Mailbox<Client<ChatSocket>>, work: impl Future<Output = Note> + 'static) {
    rt::spawn(async move {
        // Gone: nobody wants to know any more. Full: it does not keep up, and may come back.
        if let Err(crate::realtime::engine::NotTold::Full) = mailbox.tell(work.await) {
            mailbox.cut();
        }
    });
}
