//! What a [`Room`] and [`Rooms`](super::Rooms) are told. Answers go down the line of the socket, so that
//! each comes after what the room sent before it.

use std::sync::Arc;

use actix::Message;
use chrono::NaiveDate;

use super::members::Author;
use super::parcel::{Expulsion, LineId, SocketKey};
use super::room::Room;
use crate::domain::chat::{ChatText, ClientId, LogKey, LoginName, Oid};
use crate::domain::ids::UserId;
use crate::kit::Mailbox;
use crate::ports::{BanSubject, Entry, News};

/// Lets a socket in. Answered by a [`Parcel::Seat`](super::Parcel::Seat), or by `Word::Refused`.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct TakeSeat {
    /// Who.
    pub socket: SocketKey,
    /// Where they live.
    pub line: LineId,
    /// Under which name; without an account, one may have none yet.
    pub author: Option<Author>,
    /// The account.
    pub person: Option<UserId>,
    /// The existing client's kind: others hear of them in words.
    pub is_announced: bool,
    /// Presence and the like are wanted.
    pub is_curious: bool,
    /// Whose messages they do not want.
    pub hidden: Vec<Oid>,
    /// The last `seq` they have seen, when they come back.
    pub seen: Option<u64>,
}

/// A member goes. Sent for a socket that has ended, too.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct LeaveRoom {
    /// Who.
    pub socket: SocketKey,
    /// Whether they wait for `Word::Left`.
    pub is_answered: bool,
}

/// A member lives on another worker now, under another key.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct MoveSeat {
    /// The key of before.
    pub from: SocketKey,
    /// The key of now.
    pub to: SocketKey,
    /// Where they live now.
    pub line: LineId,
    /// As in [`TakeSeat`]: the new worker knows nothing yet.
    pub hidden: Vec<Oid>,
}

/// A member says something. Answered by `Word::Sent`.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct SendMessage {
    /// Who.
    pub socket: SocketKey,
    /// What.
    pub text: ChatText,
    /// Their own name for it.
    pub client_id: Option<ClientId>,
}

/// The existing client says who it is. Answered by `Word::LoggedIn`.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct LogIn {
    /// Who.
    pub socket: SocketKey,
    /// Their id from now on.
    pub author: Oid,
    /// The wish.
    pub name: LoginName,
    /// What they are called if the wish cannot be met at all.
    pub spare: String,
}

/// A member without a name gets one, unannounced, before it speaks. Not answered.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct NameMember {
    /// Who.
    pub socket: SocketKey,
    /// The name.
    pub author: Author,
}

/// A member takes back a message of its own, which the caller has made sure of. Answered by `Word::Sent`.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct DeleteMessage {
    /// Who.
    pub socket: SocketKey,
    /// Which.
    pub message: Oid,
}

/// A member is, or no longer is, typing. Not answered.
#[derive(Debug, Message)]
#[rtype(result = "()")]
pub struct SetTyping {
    /// Who.
    pub socket: SocketKey,
    /// Whether they are.
    pub is_on: bool,
}

/// A person may no longer be here.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct ExpelPerson(pub UserId, pub Expulsion);

/// The day of this cloud is over: its members are told and put out.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct CloseRoom;

/// Whether an administrator has closed this room. When they have, its members are told and put out, and nobody comes in;
/// its log stays. Sent by [`Rooms`](super::Rooms).
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct SetShut(pub bool);

/// Others wrote to the log: these lines, or it is to be looked at.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub struct CatchUp(pub Option<Arc<[Arc<Entry>]>>);

/// So many people are in the room on other nodes. Sent by [`Rooms`](super::Rooms).
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct CountElsewhere(pub usize);

/// Finds a room or starts it; the caller has made sure that it is open.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "Arc<Mailbox<Room>>")]
pub struct StartRoom(pub LogKey);

/// Rooms of days before this one close; every socket is told of the new day. Sent by the scheduler.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct TurnRooms(pub NaiveDate);

/// Somebody may no longer be on this node. Answered when everybody whom it concerns has been told.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct PutOut(pub BanSubject);

/// Which rooms are closed has changed: the rows are to be read. Answered when the rooms of this node have been told.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct ReadClosedRooms;

/// This node is about to go: the others are told that nobody is here any more. Answered when they are.
#[derive(Debug, Clone, Copy, Message)]
#[rtype(result = "()")]
pub struct LeaveCluster;

/// News from other nodes. Sent by the fan-out.
#[derive(Debug, Clone, Message)]
#[rtype(result = "()")]
pub struct Heard(pub News);
