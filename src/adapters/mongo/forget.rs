//! Taking lines, and people, out of the log.

use futures_util::TryStreamExt;
use mongodb::bson::{Document, doc};
use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::domain::seoul::Instant;

use super::batches::{Batches, the};
use super::document::Batch;
use super::fault::MongoResult;

/// Batches looked at at once: short enough for one operation.
const PIECE: i64 = 200;

impl Batches {
    /// Finishes the deletions that a crash has left half done.
    pub(super) async fn finish_all(&self) -> MongoResult<()> {
        for batch in self.unfinished().await? {
            self.finish_wiping(&batch).await?;
        }
        Ok(())
    }

    /// The next room with a log, in the order of their keys.
    pub(super) async fn next_room(&self, after: Option<LogKey>) -> MongoResult<Option<LogKey>> {
        let after = after.map(|room| room.to_string()).unwrap_or_default();
        let next =
            self.collection.find_one(doc! { "room": { "$gt": after } }).sort(doc! { "room": 1, "first": 1 });
        next.await?.map(|batch| batch.key()).transpose()
    }

    /// The first batches of a room that end after `seq`.
    async fn piece(&self, room: LogKey, seq: i64) -> MongoResult<Vec<Batch>> {
        let later = doc! { "room": room.to_string(), "last": { "$gt": seq } };
        let piece = self.collection.find(later).sort(doc! { "last": 1 }).limit(PIECE);
        Ok(piece.await?.try_collect().await?)
    }

    /// Forgets from the beginning of a room on, up to the first line of `before` or later; of the plaza never the last
    /// line. Says how many lines, and whether there may be more.
    pub(super) async fn forget_piece(&self, room: LogKey, before: Instant) -> MongoResult<(u64, bool)> {
        let keep = match room {
            LogKey::Plaza => self.tail(&room.to_string()).await?,
            LogKey::Cloud(..) => i64::MAX,
        };
        let mut forgotten = 0;
        let mut whole = None;
        for batch in self.piece(room, 0).await? {
            let mut old = 0;
            for line in &batch.lines {
                if line.seq >= keep || line.at()? >= before {
                    break;
                }
                old += 1;
            }
            forgotten += old as u64;
            if old == batch.lines.len() {
                whole = Some(batch.last);
            } else {
                self.forget_begun(room, whole).await?;
                self.shorten(&batch, old).await?;
                return Ok((forgotten, false));
            }
        }
        self.forget_begun(room, whole).await?;
        Ok((forgotten, whole.is_some()))
    }

    /// Removes the batches up to the one that ends at `last`.
    async fn forget_begun(&self, room: LogKey, last: Option<i64>) -> MongoResult<()> {
        if let Some(last) = last {
            let old = doc! { "room": room.to_string(), "last": { "$lte": last } };
            self.collection.delete_many(old).await?;
        }
        Ok(())
    }

    /// Takes the first lines off a batch.
    async fn shorten(&self, batch: &Batch, old: usize) -> MongoResult<()> {
        let Some(first_kept) = batch.lines.get(old).filter(|_| old > 0) else { return Ok(()) };
        let gone = &batch.lines[..old];
        let keys: Vec<String> = gone.iter().flat_map(|line| line.keys(&batch.room)).collect();
        let names =
            gone.iter().flat_map(|line| ["texts", "people"].map(|part| format!("{part}.{}", line.seq)));
        let names: Document = names.map(|name| (name, "".into())).collect();
        let change = doc! {
            "$pull": { "lines": { "seq": { "$lt": first_kept.seq } } },
            "$pullAll": { "keys": keys },
            "$unset": names,
        };
        self.collection.update_one(the(batch), change).await?;
        Ok(())
    }

    /// Takes `people` off the first batches of a room that end after `seq`; says where to go on.
    pub(super) async fn part_piece(
        &self,
        room: LogKey,
        seq: i64,
        people: &[i64],
    ) -> MongoResult<Option<i64>> {
        let piece = self.piece(room, seq).await?;
        for batch in &piece {
            let theirs = batch.people.iter().filter(|(_, person)| people.contains(person));
            let names: Document = theirs.map(|(place, _)| (format!("people.{place}"), "".into())).collect();
            if !names.is_empty() {
                self.collection.update_one(the(batch), doc! { "$unset": names }).await?;
            }
        }
        Ok(piece.last().map(|batch| batch.last))
    }
}
