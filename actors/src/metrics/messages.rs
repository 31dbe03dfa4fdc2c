//! What may be asked of [`super::Metrics`].

use actix::Message;

use super::{Busy, Minute};
use crate::domain::chat::LogKey;
use crate::domain::ids::UserId;
use crate::domain::seoul;
use crate::kit::ActorReport;

/// What the actors of this node do. Asked by the admin endpoint.
#[derive(Debug, Message)]
#[rtype(result = "Activity")]
pub struct GetActivity;

/// Counts are of this node, since its start.
#[derive(Debug, Clone)]
pub struct Activity {
    /// One per actor type, all threads summed up, in the order of their names.
    pub actors: Vec<ActorActivity>,
    /// Rooms, busiest first.
    pub rooms: Vec<RoomActivity>,
    /// The busiest people, by what their `UserSession`s are asked.
    pub people: Vec<Busy<UserId>>,
}

/// What the actors of one type do.
#[derive(Debug, Clone)]
pub struct ActorActivity {
    /// Since the start.
    pub report: ActorReport,
    /// In the last minute.
    pub minute: Minute,
    /// When the last failure was, on the wall clock.
    pub failed_at: Option<seoul::Instant>,
}

/// What one room does.
#[derive(Debug, Clone)]
pub struct RoomActivity {
    /// Its mailbox: messages, joining, typing.
    pub busy: Busy<LogKey>,
    /// People in it, on this node.
    pub members: usize,
}
