//! What an administrator does.

use std::fmt;

use super::ids::{DeedId, UserId};
use super::seoul::Instant;

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Whoever has `ADMIN_TOKEN`.
    Operator,
    /// An administrator.
    Person(UserId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("token"),
            Self::Person(user) => write!(f, "user {}", user.0),
        }
    }
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A scheduled job is run now.
    RunJob,
    /// A dead letter is sent again.
    RetryMail,
    /// A message is taken back for its author.
    HideMessage,
    /// A person is kept out of the service.
    SuspendAccount,
    /// They are let in again.
    ReinstateAccount,
    /// The sockets of a person are closed; they may come back.
    KickSockets,
    /// Somebody is kept out of the chat.
    Ban,
    /// They are let in again.
    LiftBan,
    /// A chat room is closed.
    CloseRoom,
    /// It is open again.
    ReopenRoom,
    /// The node takes no new sockets and is not ready any more.
    DrainNode,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::RunJob,
        Self::RetryMail,
        Self::HideMessage,
        Self::SuspendAccount,
        Self::ReinstateAccount,
        Self::KickSockets,
        Self::Ban,
        Self::LiftBan,
        Self::CloseRoom,
        Self::ReopenRoom,
        Self::DrainNode,
    ];

    /// The stored word.
    pub fn as_wire(self) -> &'static str {
        match self {
            Self::RunJob => "run_job",
            Self::RetryMail => "retry_mail",
            Self::HideMessage => "hide_message",
            Self::SuspendAccount => "suspend_account",
            Self::ReinstateAccount => "reinstate_account",
            Self::KickSockets => "kick_sockets",
            Self::Ban => "ban",
            Self::LiftBan => "lift_ban",
            Self::CloseRoom => "close_room",
            Self::ReopenRoom => "reopen_room",
            Self::DrainNode => "drain_node",
        }
    }
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: Actor,
    /// What.
    pub action: Action,
    /// To what: a name or an id, never what people wrote.
    pub subject: String,
    /// On which node.
    pub node: String,
}

/// A deed as the record has it. Its words may be those of another release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeedRecord {
    /// Its place.
    pub id: DeedId,
    /// When.
    pub at: Instant,
    /// By whom: [`Actor`].
    pub by: String,
    /// What: [`Action::as_wire`].
    pub action: String,
    /// To what.
    pub subject: String,
    /// On which node.
    pub node: String,
    /// How it went; `None` while it is under way, or when its node died over it.
    pub outcome: Option<String>,
}
