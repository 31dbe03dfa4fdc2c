use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;
use nine_cloud_actors::domain::chat::{LogKey, Oid};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{ChatLog, Draft, Entry, Found, Placed, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

/// Lines forgotten at once: short enough that those who speak hardly wait.
const FORGOTTEN_AT_ONCE: i64 = 1000;

/// Lines looked at for a person at once.
const LOOKED_AT_AT_ONCE: i64 = 5000;

#[async_trait]
impl ChatLog for SqlStore {
    async fn append(&self, room: LogKey, after: u64, drafts: Arc<[Draft]>) -> PortResult<Vec<Placed>> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        change!(self, chat_append::append(room, after, &drafts))
    }

    async fn tail(&self, room: LogKey) -> PortResult<u64> {
        read!(self, chat_log::tail(room))
    }

    async fn read_after(&self, room: LogKey, seq: u64, limit: u16) -> PortResult<Vec<Entry>> {
        read!(self, chat_log::read_after(room, seq, limit))
    }

    async fn history(&self, room: LogKey, before: Option<u64>, limit: u16) -> PortResult<Vec<Entry>> {
        let before = before.unwrap_or(u64::MAX);
        read!(self, chat_log::history(room, before, limit))
    }

    async fn find(&self, message: Oid) -> PortResult<Option<Found>> {
        read!(self, chat_log::find(message))
    }

    /// All lines are looked at, because an index would cost each message more than this costs the purge; in pieces,
    /// because it holds up those who speak.
    async fn part_from(&self, people: &[UserId]) -> PortResult<()> {
        let people: Arc<[i64]> = people.iter().map(|person| person.0).collect();
        let mut room = None;
        while let Some(next) = read!(self, chat_log::next_room(room))? {
            room = Some(next);
            let Some((mut first, end)) = read!(self, chat_log::span(next))? else { continue };
            while first <= end {
                let last = first.saturating_add(LOOKED_AT_AT_ONCE);
                let people = Arc::clone(&people);
                change!(self, chat_log::part_from(next, first, last, &people))?;
                first = last.saturating_add(1);
            }
        }
        Ok(())
    }

    async fn forget(&self, plaza_before: Instant, clouds_before: NaiveDate) -> PortResult<u64> {
        let (mut forgotten, mut room) = (0, None);
        while let Some(next) = read!(self, chat_log::next_room(room))? {
            room = Some(next);
            match next {
                LogKey::Plaza => forgotten += self.forget_lines(next, plaza_before).await?,
                LogKey::Cloud(_, day) if day < clouds_before => {
                    forgotten += self.forget_lines(next, Instant::MAX_UTC).await?;
                }
                LogKey::Cloud(..) => {}
            }
        }
        Ok(forgotten)
    }
}

impl SqlStore {
    /// Forgets the beginning of a room up to the first line of `before` or later; of the plaza never the last line.
    async fn forget_lines(&self, room: LogKey, before: Instant) -> PortResult<u64> {
        let keep = match room {
            LogKey::Plaza => i64::try_from(self.tail(room).await?).unwrap_or(i64::MAX),
            LogKey::Cloud(..) => i64::MAX,
        };
        let mut forgotten = 0;
        loop {
            let oldest = read!(self, chat_log::oldest(room, FORGOTTEN_AT_ONCE))?;
            let is_old = |&&(seq, at): &&(i64, Instant)| seq < keep && at < before;
            let Some(&(last, _)) = oldest.iter().take_while(is_old).last() else { return Ok(forgotten) };
            forgotten += change!(self, chat_log::remove_before(room, last + 1))?;
        }
    }
}
