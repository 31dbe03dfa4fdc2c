//! Adding to the log of a room: the hot path of the chat.
//!
//! The key on room and seq decides between nodes, so a batch of messages is one statement that reads nothing. Only what
//! that key refuses, or a client id that was there before, is looked at more closely.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text, Timestamp};
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::chat::{ClientId, LogKey, Oid};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{Draft, NewMessage, Placed};

use super::Conn;
use super::many_rows::{BindRow, Columns, ManyRows};
use crate::adapters::sql::chat_rows::{CLOSED, NewEntryRow, oid};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::chat_entries;
use crate::adapters::sql::time::Ms;

/// Lines per statement.
const ROWS: usize = 500;

/// How often other nodes may be faster in a row. Each time one of them got its batch in.
const TRIES: usize = 100;

const INSERT: &str = "INSERT INTO chat_entries (room, seq, kind, id, author, person, name, content, client_id, \
    target, created_at) VALUES";

impl BindRow for NewEntryRow<'_> {
    fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()> {
        columns.push::<Text, _>(self.room)?;
        columns.push::<BigInt, _>(&self.seq)?;
        columns.push::<Text, _>(self.kind)?;
        columns.push::<Nullable<Binary>, _>(&self.id)?;
        columns.push::<Nullable<Binary>, _>(&self.author)?;
        columns.push::<Nullable<BigInt>, _>(&self.person)?;
        columns.push::<Nullable<Text>, _>(&self.name)?;
        columns.push::<Nullable<Text>, _>(&self.content)?;
        columns.push::<Nullable<Text>, _>(&self.client_id)?;
        columns.push::<Nullable<Binary>, _>(&self.target)?;
        columns.push::<Timestamp, _>(&self.created_at)
    }
}

/// The keys of the table: how SQLite and how MySQL end what they say about one that is taken.
const SEQ: [&str; 2] = ["chat_entries.seq", "PRIMARY"];
const CLIENT_ID: [&str; 2] = ["chat_entries.client_id", "chat_entries_client_id"];
const ID: [&str; 2] = ["chat_entries.id", "chat_entries_id"];

/// What is said already, by place in the batch.
type Twins = HashMap<usize, Twin>;

/// Said before under the same client id; or the very same message, of an append whose outcome its caller did not learn.
enum Twin {
    Logged(Placed),
    /// Said at this place of the same batch.
    Earlier {
        index: usize,
        id: Oid,
        at: Instant,
    },
}

impl Twin {
    fn resolve(&self, placed: &[Placed]) -> Placed {
        match *self {
            Self::Logged(before) => before,
            Self::Earlier { index, id, at } => match placed[index] {
                Placed::At(seq) => Placed::Before { id, seq, at },
                before => before,
            },
        }
    }
}

pub(in crate::adapters::sql) async fn append(
    conn: &mut Conn,
    room: LogKey,
    after: u64,
    drafts: &[Draft],
) -> SqlResult<Vec<Placed>> {
    let room = room.to_string();
    let after = i64::try_from(after).map_err(|_| SqlError::Corrupt("seq"))?;
    let mut is_plain = drafts.len() <= ROWS && drafts.iter().all(|draft| matches!(draft, Draft::Message(_)));
    let mut tail = after;
    let mut twins = Twins::new();
    for _ in 0..TRIES {
        let outcome = if is_plain {
            let mut lines = Lines::after(tail, &room);
            for draft in drafts {
                lines.add(draft);
            }
            insert(conn, &lines.rows).await.map(|()| lines.placed)
        } else {
            place(conn, &room, after, drafts, &twins).await
        };
        match outcome {
            Err(error) if error.is_taken(SEQ) => tail = last_line(conn, &room).await?.0.max(after),
            Err(error) if error.is_taken(CLIENT_ID) || error.is_taken(ID) => {
                twins = find_twins(conn, &room, drafts).await?;
                is_plain = false;
            }
            outcome => return outcome,
        }
    }
    Err(SqlError::Crowded)
}

/// What a batch comes to.
struct Lines<'a> {
    room: &'a str,
    tail: i64,
    rows: Vec<NewEntryRow<'a>>,
    placed: Vec<Placed>,
}

impl<'a> Lines<'a> {
    fn after(tail: i64, room: &'a str) -> Self {
        Self { room, tail, rows: Vec::new(), placed: Vec::new() }
    }

    fn add(&mut self, draft: &'a Draft) {
        self.tail += 1;
        self.rows.push(NewEntryRow::of(self.room, self.tail, draft));
        self.placed.push(Placed::At(self.tail.unsigned_abs()));
    }
}

