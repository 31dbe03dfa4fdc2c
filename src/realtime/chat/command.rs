//! What a client may ask for, read from its events.

use nine_cloud_actors::domain::chat::{ChatText, ClientId, LoginName, Oid};
use nine_cloud_actors::rooms::ChatRefusal;
use serde::{Deserialize, Deserializer};

use crate::realtime::socket::Event;

/// Longest reason of a report in UTF-16 units.
const LONGEST_REASON: usize = 500;

/// Most messages that `history` gives at once, and how many when it is not said.
const MOST_HISTORY: u16 = 100;
const SOME_HISTORY: u16 = 50;

/// Longest name of a room or a person that is looked for, in bytes: nothing is called by a longer one, and wishes wait with
/// their names.
const LONGEST_NAME: usize = 512;

/// One wish of a client.
#[derive(Debug)]
pub(super) enum Command {
    /// The existing client's `login`.
    LogIn(LoginName),
    /// `send`, or the existing client's `sendMessage`, which knows no rooms.
    Send(Send),
    Join {
        room: String,
    },
    Leave {
        room: String,
    },
    History {
        room: String,
        before: Option<u64>,
        limit: u16,
    },
    Typing {
        room: String,
        is_on: bool,
    },
    Report {
        message: Oid,
        reason: String,
    },
    Hide {
        alias: String,
        room: String,
    },
    Delete {
        message: Oid,
    },
    /// Of the server's own: a new day has begun.
    RenewName,
    /// Something that cannot be done as it was asked.
    Refuse {
        refusal: ChatRefusal,
        is_plain: bool,
    },
}

#[derive(Debug)]
pub(super) struct Send {
    pub(super) room: String,
    pub(super) text: ChatText,
    pub(super) client_id: Option<ClientId>,
    /// From the existing client: its acknowledgement says no more than `ok`.
    pub(super) is_plain: bool,
}

#[derive(Deserialize)]
struct Room {
    #[serde(deserialize_with = "name")]
    room: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendArgs {
    #[serde(deserialize_with = "name")]
    room: String,
    text: String,
    client_id: Option<String>,
}

#[derive(Deserialize)]
struct HistoryArgs {
    #[serde(deserialize_with = "name")]
    room: String,
    before: Option<u64>,
    limit: Option<u16>,
}

#[derive(Deserialize)]
struct TypingArgs {
    #[serde(deserialize_with = "name")]
    room: String,
    on: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MessageArgs {
    message_id: Oid,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct HideArgs {
    #[serde(deserialize_with = "name")]
    alias: String,
    #[serde(deserialize_with = "name")]
    room: String,
}

/// Any longer one is the name of nothing, like the empty one.
fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(if name.len() <= LONGEST_NAME { name } else { String::new() })
}

/// `None` for events that nobody handles.
pub(super) fn read(event: &Event<'_>) -> Option<Command> {
    let command = match &*event.name {
        "login" => read_login(event),
        "sendMessage" => read_plain(event),
        "send" => read_send(event),
        "join" => arg(event).map(|Room { room }| Command::Join { room }),
        "leave" => arg(event).map(|Room { room }| Command::Leave { room }),
        "history" => read_history(event),
        "typing" => arg(event).map(|TypingArgs { room, on }| Command::Typing { room, is_on: on }),
        "report" => read_report(event),
        "hide" => arg(event).map(|HideArgs { alias, room }| Command::Hide { alias, room }),
        "delete" => arg(event).map(|MessageArgs { message_id, .. }| Command::Delete { message: message_id }),
        _ => return None,
    };
    let is_plain = event.name == "sendMessage";
    Some(command.unwrap_or_else(|refusal| Command::Refuse { refusal, is_plain }))
}

fn arg<'a, T: Deserialize<'a>>(event: &Event<'a>) -> Result<T, ChatRefusal> {
    event.arg(0).ok_or(ChatRefusal::Invalid("arguments"))
}

fn read_login(event: &Event<'_>) -> Result<Command, ChatRefusal> {
    let name: String = event.arg(0).ok_or(ChatRefusal::Invalid("name"))?;
    LoginName::parse(&name).map(Command::LogIn).ok_or(ChatRefusal::Invalid("name"))
}

fn read_plain(event: &Event<'_>) -> Result<Command, ChatRefusal> {
    let text: String = event.arg(0).ok_or(ChatRefusal::Invalid("text"))?;
    let text = ChatText::parse(&text).ok_or(ChatRefusal::Invalid("text"))?;
    Ok(Command::Send(Send { room: "plaza".to_owned(), text, client_id: None, is_plain: true }))
}

fn read_send(event: &Event<'_>) -> Result<Command, ChatRefusal> {
    let SendArgs { room, text, client_id } = arg(event)?;
    let text = ChatText::parse(&text).ok_or(ChatRefusal::Invalid("text"))?;
    let client_id = match client_id {
        Some(id) => Some(ClientId::parse(&id).ok_or(ChatRefusal::Invalid("clientId"))?),
        None => None,
    };
    Ok(Command::Send(Send { room, text, client_id, is_plain: false }))
}

fn read_history(event: &Event<'_>) -> Result<Command, ChatRefusal> {
    let HistoryArgs { room, before, limit } = arg(event)?;
    let limit = limit.unwrap_or(SOME_HISTORY);
    if !(1..=MOST_HISTORY).contains(&limit) {
        return Err(ChatRefusal::Invalid("limit"));
    }
    Ok(Command::History { room, before, limit })
}

fn read_report(event: &Event<'_>) -> Result<Command, ChatRefusal> {
    let MessageArgs { message_id, reason } = arg(event)?;
    let reason = reason.ok_or(ChatRefusal::Invalid("reason"))?;
    let fits = (1..=LONGEST_REASON).contains(&reason.trim().encode_utf16().count());
    if !fits || reason.len() > 6 * LONGEST_REASON {
        return Err(ChatRefusal::Invalid("reason"));
    }
    Ok(Command::Report { message: message_id, reason })
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[test]
    fn what_waits_for_its_turn_is_small() {
        let long = "x".repeat(100_000);
        for (event, args) in [
            ("join", serde_json::json!({ "room": long })),
            ("leave", serde_json::json!({ "room": long })),
            ("history", serde_json::json!({ "room": long })),
            ("typing", serde_json::json!({ "room": long, "on": true })),
            ("send", serde_json::json!({ "room": long, "text": "x" })),
            ("send", serde_json::json!({ "room": "plaza", "text": long })),
            ("send", serde_json::json!({ "room": "plaza", "text": "x", "clientId": long })),
            ("hide", serde_json::json!({ "room": long, "alias": long })),
            ("login", serde_json::json!(long)),
            ("sendMessage", serde_json::json!(long)),
        ] {
            let args = RawValue::from_string(args.to_string()).unwrap();
            let event = Event { namespace: "/", name: event.into(), args: &[&args], attachments: &[] };
            let printed = format!("{:?}", read(&event).unwrap());
            assert!(printed.len() < 2000, "{} keeps {} bytes", event.name, printed.len());
        }
    }
}
