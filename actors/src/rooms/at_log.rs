//! A room at its log: one write or one read at a time, so that what comes in meanwhile is written together.

use std::mem;
use std::sync::Arc;

use actix::{ActorFutureExt, AsyncContext, Context, WrapFuture};

use super::logic::{Effect, Logic, Pending};
use super::refusal::ChatRefusal;
use super::room::{RELOAD_AFTER, Room};
use crate::domain::chat::LogKey;
use crate::ports::{ChatLog, Draft, Entry, News, Placed, PortError, PortResult};
use crate::refusal::chain;

/// Messages in one write.
const BATCH: usize = 512;

/// Lines of the log read at once when other nodes wrote.
const PAGE: u16 = 512;

/// A write to the log, and what other nodes had written before it.
type Appended = PortResult<(Vec<Placed>, Vec<Entry>)>;

impl Room {
    /// Writes what is pending, or reads what others wrote; one at a time, so that what comes in meanwhile is written
    /// together.
    pub(super) fn go_to_log(&mut self, ctx: &mut Context<Self>) {
        if self.is_at_log || self.outbound.is_waiting() || self.logic.is_none() {
            return;
        }
        if self.is_closing {
            self.close(ctx);
        } else if !self.pending.is_empty() {
            self.append(ctx);
        } else if self.is_behind {
            self.read_on(ctx);
        }
    }

    fn append(&mut self, ctx: &mut Context<Self>) {
        let Some(after) = self.logic.as_ref().map(Logic::tail) else { return };
        let rest = self.pending.split_off(self.pending.len().min(BATCH));
        let batch = mem::replace(&mut self.pending, rest);
        let drafts: Arc<[Draft]> = batch.iter().map(|pending| pending.draft.clone()).collect();
        let (log, key) = (Arc::clone(&self.ports.log), self.key);
        self.is_at_log = true;
        self.returning.look_begins();
        let write = async move {
            let placed = log.append(key, after, drafts).await?;
            let first = placed.iter().find_map(|placed| match placed {
                Placed::At(seq) => Some(*seq),
                Placed::Before { .. } | Placed::Nothing => None,
            });
            let others = match first {
                Some(first) if first != after + 1 => read_to_end(&*log, key, after).await?,
                _ => Vec::new(),
            };
            Ok((placed, others))
        };
        ctx.spawn(write.into_actor(self).map(move |done: Appended, room, ctx| {
            room.is_at_log = false;
            room.written(&batch, done, ctx);
            room.go_to_log(ctx);
        }));
    }

    fn written(&mut self, batch: &[Pending], done: Appended, ctx: &mut Context<Self>) {
        let Some(logic) = &mut self.logic else { return };
        match done {
            Ok((placed, others)) => {
                // Nothing new went in: where the log ends was not seen.
                let has_looked = placed.iter().any(|placed| matches!(placed, Placed::At(_)));
                if let Some((delivery, mine)) = logic.logged(batch, &placed, others) {
                    if !mine.is_empty() {
                        self.ports.lines.counts.messages_logged(mine.len());
                        self.ports.fan_out.publish(News::Logged { room: self.key, entries: mine });
                    }
                    self.perform([Effect::Everyone(delivery)], ctx);
                }
                if has_looked {
                    let seats = self.returning.look_ends();
                    self.seat(seats, ctx);
                }
            }
            Err(error) => {
                self.stats.failed(&chain(&error));
                let is_away = matches!(error, PortError::Unavailable(_));
                // Logged where it becomes a refusal; the senders hear the same for whatever cause.
                let _ = ChatRefusal::from(error);
                self.is_behind = true;
                let effect = logic.failed(batch);
                self.perform(effect, ctx);
                if is_away {
                    self.refuse_pending(ctx);
                }
            }
        }
    }

    /// The log was found away: who came meanwhile has waited for as long as anybody should, and would do so once more.
    pub(super) fn refuse_pending(&mut self, ctx: &mut Context<Self>) {
        let Some(logic) = &mut self.logic else { return };
        let effect = logic.failed(&mem::take(&mut self.pending));
        self.perform(effect, ctx);
    }

    fn read_on(&mut self, ctx: &mut Context<Self>) {
        let Some(after) = self.logic.as_ref().map(Logic::tail) else { return };
        let (log, key) = (Arc::clone(&self.ports.log), self.key);
        (self.is_at_log, self.is_behind) = (true, false);
        self.returning.look_begins();
        let read = async move { read_to_end(&*log, key, after).await };
        ctx.spawn(read.into_actor(self).map(move |read, room, ctx| {
            room.is_at_log = false;
            match (read, &mut room.logic) {
                (Ok(entries), Some(logic)) => {
                    let (effect, _) = logic.hear(entries.into_iter().map(Arc::new));
                    room.perform(effect, ctx);
                    let seats = room.returning.look_ends();
                    room.seat(seats, ctx);
                }
                (Err(error), _) => {
                    let is_away = matches!(error, PortError::Unavailable(_));
                    let refusal = ChatRefusal::from(error);
                    if is_away {
                        room.refuse_pending(ctx);
                    }
                    let (known, ahead) = room.returning.look_fails(after);
                    room.seat(known, ctx);
                    room.refuse_seats(ahead, refusal, ctx);
                    ctx.run_later(RELOAD_AFTER, |room, ctx| {
                        room.is_behind = true;
                        room.go_to_log(ctx);
                    });
                }
                (Ok(_), None) => {}
            }
            room.go_to_log(ctx);
        }));
    }
}

/// The rest of a log after `seq`.
pub(super) async fn read_to_end(log: &dyn ChatLog, key: LogKey, mut seq: u64) -> PortResult<Vec<Entry>> {
    let mut all = Vec::new();
    loop {
        let page = log.read_after(key, seq, PAGE).await?;
        let is_last = page.len() < usize::from(PAGE);
        seq = page.last().map_or(seq, |last| last.seq);
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}
