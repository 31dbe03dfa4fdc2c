//! What clients read: the payloads of chat.md, and the encoding of a room's batch.

use chrono::{DateTime, Utc};
use nine_cloud_actors::domain::chat::{Alias, LogKey, Oid};
use nine_cloud_actors::domain::seoul;
use nine_cloud_actors::ports::{Entry, Fact};
use nine_cloud_actors::rooms::{Batch, Item, write_offset};
use nine_cloud_actors::uploads::{Progress, Purpose};
use serde::Serialize;

use crate::realtime::socket::{Args, encode};

/// A message, in the shape of the previous service with more beside it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(rename = "_id")]
    id: Oid,
    room: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    chat: &'a str,
    user: User<'a>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<bool>,
    #[serde(rename = "__v")]
    version: u8,
}

#[derive(Serialize)]
struct User<'a> {
    id: Option<Oid>,
    name: &'a str,
}

/// One event, up to its closing bracket.
fn head(name: &str, payload: &impl Serialize) -> String {
    let args = Args::of(payload).unwrap_or_default();
    encode::event_head("/", None, name, &args)
}

/// A message that a person wrote, as JSON; `None` for other lines and for what was taken back.
pub(super) fn message_json(room: LogKey, entry: &Entry) -> Option<String> {
    serde_json::to_string(&message(room, entry)?).ok()
}

fn message(room: LogKey, entry: &Entry) -> Option<Message<'_>> {
    let Fact::Said { id, author, name, text: Some(text) } = &entry.fact else { return None };
    Some(Message {
        id: *id,
        room: room.name().to_string(),
        seq: Some(entry.seq),
        chat: text,
        user: User { id: Some(*author), name: name.as_str() },
        created_at: seoul::iso_millis(entry.at),
        system: None,
        version: 0,
    })
}

/// The words of the server, as the existing client knows them: from `system`.
pub(super) fn announcement(room: LogKey, id: Oid, text: &str, at: DateTime<Utc>) -> String {
    let user = User { id: None, name: "system" };
    let message = Message {
        id,
        room: room.name().to_string(),
        seq: None,
        chat: text,
        user,
        created_at: seoul::iso_millis(at),
        system: Some(true),
        version: 0,
    };
    head("message", &message)
}

/// A line of the log as an event, up to its offset; `None` when there is nothing to tell of it any more.
pub(super) fn logged(room: LogKey, entry: &Entry) -> Option<String> {
    #[derive(Serialize)]
    struct Deleted {
        room: String,
        #[serde(rename = "_id")]
        id: Oid,
        seq: u64,
    }
    #[derive(Serialize)]
    struct Closed {
        room: String,
        reason: &'static str,
        seq: u64,
    }
    let (name, seq) = (room.name().to_string(), entry.seq);
    match &entry.fact {
        Fact::Said { .. } => message(room, entry).map(|message| head("message", &message)),
        Fact::Deleted { of } => Some(head("message:deleted", &Deleted { room: name, id: *of, seq })),
        Fact::Closed => Some(head("room:closed", &Closed { room: name, reason: "new-day", seq })),
    }
}

/// A room that is closed to this one, and why; it is no line of the log.
pub(super) fn closed(room: LogKey, reason: &str) -> Args {
    Args::json(&format!("{{\"room\":\"{}\",\"reason\":\"{reason}\"}}", room.name()))
}

/// How far a picture is.
pub(super) fn progress(Progress { purpose, stage }: Progress) -> Args {
    let purpose = match purpose {
        Purpose::Drawing => "drawing",
        Purpose::Avatar => "avatar",
    };
    Args::json(&format!("{{\"purpose\":\"{purpose}\",\"stage\":\"{}\"}}", stage.as_wire()))
}

/// How an event with an offset ends.
pub(super) fn offset_tail(positions: impl IntoIterator<Item = (LogKey, u64)>) -> String {
    // Room names and numbers need no escaping.
    format!(",\"{}\"]", write_offset(positions))
}

/// All items of a batch, two texts each: the event, and how it ends for whoever is in this room alone.
pub(super) fn encode(batch: &Batch) -> Box<[Box<str>]> {
    let mut texts = Vec::with_capacity(2 * batch.items.len());
    for item in &batch.items {
        let (head, tail) = encode_item(batch.room, item);
        texts.push(head.into_boxed_str());
        texts.push(tail.into_boxed_str());
    }
    texts.into_boxed_slice()
}

fn encode_item(room: LogKey, item: &Item) -> (String, String) {
    #[derive(Serialize)]
    struct Presence<'a> {
        room: String,
        members: usize,
        joined: Vec<&'a str>,
        left: Vec<&'a str>,
    }
    #[derive(Serialize)]
    struct Typing<'a> {
        room: String,
        alias: &'a str,
        on: bool,
    }
    let end = || "]".to_owned();
    let name = || room.name().to_string();
    match item {
        Item::Logged(entry) => (logged(room, entry).unwrap_or_default(), offset_tail([(room, entry.seq)])),
        Item::Announced { id, text, at } => (announcement(room, *id, text, *at), end()),
        Item::Presence { members, joined, left } => {
            let [joined, left] = [joined, left].map(|names| names.iter().map(Alias::as_str).collect());
            (head("presence", &Presence { room: name(), members: *members, joined, left }), end())
        }
        Item::Typing { alias, is_on, .. } => {
            (head("typing", &Typing { room: name(), alias: alias.as_str(), on: *is_on }), end())
        }
    }
}
