//! The chat log: the one order of what was said in a room, and the truth about it.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;

use super::PortResult;
use crate::domain::chat::{Alias, ChatText, ClientId, LogKey, Oid};
use crate::domain::ids::UserId;
use crate::domain::seoul::Instant;

/// Something to be logged; its `seq` is the log's to give.
#[derive(Debug, Clone)]
pub enum Draft {
    /// A person says something.
    Message(NewMessage),
    /// A message is taken back. Its text is wiped from the log in the same write.
    Deletion {
        /// The message.
        of: Oid,
        /// When.
        at: Instant,
    },
    /// The room closes for good.
    Closing {
        /// When.
        at: Instant,
    },
}

/// What a person says.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Unique over all rooms.
    pub id: Oid,
    /// The person as others know them in this room and day.
    pub author: Oid,
    /// The person behind it, kept for reports and bans; `None` without an account.
    pub person: Option<UserId>,
    /// What others call the author.
    pub name: Alias,
    /// What is said.
    pub text: ChatText,
    /// The client's own name for it.
    pub client_id: Option<ClientId>,
    /// When.
    pub at: Instant,
}

/// Where a draft ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// It is logged under this `seq`.
    At(u64),
    /// This author has said it before, under the same [`ClientId`], or it is the very same message: nothing was added.
    Before {
        /// The message of then.
        id: Oid,
        /// Its place.
        seq: u64,
        /// Its time.
        at: Instant,
    },
    /// A deletion of what is deleted already, or was never there; a closing right after another: nothing was added.
    Nothing,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the room: 1, 2, 3 … without gaps.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// What happened.
    pub fact: Fact,
}

impl Entry {
    /// Whether one of these said it.
    pub fn is_by(&self, authors: &[Oid]) -> bool {
        matches!(&self.fact, Fact::Said { author, .. } if authors.contains(author))
    }
}

/// What a log tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Somebody said something.
    Said {
        /// The message.
        id: Oid,
        /// Its author, as others know them here.
        author: Oid,
        /// What others call the author.
        name: Alias,
        /// What was said; `None` once it was taken back.
        text: Option<Arc<str>>,
    },
    /// A message was taken back.
    Deleted {
        /// The message.
        of: Oid,
    },
    /// The room closed.
    Closed,
}

/// A message with what only moderation may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: Oid,
    /// Where it was said.
    pub room: LogKey,
    /// Its place there.
    pub seq: u64,
    /// Its author, as others know them there.
    pub author: Oid,
    /// The person behind it.
    pub person: Option<UserId>,
    /// `None` once it was taken back.
    pub text: Option<Arc<str>>,
}

/// The log of every room. Several nodes may append to one room at once; each sees the order that the log gives.
#[async_trait]
pub trait ChatLog: Send + Sync {
    /// Adds all of `drafts`, in this order, or nothing. `after` is where the caller believes the room's log to end; when
    /// another node was faster they come after what it wrote. It must have ended there once, or there will be a gap. One
    /// answer per draft. When the outcome is not known (`Unavailable`), the same batch may be appended again.
    async fn append(&self, room: LogKey, after: u64, drafts: Arc<[Draft]>) -> PortResult<Vec<Placed>>;

    /// The last `seq` of a room, 0 before the first.
    async fn tail(&self, room: LogKey) -> PortResult<u64>;

    /// What comes after `seq`, oldest first.
    async fn read_after(&self, room: LogKey, seq: u64, limit: u16) -> PortResult<Vec<Entry>>;

    /// Messages before `seq` (or the last ones), newest first, without those taken back.
    async fn history(&self, room: LogKey, before: Option<u64>, limit: u16) -> PortResult<Vec<Entry>>;

    /// A message by its id.
    async fn find(&self, message: Oid) -> PortResult<Option<Found>>;

    /// Takes people who leave for good off what they said; the texts stay, and nobody is found behind them any more.
    async fn part_from(&self, people: &[UserId]) -> PortResult<()>;

    /// Forgets what was said in the plaza before an instant, and the clouds of days before a day; says how many lines.
    /// The last line of the plaza stays, so that its `seq` goes on.
    async fn forget(&self, plaza_before: Instant, clouds_before: NaiveDate) -> PortResult<u64>;
}
