//! Adding to the log of a room: the hot path of the chat.
//!
//! **All or nothing** is one insert of one document. **No gap and no overlap**: a batch is written under the `seq` that
//! follows the end of another, `(room, first)` is unique, and a batch cannot be half there; so after each end there is one
//! batch at most, and they make a chain. **Once**: what is said already (by client id, or the very same message) and what is
//! taken back already is looked up *after* the end was known at which the batch is written. When the insert succeeds,
//! nobody has written since that end, so nothing was overlooked; when somebody has, all is looked up again. The unique
//! index on `keys` holds even where that look-up was answered by a primary that had lost its office.
//!
//! **A deletion** touches two documents. Its own line decides, and names the text that is to go (`wiping`); then the text
//! goes. Until it has gone readers hide it, and when a crash comes between, the next append of the same deletion, or the
//! hourly clean-up, finishes it.

use std::time::Duration;

use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::ports::{Draft, Placed};

use super::batches::{Batches, signed};
use super::document::Batch;
use super::fault::{MongoError, MongoResult};
use super::plan::{Known, Plan, keys_of};

/// How often other nodes may be faster in a row. Each time one of them got its batch in.
const TRIES: u32 = 100;

/// Who was faster has written, but not yet on the majority of a replica set, before which nobody reads it.
const UNREADABLE: Duration = Duration::from_millis(5);

pub(super) async fn append(
    batches: &Batches,
    room: LogKey,
    after: u64,
    drafts: &[Draft],
) -> MongoResult<Vec<Placed>> {
    let room = room.to_string();
    let after = signed(after);
    let keys = keys_of(&room, drafts);
    let may_close = drafts.iter().any(|draft| matches!(draft, Draft::Closing { .. }));
    let mut tail = after;
    for _ in 0..TRIES {
        let mut is_closed = false;
        if may_close && let Some(last) = batches.last(&room).await? {
            tail = last.last.max(after);
            is_closed = last.is_closing();
        }
        let there = batches.with_keys(&keys).await?;
        let known = Known::of(&room, &there, is_closed)?;
        let Plan { batch, placed } = Plan::make(&room, tail, drafts, known)?;
        if !batch.lines.is_empty()
            && let Err(error) = insert(batches, &batch).await
        {
            if !error.is_duplicate() {
                return Err(error);
            }
            let end = batches.tail(&room).await?.max(after);
            if end == tail {
                tokio::time::sleep(UNREADABLE).await;
            }
            tail = end;
            continue;
        }
        // Also what an append of the same drafts has left undone.
        for batch in there.iter().chain([&batch]) {
            batches.finish_wiping(batch).await?;
        }
        return Ok(placed);
    }
    Err(MongoError::Crowded)
}

async fn insert(batches: &Batches, batch: &Batch) -> MongoResult<()> {
    batches.collection.insert_one(batch).await?;
    Ok(())
}
