//! What is stored: one document per append.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::DateTime as ChronoTime;
use mongodb::bson::DateTime;
use nine_cloud_actors::domain::chat::{Alias, ClientId, LogKey, Oid};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{Entry, Fact, Found, NewMessage};
use serde::{Deserialize, Serialize};

use super::fault::{MongoError, MongoResult};

/// The lines of one append, under `first`, `first` + 1, …, `last`. A room appends 512 of them at most, which is a megabyte of
/// the sixteen that a document may have.
///
/// A line never changes. What may be taken away from it, its text and its person, is beside it under the line's `seq`, so
/// that taking it away is a `$unset` of one name, which every server does alike.
#[derive(Serialize, Deserialize)]
pub(super) struct Batch {
    pub(super) room: String,
    /// Unique in the room; stays what it was when lines are forgotten.
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) lines: Vec<Line>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) texts: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) people: BTreeMap<String, i64>,
    /// What may be there once only (see [`Line::keys`]), and what messages are found by. Left out when empty, because
    /// the index would take two missing values for the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) keys: Vec<String>,
    /// Where the messages are that this batch takes back and whose texts are still in their batches. Readers skip
    /// those; whoever finds some left over finishes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) wiping: Vec<i64>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) seq: i64,
    pub(super) at: DateTime,
    #[serde(flatten)]
    pub(super) kind: Kind,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Kind {
    Said {
        id: Oid,
        author: Oid,
        name: String,
        #[serde(rename = "clientId", default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
    },
    Deleted {
        of: Oid,
    },
    Closed,
}

/// The key of a message.
pub(super) fn message_key(id: Oid) -> String {
    format!("said {id}")
}

/// The key of what takes a message back.
pub(super) fn deletion_key(of: Oid) -> String {
    format!("deleted {of}")
}

/// The key of what an author says under a name of the client's.
pub(super) fn client_key(room: &str, author: Oid, client_id: &str) -> String {
    format!("client {room} {author} {client_id}")
}

impl Kind {
    pub(super) fn said(message: &NewMessage) -> Self {
        Self::Said {
            id: message.id,
            author: message.author,
            name: message.name.as_str().to_owned(),
            client_id: message.client_id.as_ref().map(ClientId::as_str).map(ToOwned::to_owned),
        }
    }
}

impl Line {
    /// What no other line of any room may have.
    pub(super) fn keys(&self, room: &str) -> Vec<String> {
        match &self.kind {
            Kind::Said { id, author, client_id, .. } => {
                let named = client_id.as_ref().map(|client_id| client_key(room, *author, client_id));
                std::iter::once(message_key(*id)).chain(named).collect()
            }
            Kind::Deleted { of } => vec![deletion_key(*of)],
            Kind::Closed => Vec::new(),
        }
    }

    pub(super) fn at(&self) -> MongoResult<Instant> {
        instant(self.at)
    }
}

impl Batch {
    pub(super) fn key(&self) -> MongoResult<LogKey> {
        self.room.parse().map_err(|_| MongoError::Corrupt("room of the chat"))
    }

    /// The room closed with the last of these lines.
    pub(super) fn is_closing(&self) -> bool {
        matches!(self.lines.last(), Some(Line { kind: Kind::Closed, .. }))
    }

    /// The lines as the port tells them; the texts of `hidden` count as taken back.
    pub(super) fn entries(mut self, hidden: &[i64]) -> MongoResult<Vec<Entry>> {
        let lines = std::mem::take(&mut self.lines);
        lines.into_iter().map(|line| self.entry(line, hidden)).collect()
    }

    fn entry(&mut self, line: Line, hidden: &[i64]) -> MongoResult<Entry> {
        let at = line.at()?;
        let fact = match line.kind {
            Kind::Said { id, author, name, .. } => {
                let text = self.take_text(line.seq, hidden);
                Fact::Said { id, author, name: Alias::new(&name), text }
            }
            Kind::Deleted { of } => Fact::Deleted { of },
            Kind::Closed => Fact::Closed,
        };
        Ok(Entry { seq: line.seq.unsigned_abs(), at, fact })
    }

    fn take_text(&mut self, seq: i64, hidden: &[i64]) -> Option<Arc<str>> {
        let text = self.texts.remove(&seq.to_string());
        text.filter(|_| !hidden.contains(&seq)).map(Arc::from)
    }

    /// A message of this batch.
    pub(super) fn found(mut self, message: Oid, hidden: &[i64]) -> MongoResult<Option<Found>> {
        let room = self.key()?;
        let said = self.lines.iter().find_map(|line| match &line.kind {
            Kind::Said { id, author, .. } if *id == message => Some((line.seq, *author)),
            _ => None,
        });
        Ok(said.map(|(seq, author)| Found {
            id: message,
            room,
            seq: seq.unsigned_abs(),
            author,
            person: self.people.get(&seq.to_string()).copied().map(UserId),
            text: self.take_text(seq, hidden),
        }))
    }
}

/// Whole milliseconds, as MongoDB keeps them.
pub(super) fn stored(at: Instant) -> DateTime {
    DateTime::from_millis(at.timestamp_millis())
}

fn instant(at: DateTime) -> MongoResult<Instant> {
    ChronoTime::from_timestamp_millis(at.timestamp_millis()).ok_or(MongoError::Corrupt("time of a chat line"))
}
