//! What a socket asks of others than rooms, and how it learns the answer.

use std::sync::Arc;

use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::kit::Mailbox as ActorMailbox;
use nine_cloud_actors::ports::{Found, Report};
use nine_cloud_actors::rooms::{Admission, AskAdmission, Author, ChatRefusal, ConfirmReader, Room};

use super::entrance::{Entrance, Identity};
use super::refusals::TurnedAway;
use super::shared::Shared;
use super::wire;

/// An answer.
#[derive(Debug)]
pub(super) enum Late {
    /// How the connection was let in.
    Entered(Result<Entrance, TurnedAway>),
    /// The recovery record is durable, or cannot be.
    Kept,
    /// A room may be entered.
    Admitted(Result<(Admission, RoomHandle), ChatRefusal>),
    /// Somebody without an account has a name.
    Named(Result<Author, ChatRefusal>),
    /// A message that is to be taken back.
    Found(Result<Option<Found>, ChatRefusal>),
    /// Somebody is hidden, in this room.
    Hidden(Result<(LogKey, Oid), ChatRefusal>),
    /// An acknowledgement, ready to be sent.
    Ready(Result<String, ChatRefusal>),
}

/// A room.
pub(super) struct RoomHandle(pub(super) Arc<ActorMailbox<Room>>);

impl std::fmt::Debug for RoomHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RoomHandle")
    }
}

/// May this one enter, and where is the room?
pub(super) async fn admit(
    chat: &Shared,
    who: &Identity,
    name: Option<Author>,
    room: &str,
    address: std::net::IpAddr,
) -> Result<(Admission, RoomHandle), ChatRefusal> {
    let admission = match who {
        Identity::Person(caller) => {
            chat.sessions.ask(caller.clone(), AskAdmission { room: room.to_owned(), address }).await??
        }
        Identity::Guest(_) => {
            let key = LogKey::read(room, chat.lobby.today()).map_err(|_| ChatRefusal::NoSuchRoom)?;
            if key != LogKey::Plaza {
                return Err(ChatRefusal::NotYourCloud);
            }
            // Before a name is spent on it.
            if chat.rooms.is_closed(key.name()) {
                return Err(ChatRefusal::Closed);
            }
            chat.lobby.refuse_banned(None, address).await?;
            let author = match name {
                Some(author) => author,
                None => chat.lobby.name_guest().await?,
            };
            Admission { room: key, author, hidden: Vec::new() }
        }
    };
    let room = chat.rooms.find_or_start(admission.room).await?;
    Ok((admission, RoomHandle(room)))
}

/// A page of what was said, newest first, as an acknowledgement.
pub(super) async fn history(
    chat: &Shared,
    who: &Identity,
    room: &str,
    before: Option<u64>,
    limit: u16,
    mut hidden: Vec<Oid>,
) -> Result<String, ChatRefusal> {
    let key = LogKey::read(room, chat.lobby.today()).map_err(|_| ChatRefusal::NoSuchRoom)?;
    hidden.extend(may_read(chat, who, key).await?);
    let entries = chat.log.history(key, before, limit).await?;
    let messages = entries.iter().filter(|entry| !entry.is_by(&hidden));
    let messages: Vec<String> = messages.filter_map(|entry| wire::message_json(key, entry)).collect();
    Ok(format!("{{\"ok\":true,\"messages\":[{}]}}", messages.join(",")))
}

/// Whose messages this reader does not want to see there.
async fn may_read(chat: &Shared, who: &Identity, key: LogKey) -> Result<Vec<Oid>, ChatRefusal> {
    match who {
        Identity::Person(caller) => chat.sessions.ask(caller.clone(), ConfirmReader(key)).await?,
        Identity::Guest(_) => chat.lobby.check_reader(None, key).await,
    }
}

/// Keeps a report.
pub(super) async fn report(
    chat: &Shared,
    who: &Identity,
    name: Option<Oid>,
    message: Oid,
    reason: String,
) -> Result<String, ChatRefusal> {
    let found = chat.log.find(message).await?.ok_or(ChatRefusal::NotFound)?;
    // Nobody learns of rooms that are not theirs.
    may_read(chat, who, found.room).await.map_err(|refusal| match refusal {
        ChatRefusal::NotYourCloud | ChatRefusal::NoSuchRoom => ChatRefusal::NotFound,
        other => other,
    })?;
    let reporter = match who {
        Identity::Person(caller) => chat.lobby.pseudonyms.of(chat.lobby.stage(found.room), caller.user),
        Identity::Guest(_) => name.unwrap_or_else(|| chat.fresh_id()),
    };
    let (reporter_person, at) = (who.person(), chat.clock.now());
    chat.lobby.people.report(Report { message, reporter, reporter_person, reason, at }).await?;
    Ok("{\"ok\":true}".to_owned())
}

/// From now on this one does not see what the bearer of a name says.
pub(super) async fn hide(
    chat: &Shared,
    room: LogKey,
    viewer: Oid,
    alias: &str,
) -> Result<(LogKey, Oid), ChatRefusal> {
    let hidden = chat.lobby.people.hide(chat.lobby.stage(room), viewer, alias).await?;
    hidden.map(|author| (room, author)).ok_or(ChatRefusal::NotFound)
}
