use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{ChatLog, Draft, Entry, Found, Placed, PortResult};

use super::MongoChatLog;
use super::append::append;
use super::batches::Batches;
use super::document::message_key;

#[async_trait]
impl ChatLog for MongoChatLog {
    async fn append(&self, room: LogKey, after: u64, drafts: Arc<[Draft]>) -> PortResult<Vec<Placed>> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        self.run(move |batches| async move { append(&batches, room, after, &drafts).await }).await
    }

    async fn tail(&self, room: LogKey) -> PortResult<u64> {
        let tail = self.run(move |batches| async move { batches.tail(&room.to_string()).await }).await?;
        Ok(tail.unsigned_abs())
    }

    async fn read_after(&self, room: LogKey, seq: u64, limit: u16) -> PortResult<Vec<Entry>> {
        self.run(move |batches| async move { batches.read_after(room, seq, limit).await }).await
    }

    async fn history(&self, room: LogKey, before: Option<u64>, limit: u16) -> PortResult<Vec<Entry>> {
        let before = before.unwrap_or(u64::MAX);
        self.run(move |batches| async move { batches.history(room, before, limit).await }).await
    }

    async fn find(&self, message: Oid) -> PortResult<Option<Found>> {
        self.run(move |batches| async move {
            let Some(batch) = batches.with_keys(&[message_key(message)]).await?.pop() else {
                return Ok(None);
            };
            let hidden = batches.hidden(&batch.room).await?;
            batch.found(message, &hidden)
        })
        .await
    }

    async fn part_from(&self, people: &[UserId]) -> PortResult<()> {
        let people: Arc<[i64]> = people.iter().map(|person| person.0).collect();
        let mut room = None;
        while let Some(next) = self.run(move |batches| async move { batches.next_room(room).await }).await? {
            room = Some(next);
            let mut seq = Some(0);
            while let Some(after) = seq {
                let people = Arc::clone(&people);
                let piece =
                    move |batches: Batches| async move { batches.part_piece(next, after, &people).await };
                seq = self.run(piece).await?;
            }
        }
        Ok(())
    }

    async fn forget(&self, plaza_before: Instant, clouds_before: NaiveDate) -> PortResult<u64> {
        self.run(|batches| async move { batches.finish_all().await }).await?;
        let (mut forgotten, mut room) = (0, None);
        while let Some(next) = self.run(move |batches| async move { batches.next_room(room).await }).await? {
            room = Some(next);
            let before = match next {
                LogKey::Plaza => plaza_before,
                LogKey::Cloud(_, day) if day < clouds_before => Instant::MAX_UTC,
                LogKey::Cloud(..) => continue,
            };
            let mut is_more = true;
            while is_more {
                let piece = move |batches: Batches| async move { batches.forget_piece(next, before).await };
                let (lines, more) = self.run(piece).await?;
                forgotten += lines;
                is_more = more;
            }
        }
        Ok(forgotten)
    }
}
