//! The last stage: moves committed files from SQL into the file store, and finds them on either side.

use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, ActorFutureExt, AsyncContext, Context, Handler, ResponseFuture, WrapFuture};
use tokio::sync::oneshot;

use super::alive::Alive;
use super::messages::{FlushPending, MovePending, OpenFile, OpenedFile};
use super::mover::FileMover;
use crate::kit::ActorStats;
use crate::metered;
use crate::refusal::Outcome;

/// How often it looks for what another node left, or what is due again: with the longest delay before another try, within
/// five seconds.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Runs one round of moving at a time.
pub(super) struct Store {
    mover: Arc<FileMover>,
    is_moving: bool,
    /// Asked for while a round is running, which may have looked too early.
    is_wanted_again: bool,
    /// To be told at the end of the running round, and of the one after it.
    flushes: Vec<oneshot::Sender<()>>,
    _alive: Alive,
}

impl Store {
    pub(super) fn new(mover: Arc<FileMover>, stats: &Arc<ActorStats>) -> Self {
        Self {
            mover,
            is_moving: false,
            is_wanted_again: false,
            flushes: Vec::new(),
            _alive: Alive::new(stats),
        }
    }

    fn look(&mut self, ctx: &mut Context<Self>) {
        if self.is_moving {
            self.is_wanted_again = true;
            return;
        }
        self.is_moving = true;
        let answer_to = std::mem::take(&mut self.flushes);
        let mover = Arc::clone(&self.mover);
        let round = async move { mover.move_due().await }.into_actor(self).map(|(), store, ctx| {
            for flush in answer_to {
                // Whoever stopped waiting needs no answer.
                let _ = flush.send(());
            }
            store.is_moving = false;
            if std::mem::take(&mut store.is_wanted_again) {
                store.look(ctx);
            }
        });
        ctx.spawn(round);
    }
}

impl Actor for Store {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.look(ctx);
        ctx.run_interval(LOOK_EVERY, Self::look);
    }
}

metered!(Store: MovePending, FlushPending, OpenFile);

impl Handler<MovePending> for Store {
    type Result = ();

    fn handle(&mut self, _: MovePending, ctx: &mut Self::Context) {
        self.look(ctx);
    }
}

impl Handler<FlushPending> for Store {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: FlushPending, ctx: &mut Self::Context) -> Self::Result {
        let (flushed, done) = oneshot::channel();
        self.flushes.push(flushed);
        self.look(ctx);
        Box::pin(async move {
            // An actor that died over the round is as good as a round that is over.
            let _ = done.await;
        })
    }
}

impl Handler<OpenFile> for Store {
    type Result = ResponseFuture<Outcome<OpenedFile>>;

    fn handle(&mut self, OpenFile(key): OpenFile, _: &mut Self::Context) -> Self::Result {
        let mover = Arc::clone(&self.mover);
        Box::pin(async move { mover.open(&key).await })
    }
}