async fn insert(conn: &mut Conn, rows: &[NewEntryRow<'_>]) -> SqlResult<()> {
    for piece in rows.chunks(ROWS) {
        ManyRows { head: INSERT, rows: piece }.execute(conn).await?;
    }
    Ok(())
}

/// With deletions, closings or twins: decided one after another, in one transaction.
async fn place(
    conn: &mut Conn,
    room: &str,
    after: i64,
    drafts: &[Draft],
    twins: &Twins,
) -> SqlResult<Vec<Placed>> {
    conn.transaction(async |conn| {
        take_write_lock(conn, room, after).await?;
        let (tail, mut is_closed) = last_line(conn, room).await?;
        let mut lines = Lines::after(tail.max(after), room);
        let mut new_messages = HashMap::new();
        for (index, draft) in drafts.iter().enumerate() {
            if let Some(twin) = twins.get(&index) {
                lines.placed.push(twin.resolve(&lines.placed));
                continue;
            }
            let happens = match draft {
                Draft::Message(message) => {
                    new_messages.insert(message.id, lines.rows.len());
                    true
                }
                Draft::Deletion { of, .. } => match new_messages.remove(of) {
                    Some(row) => {
                        lines.rows[row].wipe();
                        true
                    }
                    None => wipe(conn, room, *of).await?,
                },
                Draft::Closing { .. } => !is_closed,
            };
            if happens {
                lines.add(draft);
                is_closed = matches!(draft, Draft::Closing { .. });
            } else {
                lines.placed.push(Placed::Nothing);
            }
        }
        insert(conn, &lines.rows).await?;
        Ok::<_, SqlError>(lines.placed)
    })
    .await
}

/// Writes first, as SQLite wants it of a transaction that reads; on MySQL the key on room and seq is enough.
async fn take_write_lock(conn: &mut Conn, room: &str, seq: i64) -> SqlResult<()> {
    diesel::update(chat_entries::table.find((room, seq)))
        .set(chat_entries::kind.eq(chat_entries::kind))
        .execute(conn)
        .await?;
    Ok(())
}

/// The last `seq` of a room (0 before the first), and whether the room closed there.
async fn last_line(conn: &mut Conn, room: &str) -> SqlResult<(i64, bool)> {
    let last: Option<(i64, String)> = chat_entries::table
        .filter(chat_entries::room.eq(room))
        .order(chat_entries::seq.desc())
        .select((chat_entries::seq, chat_entries::kind))
        .first(conn)
        .await
        .optional()?;
    Ok(last.map_or((0, false), |(seq, kind)| (seq, kind == CLOSED)))
}

/// Takes the text out of the log; `false` when there is none (any more).
async fn wipe(conn: &mut Conn, room: &str, message: Oid) -> SqlResult<bool> {
    let told = chat_entries::table
        .filter(chat_entries::id.eq(message.as_bytes().as_slice()))
        .filter(chat_entries::room.eq(room))
        .filter(chat_entries::content.is_not_null());
    Ok(diesel::update(told).set(chat_entries::content.eq(None::<String>)).execute(conn).await? == 1)
}

/// A look per message, because a list of pairs uses the index on neither database.
async fn find_twins(conn: &mut Conn, room: &str, drafts: &[Draft]) -> SqlResult<Twins> {
    let mut twins = Twins::new();
    let mut named: HashMap<(Oid, &ClientId), usize> = HashMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        let Draft::Message(message) = draft else { continue };
        if let Some(logged) = find_logged(conn, room, message).await? {
            twins.insert(index, Twin::Logged(logged));
        }
        let Some(client_id) = &message.client_id else { continue };
        match named.entry((message.author, client_id)) {
            Entry::Vacant(first) => {
                first.insert(index);
            }
            Entry::Occupied(first) => {
                let index_of_first = *first.get();
                if let Draft::Message(earlier) = &drafts[index_of_first] {
                    let at = Ms::from(earlier.at).instant();
                    twins.entry(index).or_insert(Twin::Earlier { index: index_of_first, id: earlier.id, at });
                }
            }
        }
    }
    Ok(twins)
}

async fn find_logged(conn: &mut Conn, room: &str, message: &NewMessage) -> SqlResult<Option<Placed>> {
    let own = || {
        chat_entries::table
            .filter(chat_entries::room.eq(room))
            .filter(chat_entries::author.eq(message.author.as_bytes().as_slice()))
            .select((chat_entries::id, chat_entries::seq, chat_entries::created_at))
    };
    let mut found: Option<(Option<Vec<u8>>, i64, Ms)> = None;
    if let Some(client_id) = &message.client_id {
        let named = own().filter(chat_entries::client_id.eq(client_id.as_str()));
        found = named.first(conn).await.optional()?;
    }
    if found.is_none() {
        let same = own().filter(chat_entries::id.eq(message.id.as_bytes().as_slice()));
        found = same.first(conn).await.optional()?;
    }
    let read = |(id, seq, at): (_, i64, Ms)| {
        Ok(Placed::Before { id: oid(id)?, seq: seq.unsigned_abs(), at: at.instant() })
    };
    found.map(read).transpose()
}
