//! Letting a socket in: who it is, where it comes back to, and which rooms it takes a seat in.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::sleep;
use nine_cloud_actors::accounts::Caller;
use nine_cloud_actors::domain::chat::{Alias, LogKey, Oid, PidMark};
use nine_cloud_actors::domain::session::SessionId;
use nine_cloud_actors::kit::Mailbox as ActorMailbox;
use nine_cloud_actors::ports::News;
use nine_cloud_actors::refusal::Refusal;
use nine_cloud_actors::rooms::{
    AskAdmission, Author, ChatRefusal, GuestName, Record, Room, RoomStart, Who, read_offset,
};
use nine_cloud_actors::sessions::{AttachSocket, PersonSocket};
use serde_json::value::RawValue;

use super::refusals::{self, TurnedAway};
use super::shared::Shared;
use crate::realtime::engine::random_id;

/// How long the socket that is taken over has to end orderly before it is cut, and how long it is waited for in all.
const ORDERLY_END: Duration = Duration::from_millis(200);
const LONGEST_END: Duration = Duration::from_secs(2);

/// What a client shows when it connects.
#[derive(Debug, Default)]
pub(super) struct Shown {
    token: Option<String>,
    pid: Option<String>,
    offset: Option<String>,
}

/// The way in.
#[derive(Debug)]
pub(super) struct Entrance {
    pub(super) who: Identity,
    pub(super) sid: String,
    pub(super) pid: String,
    /// What was missed is replayed, if the rooms can.
    pub(super) is_recovery: bool,
    pub(super) seats: Vec<Place>,
}

/// A seat to be taken.
pub(super) struct Place {
    pub(super) key: LogKey,
    pub(super) room: Arc<ActorMailbox<Room>>,
    pub(super) author: Option<Author>,
    pub(super) is_announced: bool,
    pub(super) is_curious: bool,
    pub(super) hidden: Vec<Oid>,
    /// The last `seq` that the client has, when it comes back.
    pub(super) seen: Option<u64>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Who a socket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    Guest(Option<GuestName>),
    Person(Caller),
}

impl Identity {
    pub(super) fn kept(&self) -> Who {
        match self {
            Self::Guest(name) => Who::Guest(name.clone()),
            Self::Person(caller) => {
                Who::Person { user: caller.user, session: caller.session.as_str().to_owned() }
            }
        }
    }

    pub(super) fn person(&self) -> Option<nine_cloud_actors::domain::ids::UserId> {
        match self {
            Self::Guest(_) => None,
            Self::Person(caller) => Some(caller.user),
        }
    }
}

impl Shown {
    /// Anything but strings under these names is not shown at all, save a token, which then is a bad one.
    pub(super) fn read(auth: Option<&RawValue>) -> Self {
        let auth: serde_json::Value =
            auth.and_then(|auth| serde_json::from_str(auth.get()).ok()).unwrap_or_default();
        let text = |key: &str| auth.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        let token = match auth.get("token") {
            None | Some(serde_json::Value::Null) => None,
            Some(_) => Some(text("token").unwrap_or_default()),
        };
        let fits = |text: &String| text.len() <= 1024;
        Self { token, pid: text("pid").filter(fits), offset: text("offset").filter(fits) }
    }
}

/// Decides it all; what is asked of the rooms is the socket's to do.
pub(super) async fn enter(
    chat: &Shared,
    shown: Shown,
    address: IpAddr,
    socket: Arc<dyn PersonSocket>,
) -> Result<Entrance, TurnedAway> {
    let found = match &shown.pid {
        Some(pid) => find_record(chat, pid).await,
        None => None,
    };
    let (who, record) = identify(chat, &shown, found, Arc::clone(&socket)).await?;
    chat.lobby.refuse_banned(who.person(), address).await.map_err(refusals::turned_away)?;
    let pid = shown.pid.clone().filter(|_| record.is_some());
    if !socket.is_alive() {
        // Its client has given up on it, and may be back by another one.
        return Err(TurnedAway::ForNow);
    }
    if let Some(pid) = &pid {
        end_former(chat, pid).await;
    }
    let Some((record, pid)) = record.zip(pid) else {
        let seats = first_seats(chat, &who).await.map_err(refusals::turned_away)?;
        return anew(who, seats);
    };
    let is_nowhere = record.rooms.is_empty() && matches!(who, Identity::Guest(_));
    if is_nowhere || !record.is_fresh(chat.clock.now()) {
        // The name is kept for longer than the messages, and without an account one is in the plaza from CONNECT on.
        let seats = first_seats(chat, &who).await.map_err(refusals::turned_away)?;
        // Nothing hangs on it: it runs out by itself.
        let _ = chat.keep(pid, None).await;
        return anew(who, seats);
    }
    let offset = shown.offset.as_deref().map(read_offset).unwrap_or_default();
    let mut seats = Vec::new();
    for start in &record.rooms {
        let Ok(key) = start.room.parse::<LogKey>() else { continue };
        let seen = offset.get(&key).copied().unwrap_or(0).max(start.start);
        match return_to(chat, &who, key, start, seen, address).await {
            Ok(place) => seats.push(place),
            Err(ChatRefusal::Unavailable) => return Err(TurnedAway::ForNow),
            // Lost meanwhile: its day is over, the diary is another, or a ban holds.
            Err(_) => {}
        }
    }
    Ok(Entrance { who, sid: record.sid, pid, is_recovery: true, seats })
}

