//! The collection: its indexes, and every question that is asked of it.

use futures_util::TryStreamExt;
use futures_util::future::try_join;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;
use mongodb::{Collection, Database, IndexModel};
use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::ports::{Entry, Fact};

use super::document::Batch;
use super::fault::{MongoError, MongoResult};

/// The name of the collection.
const NAME: &str = "chat_batches";

/// Most batches that a cursor fetches at once.
const FETCHED: u32 = 128;

#[derive(Clone)]
pub(super) struct Batches {
    pub(super) collection: Collection<Batch>,
    database: Database,
}

/// What finds one batch.
pub(super) fn the(batch: &Batch) -> Document {
    doc! { "room": &batch.room, "first": batch.first }
}

/// Where MongoDB counts to; beyond it there is nothing.
pub(super) fn signed(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

impl Batches {
    pub(super) fn of(database: &Database) -> Self {
        Self { collection: database.collection(NAME), database: database.clone() }
    }

    pub(super) async fn ping(&self) -> MongoResult<()> {
        self.database.run_command(doc! { "ping": 1 }).await?;
        Ok(())
    }

    /// Makes those that are not there yet. Never one with `_id` in it: some servers that only speak the protocol take
    /// no more inserts then.
    pub(super) async fn create_indexes(&self) -> MongoResult<()> {
        let index = |keys, options| IndexModel::builder().keys(keys).options(options).build();
        let unique = || IndexOptions::builder().unique(true);
        let indexes = [
            // Decides between nodes.
            index(doc! { "room": 1, "first": 1 }, unique().build()),
            index(doc! { "room": 1, "last": 1 }, IndexOptions::default()),
            index(doc! { "keys": 1 }, unique().sparse(true).build()),
            // Nearly always empty.
            index(doc! { "wiping": 1 }, IndexOptions::builder().sparse(true).build()),
        ];
        self.collection.create_indexes(indexes).await?;
        Ok(())
    }

    /// The end of a room.
    pub(super) async fn last(&self, room: &str) -> MongoResult<Option<Batch>> {
        Ok(self.collection.find_one(doc! { "room": room }).sort(doc! { "last": -1 }).await?)
    }

    /// The last `seq` of a room, 0 before the first.
    pub(super) async fn tail(&self, room: &str) -> MongoResult<i64> {
        let ends = self.collection.clone_with_type::<Document>();
        let end = ends
            .find_one(doc! { "room": room })
            .sort(doc! { "last": -1 })
            .projection(doc! { "last": 1, "_id": 0 })
            .await?;
        let Some(end) = end else { return Ok(0) };
        // Some servers give a small one back as 32 bits.
        let last = end.get_i64("last").or_else(|_| end.get_i32("last").map(i64::from));
        last.map_err(|_| MongoError::Corrupt("seq"))
    }

    pub(super) async fn with_keys(&self, keys: &[String]) -> MongoResult<Vec<Batch>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.collection.find(doc! { "keys": { "$in": keys } }).await?.try_collect().await?)
    }

    /// Where texts are that count as taken back, in this room.
    pub(super) async fn hidden(&self, room: &str) -> MongoResult<Vec<i64>> {
        let wiping = self.unfinished().await?;
        Ok(wiping.into_iter().filter(|batch| batch.room == room).flat_map(|batch| batch.wiping).collect())
    }

    /// The batches that have not yet wiped what they take back.
    pub(super) async fn unfinished(&self) -> MongoResult<Vec<Batch>> {
        Ok(self.collection.find(doc! { "wiping": { "$exists": true } }).await?.try_collect().await?)
    }

    /// What comes after `seq`, oldest first.
    pub(super) async fn read_after(&self, room: LogKey, seq: u64, limit: u16) -> MongoResult<Vec<Entry>> {
        let room = room.to_string();
        let after = doc! { "room": &room, "last": { "$gt": signed(seq) } };
        self.read(&room, after, doc! { "last": 1 }, limit, |entry| entry.seq > seq).await
    }

    /// What was said before `seq` and not taken back, newest first.
    pub(super) async fn history(&self, room: LogKey, before: u64, limit: u16) -> MongoResult<Vec<Entry>> {
        let room = room.to_string();
        let earlier = doc! { "room": &room, "first": { "$lt": signed(before) } };
        self.read(&room, earlier, doc! { "first": -1 }, limit, |entry| entry.seq < before && has_text(entry))
            .await
    }

    /// Reads on until there are enough lines, in the order of `sort`.
    async fn read(
        &self,
        room: &str,
        filter: Document,
        sort: Document,
        limit: u16,
        is_wanted: impl Fn(&Entry) -> bool,
    ) -> MongoResult<Vec<Entry>> {
        let fetched = u32::from(limit).clamp(1, FETCHED);
        let limit = usize::from(limit);
        let is_backwards = sort.values().any(|order| order.as_i32() == Some(-1));
        let batches = async { Ok(self.collection.find(filter).sort(sort).batch_size(fetched).await?) };
        let (hidden, mut batches) = try_join(self.hidden(room), batches).await?;
        let mut entries = Vec::new();
        while entries.len() < limit {
            let Some(batch) = batches.try_next().await? else { break };
            let mut lines = batch.entries(&hidden)?;
            if is_backwards {
                lines.reverse();
            }
            let left = limit - entries.len();
            entries.extend(lines.into_iter().filter(&is_wanted).take(left));
        }
        Ok(entries)
    }

    /// Takes the texts out that `batch` takes back, and notes that it is done.
    pub(super) async fn finish_wiping(&self, batch: &Batch) -> MongoResult<()> {
        for seq in &batch.wiping {
            let place = doc! { "room": &batch.room, "first": { "$lte": seq }, "last": { "$gte": seq } };
            self.collection.update_one(place, doc! { "$unset": { format!("texts.{seq}"): "" } }).await?;
        }
        if !batch.wiping.is_empty() {
            self.collection.update_one(the(batch), doc! { "$unset": { "wiping": "" } }).await?;
        }
        Ok(())
    }
}

fn has_text(entry: &Entry) -> bool {
    matches!(&entry.fact, Fact::Said { text: Some(_), .. })
}
