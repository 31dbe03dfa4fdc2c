//! Rows of the chat, and what they mean.

use std::net::IpAddr;
use std::sync::Arc;

use diesel::mysql::Mysql;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use nine_cloud_actors::domain::address::network_of;
use nine_cloud_actors::domain::chat::{Alias, ClientId, Oid};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::ports::{BanSubject, Draft, Entry, Fact, Found, NewMessage, ReportMark, Reported};

use super::fault::{SqlError, SqlResult};
use super::schema::{chat_entries, chat_reports};
use super::time::Ms;

/// A message.
pub(super) const SAID: &str = "said";
/// A message was taken back.
pub(super) const DELETED: &str = "deleted";
/// The room closed.
pub(super) const CLOSED: &str = "closed";

/// A line to be written.
pub(super) struct NewEntryRow<'a> {
    pub(super) room: &'a str,
    pub(super) seq: i64,
    pub(super) kind: &'static str,
    pub(super) id: Option<&'a [u8]>,
    pub(super) author: Option<&'a [u8]>,
    pub(super) person: Option<i64>,
    pub(super) name: Option<&'a str>,
    pub(super) content: Option<&'a str>,
    pub(super) client_id: Option<&'a str>,
    pub(super) target: Option<&'a [u8]>,
    pub(super) created_at: Ms,
}

impl<'a> NewEntryRow<'a> {
    pub(super) fn of(room: &'a str, seq: i64, draft: &'a Draft) -> Self {
        match draft {
            Draft::Message(message) => Self::said(room, seq, message),
            Draft::Deletion { of, at } => {
                Self { target: Some(of.as_bytes()), ..Self::bare(room, seq, DELETED, Ms::from(*at)) }
            }
            Draft::Closing { at } => Self::bare(room, seq, CLOSED, Ms::from(*at)),
        }
    }

    fn said(room: &'a str, seq: i64, message: &'a NewMessage) -> Self {
        Self {
            id: Some(message.id.as_bytes()),
            author: Some(message.author.as_bytes()),
            person: message.person.map(|person| person.0),
            name: Some(message.name.as_str()),
            content: Some(message.text.as_str()),
            client_id: message.client_id.as_ref().map(ClientId::as_str),
            ..Self::bare(room, seq, SAID, Ms::from(message.at))
        }
    }

    fn bare(room: &'a str, seq: i64, kind: &'static str, created_at: Ms) -> Self {
        Self {
            room,
            seq,
            kind,
            id: None,
            author: None,
            person: None,
            name: None,
            content: None,
            client_id: None,
            target: None,
            created_at,
        }
    }

    /// As it stays when the message was taken back.
    pub(super) fn wipe(&mut self) {
        self.content = None;
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = chat_entries, check_for_backend(Mysql, Sqlite))]
pub(super) struct EntryRow {
    seq: i64,
    kind: String,
    id: Option<Vec<u8>>,
    author: Option<Vec<u8>>,
    name: Option<String>,
    content: Option<String>,
    target: Option<Vec<u8>>,
    created_at: Ms,
}

impl EntryRow {
    pub(super) fn read(self) -> SqlResult<Entry> {
        let fact = match self.kind.as_str() {
            SAID => Fact::Said {
                id: oid(self.id)?,
                author: oid(self.author)?,
                name: Alias::new(&self.name.ok_or(SqlError::Corrupt("chat name"))?),
                text: self.content.map(Arc::from),
            },
            DELETED => Fact::Deleted { of: oid(self.target)? },
            CLOSED => Fact::Closed,
            _ => return Err(SqlError::Corrupt("kind of a chat entry")),
        };
        Ok(Entry { seq: self.seq.unsigned_abs(), at: self.created_at.instant(), fact })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = chat_entries, check_for_backend(Mysql, Sqlite))]
pub(super) struct FoundRow {
    id: Option<Vec<u8>>,
    room: String,
    seq: i64,
    author: Option<Vec<u8>>,
    person: Option<i64>,
    content: Option<String>,
}

impl FoundRow {
    pub(super) fn read(self) -> SqlResult<Found> {
        Ok(Found {
            id: oid(self.id)?,
            room: self.room.parse().map_err(|_| SqlError::Corrupt("room of the chat"))?,
            seq: self.seq.unsigned_abs(),
            author: oid(self.author)?,
            person: self.person.map(UserId),
            text: self.content.map(Arc::from),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = chat_reports, check_for_backend(Mysql, Sqlite))]
pub(super) struct ReportRow {
    message: Vec<u8>,
    reporter: Vec<u8>,
    reporter_person: Option<i64>,
    room: String,
    author: Option<Vec<u8>>,
    person: Option<i64>,
    name: Option<String>,
    content: Option<String>,
    reason: String,
    created_at: Ms,
}

impl ReportRow {
    pub(super) fn read(self) -> SqlResult<Reported> {
        let mark = ReportMark {
            at: self.created_at.instant(),
            message: oid(Some(self.message))?,
            reporter: oid(Some(self.reporter))?,
        };
        Ok(Reported {
            mark,
            room: self.room.parse().map_err(|_| SqlError::Corrupt("room of a report"))?,
            author: self.author.map(|author| oid(Some(author))).transpose()?,
            author_person: self.person.map(UserId),
            name: self.name.as_deref().map(Alias::new),
            text: self.content,
            reporter_person: self.reporter_person.map(UserId),
            reason: self.reason,
        })
    }
}

/// What a socket comes back to, to be written.
pub(super) struct RecoveryRow {
    pub(super) pid_digest: [u8; 32],
    pub(super) record: String,
    pub(super) expires_at: Ms,
}

/// Twelve bytes of a column.
pub(super) fn oid(stored: Option<Vec<u8>>) -> SqlResult<Oid> {
    let bytes = stored.and_then(|bytes| <[u8; 12]>::try_from(bytes).ok());
    bytes.map(Oid::from).ok_or(SqlError::Corrupt("id of the chat"))
}

/// The key of a ban. Whoever has one IPv6 address has a /64 of them.
pub(super) fn ban_key(subject: BanSubject) -> String {
    match subject {
        BanSubject::Person(person) => format!("person {person}"),
        BanSubject::Address(address) => match network_of(address) {
            IpAddr::V4(address) => format!("address {address}"),
            IpAddr::V6(network) => format!("address {network}/64"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_address_stands_for_its_network_and_a_mapped_one_for_ipv4() {
        let key = |text: &str| ban_key(BanSubject::Address(text.parse().unwrap()));
        assert_eq!(key("192.0.2.1"), "address 192.0.2.1");
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "address 2001:db8:1:2::/64");
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(ban_key(BanSubject::Person(UserId(12))), "person 12");
    }
}