/// A record that is there and can be read. A cache that is away means a new start, not a closed door.
async fn find_record(chat: &Shared, pid: &str) -> Option<Record> {
    let found = chat.cache.find_recovery(pid, chat.clock.now()).await;
    let found = found.map_err(ChatRefusal::from).ok().flatten()?;
    serde_json::from_str(&found).ok()
}

/// Who it is, by the token or by the session behind the record: an expired token does not stand in the way of coming back.
async fn identify(
    chat: &Shared,
    shown: &Shown,
    record: Option<Record>,
    socket: Arc<dyn PersonSocket>,
) -> Result<(Identity, Option<Record>), TurnedAway> {
    let token = shown.token.as_deref().map(|token| chat.tokens.read_access(Some(token), chat.clock.now()));
    let kept = match &record {
        Some(Record { who: Who::Person { user, session }, .. }) => {
            SessionId::parse(session).map(|session| Caller { user: *user, session })
        }
        _ => None,
    };
    let caller = match (token, kept) {
        (Some(Ok(caller)), kept) => {
            let is_same = kept.as_ref().is_some_and(|kept| kept.user == caller.user);
            attach(chat, &caller, socket).await?;
            return Ok((Identity::Person(caller), record.filter(|_| is_same)));
        }
        (Some(Err(Refusal::TokenExpired)), Some(kept)) => kept,
        (Some(Err(refusal)), _) => return Err(refusals::token_refused(refusal)),
        (None, Some(_)) => return Ok((Identity::Guest(None), None)),
        (None, None) => {
            let name = match &record {
                Some(Record { who: Who::Guest(name), .. }) => name.clone(),
                _ => None,
            };
            return Ok((Identity::Guest(name), record));
        }
    };
    attach(chat, &caller, socket).await?;
    Ok((Identity::Person(caller), record))
}

/// Finds out whether the session lives, and lets it end the socket later.
async fn attach(chat: &Shared, caller: &Caller, socket: Arc<dyn PersonSocket>) -> Result<(), TurnedAway> {
    chat.sessions.ask(caller.clone(), AttachSocket(socket)).await.map_err(refusals::token_refused)
}

/// The socket that had this `pid` is gone when this returns, or as good as; one on another node soon after.
async fn end_former(chat: &Shared, pid: &str) {
    let mark = PidMark::of(pid);
    chat.fan_out.publish(News::Recovered(mark));
    let former = || chat.live.pin().get(&mark).cloned();
    let Some((_, socket)) = former() else { return };
    let _ = socket.close();
    let (step, mut waited) = (Duration::from_millis(5), Duration::ZERO);
    while waited < LONGEST_END && former().is_some() {
        sleep(step).await;
        waited += step;
        if waited == ORDERLY_END {
            socket.cut();
        }
    }
}

/// The rooms of somebody who comes anew: without an account, the plaza (contract §3).
async fn first_seats(chat: &Shared, who: &Identity) -> Result<Vec<Place>, ChatRefusal> {
    let Identity::Guest(name) = who else { return Ok(Vec::new()) };
    let room = chat.rooms.find_or_start(LogKey::Plaza).await?;
    Ok(vec![Place {
        key: LogKey::Plaza,
        room,
        author: name.as_ref().map(known_as),
        is_announced: name.as_ref().is_some_and(|name| name.is_announced),
        is_curious: false,
        hidden: Vec::new(),
        seen: None,
    }])
}

async fn return_to(
    chat: &Shared,
    who: &Identity,
    key: LogKey,
    start: &RoomStart,
    seen: u64,
    address: IpAddr,
) -> Result<Place, ChatRefusal> {
    let (author, hidden, is_announced) = match who {
        Identity::Guest(name) => {
            let is_announced = name.as_ref().is_some_and(|name| name.is_announced);
            let stage = chat.lobby.stage(key);
            let hidden = match name {
                Some(name) => chat.lobby.people.hidden_by(stage, name.id).await?,
                None => Vec::new(),
            };
            (name.as_ref().map(known_as), hidden, is_announced)
        }
        Identity::Person(caller) => {
            let asked = AskAdmission { room: key.to_string(), address };
            let admission = chat.sessions.ask(caller.clone(), asked).await??;
            (Some(admission.author), admission.hidden, false)
        }
    };
    let room = chat.rooms.find_or_start(key).await?;
    let (is_curious, seen) = (start.is_curious, Some(seen));
    Ok(Place { key, room, author, is_announced, is_curious, hidden, seen })
}

fn known_as(name: &GuestName) -> Author {
    Author { id: name.id, name: Alias::new(&name.name) }
}

fn anew(who: Identity, seats: Vec<Place>) -> Result<Entrance, TurnedAway> {
    let (sid, pid) = fresh_names().map_err(refusals::turned_away)?;
    Ok(Entrance { who, sid, pid, is_recovery: false, seats })
}

/// A Socket.IO id and a `pid` that nobody had before.
pub(super) fn fresh_names() -> Result<(String, String), ChatRefusal> {
    let name = || random_id().map_err(|_| ChatRefusal::Unavailable);
    Ok((name()?, name()?))
}
