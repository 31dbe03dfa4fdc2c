//! What a batch comes to, given what is there already.

use std::collections::{BTreeMap, HashMap, HashSet};

use nine_cloud_actors::domain::chat::{ClientId, Oid};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{Draft, NewMessage, Placed};

use super::document::{Batch, Kind, Line, client_key, deletion_key, message_key, stored};
use super::fault::{MongoError, MongoResult};

/// The keys by which earlier lines are looked up that matter to `drafts`.
pub(super) fn keys_of(room: &str, drafts: &[Draft]) -> Vec<String> {
    let mut keys = Vec::new();
    for draft in drafts {
        match draft {
            Draft::Message(message) => {
                keys.push(message_key(message.id));
                keys.extend(client_key_of(room, message));
            }
            Draft::Deletion { of, .. } => keys.extend([message_key(*of), deletion_key(*of)]),
            Draft::Closing { .. } => {}
        }
    }
    keys
}

fn client_key_of(room: &str, message: &NewMessage) -> Option<String> {
    let client_id = message.client_id.as_ref().map(ClientId::as_str)?;
    Some(client_key(room, message.author, client_id))
}

/// A message that is in the log, or comes before in the batch.
#[derive(Clone, Copy)]
struct Twin {
    author: Oid,
    id: Oid,
    seq: i64,
    at: Instant,
}

impl Twin {
    fn placed(self) -> Placed {
        Placed::Before { id: self.id, seq: self.seq.unsigned_abs(), at: self.at }
    }
}

/// What is there that matters to a batch.
#[derive(Default)]
pub(super) struct Known {
    /// By their keys.
    said: HashMap<String, Twin>,
    deleted: HashSet<Oid>,
    /// Messages of other rooms.
    elsewhere: HashSet<Oid>,
    is_closed: bool,
}

impl Known {
    /// From the batches that have a key which matters, and whether the room closed with its last line.
    pub(super) fn of(room: &str, batches: &[Batch], is_closed: bool) -> MongoResult<Self> {
        let mut known = Self { is_closed, ..Self::default() };
        for batch in batches {
            for line in &batch.lines {
                match &line.kind {
                    Kind::Said { id, .. } if batch.room != room => {
                        known.elsewhere.insert(*id);
                    }
                    _ => known.add(room, line)?,
                }
            }
        }
        Ok(known)
    }

    fn add(&mut self, room: &str, line: &Line) -> MongoResult<()> {
        match &line.kind {
            Kind::Said { id, author, .. } => {
                let twin = Twin { author: *author, id: *id, seq: line.seq, at: line.at()? };
                self.said.extend(line.keys(room).into_iter().map(|key| (key, twin)));
            }
            Kind::Deleted { of } => {
                self.deleted.insert(*of);
            }
            Kind::Closed => {}
        }
        Ok(())
    }

    /// Said before under the same client id; or the very same message, of an append whose outcome its caller did not
    /// learn.
    fn twin(&self, room: &str, message: &NewMessage) -> MongoResult<Option<Twin>> {
        if let Some(twin) = client_key_of(room, message).and_then(|key| self.said.get(&key)) {
            return Ok(Some(*twin));
        }
        match self.said.get(&message_key(message.id)) {
            Some(twin) if twin.author == message.author => Ok(Some(*twin)),
            None if !self.elsewhere.contains(&message.id) => Ok(None),
            _ => Err(MongoError::Taken),
        }
    }
}

/// The document to be written, and the answers that follow from it.
pub(super) struct Plan {
    pub(super) batch: Batch,
    pub(super) placed: Vec<Placed>,
}

impl Plan {
    /// Places `drafts` one after another behind `tail`.
    pub(super) fn make(room: &str, tail: i64, drafts: &[Draft], mut known: Known) -> MongoResult<Self> {
        let batch = Batch {
            room: room.to_owned(),
            first: tail + 1,
            last: tail,
            lines: Vec::new(),
            texts: BTreeMap::new(),
            people: BTreeMap::new(),
            keys: Vec::new(),
            wiping: Vec::new(),
        };
        let mut plan = Self { batch, placed: Vec::new() };
        for draft in drafts {
            let placed = plan.place(draft, &mut known)?;
            plan.placed.push(placed);
        }
        Ok(plan)
    }

    fn place(&mut self, draft: &Draft, known: &mut Known) -> MongoResult<Placed> {
        match draft {
            Draft::Message(message) => {
                if let Some(twin) = known.twin(&self.batch.room, message)? {
                    return Ok(twin.placed());
                }
                let placed = self.add(Kind::said(message), message.at, known)?;
                let place = self.batch.last.to_string();
                self.batch.texts.insert(place.clone(), message.text.as_str().to_owned());
                self.batch.people.extend(message.person.map(|person| (place, person.0)));
                Ok(placed)
            }
            Draft::Deletion { of, at } => match known.said.get(&message_key(*of)) {
                Some(&Twin { seq, .. }) if !known.deleted.contains(of) => {
                    if seq < self.batch.first {
                        self.batch.wiping.push(seq);
                    } else {
                        self.batch.texts.remove(&seq.to_string());
                    }
                    self.add(Kind::Deleted { of: *of }, *at, known)
                }
                _ => Ok(Placed::Nothing),
            },
            Draft::Closing { .. } if known.is_closed => Ok(Placed::Nothing),
            Draft::Closing { at } => self.add(Kind::Closed, *at, known),
        }
    }

    fn add(&mut self, kind: Kind, at: Instant, known: &mut Known) -> MongoResult<Placed> {
        let batch = &mut self.batch;
        batch.last += 1;
        known.is_closed = matches!(kind, Kind::Closed);
        let line = Line { seq: batch.last, at: stored(at), kind };
        known.add(&batch.room, &line)?;
        batch.keys.extend(line.keys(&batch.room));
        batch.lines.push(line);
        Ok(Placed::At(batch.last.unsigned_abs()))
    }
}
