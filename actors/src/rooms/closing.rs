//! How a room closes: for good at the end of its day, or until an administrator opens it again.

use std::mem;
use std::sync::Arc;

use actix::{ActorFutureExt, AsyncContext, Context, Handler, WrapFuture};

use super::at_log::read_to_end;
use super::logic::{Effect, Logic};
use super::messages::{CloseRoom, SetShut};
use super::parcel::Parcel;
use super::refusal::ChatRefusal;
use super::room::{RELOAD_AFTER, Room};
use crate::domain::chat::{LogKey, RoomName};
use crate::ports::{Draft, Entry, PortResult};

impl Room {
    /// The log has the last word; then everybody is put out. What still waits to be said is not said any more.
    pub(super) fn close(&mut self, ctx: &mut Context<Self>) {
        let pending = mem::take(&mut self.pending);
        let refused = self.logic.as_ref().and_then(|logic| logic.failed(&pending));
        self.perform(refused, ctx);
        self.is_at_log = true;
        let drafts: Arc<[Draft]> = Arc::new([Draft::Closing { at: self.ports.clock.now() }]);
        let (log, key) = (Arc::clone(&self.ports.log), self.key);
        let after = self.logic.as_ref().map_or(0, Logic::tail);
        let close = async move {
            log.append(key, after, drafts).await?;
            read_to_end(&*log, key, after).await
        };
        let closed = close.into_actor(self).map(|closed: PortResult<Vec<Entry>>, room, ctx| {
            let Some(logic) = &mut room.logic else { return };
            match closed {
                Ok(entries) => {
                    // Members hear of it while they are members.
                    let (effect, _) = logic.hear(entries.into_iter().map(Arc::new));
                    room.perform(effect, ctx);
                }
                // Everybody is put out once the log has the last word: without it, nobody would be told why.
                Err(error) => {
                    let refusal = ChatRefusal::from(error);
                    tracing::warn!(room = %room.key, %refusal, "a room cannot close yet");
                    ctx.run_later(RELOAD_AFTER, Self::close);
                    return;
                }
            }
            (room.is_at_log, room.is_closing) = (false, false);
            // Said while the last line was written: its senders are put out, and hear so.
            room.pending.clear();
            let effects = room.logic.as_mut().map(Logic::close).unwrap_or_default();
            room.perform(effects, ctx);
            // Too late.
            let seats = room.returning.all();
            room.seat(seats, ctx);
        });
        ctx.spawn(closed);
    }
}

impl Handler<CloseRoom> for Room {
    type Result = ();

    fn handle(&mut self, _: CloseRoom, ctx: &mut Self::Context) {
        self.is_closing = true;
        self.go_to_log(ctx);
    }
}

impl Handler<SetShut> for Room {
    type Result = ();

    /// What waits to be written is not said any more: its senders are put out, and hear so. What is being written is said,
    /// to nobody who is here.
    fn handle(&mut self, SetShut(is_shut): SetShut, ctx: &mut Self::Context) {
        self.is_shut = is_shut;
        let Some(logic) = &mut self.logic else { return };
        if is_shut {
            self.pending.clear();
            let effects = logic.shut();
            self.perform(effects, ctx);
        } else {
            logic.reopen();
            // Down the same lines as the word to those who were refused, so that it comes after it. Only the plaza has people
            // who are in it without having asked.
            if self.key == LogKey::Plaza {
                let lines = self.ports.lines.ids();
                self.perform(lines.map(|line| Effect::Line(line, Parcel::Reopened(RoomName::Plaza))), ctx);
            }
        }
    }
}
