//! Why something was not done in the chat.

use std::time::Duration;

use crate::kit::AskError;
use crate::ports::PortError;
use crate::refusal::{Refusal, chain};

/// The closed list of reasons; the transport has the one table of their codes and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChatRefusal {
    /// An argument broke its rule.
    #[error("{0} is invalid")]
    Invalid(&'static str),
    /// No room has this name, or its day is over.
    #[error("no such room")]
    NoSuchRoom,
    /// An administrator has closed it.
    #[error("the room is closed")]
    Closed,
    /// The person wrote no diary of this cloud today.
    #[error("not the cloud of this person's day")]
    NotYourCloud,
    /// The room holds as many as it may.
    #[error("the room is full")]
    Full,
    /// A ban holds.
    #[error("banned")]
    Banned,
    /// The socket is not in this room.
    #[error("not in this room")]
    NotInRoom,
    /// No such message, or nobody with this name.
    #[error("not found")]
    NotFound,
    /// The message is someone else's.
    #[error("not the author")]
    NotYours,
    /// Too fast.
    #[error("too fast")]
    SlowDown {
        /// When to try again.
        retry_after: Duration,
    },
    /// The session behind the socket has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// A backend or a mailbox is not to be had; nothing was done.
    #[error("unavailable")]
    Unavailable,
}

/// Logs the cause here, once.
impl From<PortError> for ChatRefusal {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Unavailable(cause) => {
                tracing::warn!(cause = %chain(&*cause), "chat backend unavailable");
            }
            PortError::Broken(cause) => tracing::error!(cause = %chain(&*cause), "chat backend failed"),
            PortError::Orphaned => return Self::SessionEnded,
            PortError::Conflict(key) => tracing::error!(?key, "a conflict nobody expects in the chat"),
        }
        Self::Unavailable
    }
}

impl From<AskError> for ChatRefusal {
    fn from(_: AskError) -> Self {
        Self::Unavailable
    }
}

/// For those who ask without a socket. What only sockets are told does not come up there.
impl From<ChatRefusal> for Refusal {
    fn from(refusal: ChatRefusal) -> Self {
        match refusal {
            ChatRefusal::NoSuchRoom | ChatRefusal::Closed => Self::NoSuchRoom,
            ChatRefusal::NotYourCloud => Self::NotYourCloud,
            ChatRefusal::NotFound => Self::MessageNotFound,
            ChatRefusal::SlowDown { retry_after } => Self::TooMany { retry_after },
            ChatRefusal::SessionEnded => Self::SessionEnded,
            ChatRefusal::Unavailable => Self::Unavailable,
            ChatRefusal::Invalid(_)
            | ChatRefusal::Full
            | ChatRefusal::Banned
            | ChatRefusal::NotInRoom
            | ChatRefusal::NotYours => Self::Internal,
        }
    }
}

/// What the rest of the service says no with, in the words of the chat; a cause was logged where it arose.
impl From<Refusal> for ChatRefusal {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::SessionEnded | Refusal::UserGone => Self::SessionEnded,
            Refusal::TooMany { retry_after } => Self::SlowDown { retry_after },
            _ => Self::Unavailable,
        }
    }
}
