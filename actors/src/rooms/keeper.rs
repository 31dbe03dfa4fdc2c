//! The actor that writes recovery records: many sockets, one write at a time.

use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use actix::{Actor, ActorFutureExt, AsyncContext, Context, Handler, Message, ResponseFuture, WrapFuture};
use tokio::sync::oneshot;

use super::refusal::ChatRefusal;
use crate::kit::ActorStats;
use crate::metered;
use crate::ports::{Cache, PortResult, Recovery};

/// Records that wait at once; each is of another socket.
const MAILBOX: usize = 65_536;

/// Records in one write.
const BATCH: usize = 256;

/// Keeps a record, or with `None` forgets that of a `pid`. Answered when it is durable.
#[derive(Debug, Message)]
#[rtype(result = "Result<(), ChatRefusal>")]
pub struct KeepRecovery {
    /// Whose.
    pub pid: String,
    /// What.
    pub recovery: Option<Recovery>,
}

/// See the module.
pub struct RecoveryKeeper {
    cache: Arc<dyn Cache>,
    /// The last word on each `pid`, and who waits for it.
    pending: HashMap<String, (Option<Recovery>, Vec<Waiter>)>,
    is_writing: bool,
    stats: Arc<ActorStats>,
}

type Waiter = oneshot::Sender<Result<(), ChatRefusal>>;

impl RecoveryKeeper {
    /// Writes into `cache`.
    pub fn new(cache: Arc<dyn Cache>, stats: Arc<ActorStats>) -> Self {
        Self { cache, pending: HashMap::new(), is_writing: false, stats }
    }

    fn write(&mut self, ctx: &mut Context<Self>) {
        if self.is_writing || self.pending.is_empty() {
            return;
        }
        let batch = if self.pending.len() <= BATCH {
            mem::take(&mut self.pending)
        } else {
            let some: Vec<String> = self.pending.keys().take(BATCH).cloned().collect();
            some.into_iter().filter_map(|pid| self.pending.remove_entry(&pid)).collect()
        };
        let (mut kept, mut forgotten, mut waiters) = (Vec::new(), Vec::new(), Vec::new());
        for (pid, (recovery, waiting)) in batch {
            match recovery {
                Some(recovery) => kept.push(recovery),
                None => forgotten.push(pid),
            }
            waiters.extend(waiting);
        }
        self.is_writing = true;
        let cache = Arc::clone(&self.cache);
        let write = async move {
            if !kept.is_empty() {
                cache.put_recoveries(kept).await?;
            }
            for pid in forgotten {
                cache.remove_recovery(&pid).await?;
            }
            Ok(())
        };
        ctx.spawn(write.into_actor(self).map(|written: PortResult<()>, keeper, ctx| {
            keeper.is_writing = false;
            let answer = written.map_err(ChatRefusal::from);
            for waiter in waiters {
                // Whoever asked may be gone.
                let _ = waiter.send(answer);
            }
            keeper.write(ctx);
        }));
    }
}

impl Actor for RecoveryKeeper {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<KeepRecovery> for RecoveryKeeper {
    type Result = ResponseFuture<Result<(), ChatRefusal>>;

    fn handle(
        &mut self,
        KeepRecovery { pid, recovery }: KeepRecovery,
        ctx: &mut Self::Context,
    ) -> Self::Result {
        let (waiter, answer) = oneshot::channel();
        let (newest, waiters) = self.pending.entry(pid).or_default();
        *newest = recovery;
        waiters.push(waiter);
        self.write(ctx);
        Box::pin(async move { answer.await.unwrap_or(Err(ChatRefusal::Unavailable)) })
    }
}

metered!(RecoveryKeeper: KeepRecovery);
