//! Chat rooms and what was said in them. A message has the shape in which sockets get it.

use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::ports::{Entry, Fact};
use nine_cloud_actors::rooms::{HistoryPage, RoomStatus};
use serde::Serialize;
use utoipa::ToSchema;

use super::time::Stamp;

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomBody {
    /// What `join` takes.
    #[schema(example = "rain-sad")]
    pub room: String,
    /// People in it now.
    #[schema(minimum = 0)]
    pub members: usize,
    /// It is the cloud of the caller's diary of today.
    pub mine: bool,
}

impl From<RoomStatus> for RoomBody {
    fn from(status: RoomStatus) -> Self {
        Self { room: status.room.to_string(), members: status.members, mine: status.is_mine }
    }
}

/// `{"data": [R, …]}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomList {
    /// All ten, the plaza first.
    pub data: Vec<RoomBody>,
}

/// A message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatMessageBody {
    /// Unique over all rooms.
    #[serde(rename = "_id")]
    #[schema(example = "6740a1b2c3d4e5f601234567")]
    pub id: String,
    /// Where it was said.
    #[schema(example = "plaza")]
    pub room: String,
    /// Its place there.
    pub seq: u64,
    /// What was said: plain text as typed.
    #[schema(example = "오늘 하늘 봤어요?")]
    pub chat: String,
    /// Who said it.
    pub user: ChatUserBody,
    /// True instant.
    pub created_at: Stamp,
    /// Always 0; a key of the previous service.
    #[serde(rename = "__v")]
    pub version: u8,
}

/// Somebody in a room. Nothing links them to an account, nor to another room or day.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChatUserBody {
    /// Of this room and day.
    #[schema(example = "6740a1b2c3d4e5f601234567")]
    pub id: String,
    /// Of this room and day.
    #[schema(example = "기분 좋은 구름")]
    pub name: String,
}

impl ChatMessageBody {
    fn of(room: LogKey, entry: &Entry) -> Option<Self> {
        let Fact::Said { id, author, name, text: Some(text) } = &entry.fact else { return None };
        Some(Self {
            id: id.to_string(),
            room: room.name().to_string(),
            seq: entry.seq,
            chat: (**text).to_owned(),
            user: ChatUserBody { id: author.to_string(), name: name.to_string() },
            created_at: Stamp::true_utc(entry.at),
            version: 0,
        })
    }
}

/// `{"data": [M, …], "next": seq | null}`
#[derive(Serialize, ToSchema)]
pub(crate) struct ChatMessageList {
    /// Newest first.
    pub data: Vec<ChatMessageBody>,
    /// The `before` of the next page; `null` at the beginning of the room.
    #[schema(required)]
    pub next: Option<u64>,
}

impl ChatMessageList {
    pub(in crate::http) fn new(page: &HistoryPage) -> Self {
        let messages = page.messages.iter();
        let data = messages.filter_map(|entry| ChatMessageBody::of(page.room, entry)).collect();
        Self { data, next: page.next }
    }
}
