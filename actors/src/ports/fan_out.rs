//! How the nodes tell each other what happened. It tells; the chat log orders.

use std::sync::Arc;

use super::{BanSubject, Entry};
use crate::domain::chat::{LogKey, PidMark};
use crate::domain::ids::{NotificationId, UserId};

/// How a node is, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeState {
    /// Its name.
    pub name: Arc<str>,
    /// The release that it runs.
    pub release: Arc<str>,
    /// Connections of the chat.
    pub sockets: u32,
    /// Whether it is about to go.
    pub is_draining: bool,
}

/// Something that happened on one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Lines were added to the log of a room, in this order.
    Logged {
        /// The room.
        room: LogKey,
        /// The lines.
        entries: Arc<[Arc<Entry>]>,
    },
    /// Somebody is kept out from now on.
    Banned(BanSubject),
    /// A room was closed or reopened by an administrator: which are closed, their rows say.
    RoomsClosed,
    /// Sessions of a person have ended: which, their rows say.
    SessionsEnded(UserId),
    /// The sockets of a person are closed; they may come back.
    Kicked(UserId),
    /// The diary of today of a person is gone, and with it the right to be in its cloud.
    CloudLost(UserId),
    /// Somebody is told of something; what, its row says.
    Notified {
        /// Who is told.
        recipient: UserId,
        /// The row.
        id: NotificationId,
    },
    /// How many members a room has on a node by now. Said again every few seconds while there are any, so that a node
    /// that died does not count for ever.
    Present {
        /// The name of the node.
        node: Arc<str>,
        /// The room.
        room: LogKey,
        /// Members there.
        members: u32,
    },
    /// How a node is. Said again every few seconds, for administrators to see.
    NodeIs(NodeState),
    /// A client has come back to another node: the socket that it had before, if it still looks alive, is to end.
    Recovered(PidMark),
    /// Said by the fan-out itself and never published: news of others were, or may have been, lost. Whoever lives by them
    /// looks at the truth now.
    Missed,
}

/// The way to the other nodes. News may get lost or doubled, but not unnoticed: [`News::Missed`] comes soon after a loss,
/// and when news arrive again. Besides, whoever hears of a line that is not the next one reads the log, and whoever is kept
/// out is refused when they come back.
pub trait FanOut: Send + Sync {
    /// Tells all other nodes, without waiting for it; in the order of the calls.
    fn publish(&self, news: News);

    /// `hear` is called with the news of other nodes from now on, and so is everyone who subscribed before; it may not
    /// block.
    fn subscribe(&self, hear: Box<dyn Fn(News) + Send + Sync>);

    /// Whether news arrive. While they do not, the tail of the log is to be looked at every second.
    fn is_up(&self) -> bool;
}
