//! The actor that speaks to the model: a bounded, fair queue in front of it, and a breaker.

use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, ActorFutureExt, AsyncContext, Context, Handler, Message, ResponseFuture, WrapFuture};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::breaker::Breaker;
use super::consult::{Consulted, consult, question};
use super::queue::FairQueue;
use super::{Day, Solution, safety};
use crate::domain::ids::UserId;
use crate::kit::ActorStats;
use crate::metered;
use crate::ports::{CounselModel, ModelRequest};

/// Questions that wait to be looked at; each takes no time.
const MAILBOX: usize = 256;

/// People for whom the model is asked at once.
const IN_HAND: usize = 32;

/// How long a person waits for the model, its queue and a second try included: an answer takes ten seconds at most, and
/// storing it is a part of that.
pub const MODEL_PATIENCE: Duration = Duration::from_secs(9);

/// Asks the model for one person at a time each. One per node.
pub struct Counsel {
    model: Option<Arc<dyn CounselModel>>,
    patience: Duration,
    queue: FairQueue<Question>,
    breaker: Breaker,
    stats: Arc<ActorStats>,
}

/// Asks the model about a day of somebody who agreed to it, whose text was found to be safe. `None` when it has no good
/// answer in time, or there is no model; never late.
#[derive(Message)]
#[rtype(result = "Option<ModelAdvice>")]
pub struct AskModel {
    /// For whom.
    pub person: UserId,
    /// About what.
    pub day: Day,
}

/// What a model said, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelAdvice {
    /// The words.
    pub solution: Solution,
    /// The name of the model.
    pub model: String,
}

/// A question that waits; when it is dropped, its asker gets `None`.
struct Question {
    request: ModelRequest,
    deadline: Instant,
    reply: oneshot::Sender<ModelAdvice>,
}

impl Counsel {
    /// Speaks to `model`, if there is one, and lets nobody wait longer than `patience` for it.
    pub fn new(model: Option<Arc<dyn CounselModel>>, patience: Duration, stats: Arc<ActorStats>) -> Self {
        Self { model, patience, queue: FairQueue::new(), breaker: Breaker::new(), stats }
    }

    /// Begins what may be begun.
    fn pump(&mut self, ctx: &mut Context<Self>) {
        let Some(model) = self.model.clone() else { return };
        while self.queue.in_hand() < IN_HAND
            && let Some((person, question)) = self.queue.next()
        {
            let Question { request, deadline, reply } = question;
            if reply.is_closed() || !self.breaker.admits(Instant::now()) {
                self.queue.finished(person);
                continue;
            }
            let asked = Arc::clone(&model);
            let consulting = async move { consult(&*asked, &request, deadline).await };
            let name = model.name().to_owned();
            ctx.spawn(consulting.into_actor(self).map(move |consulted, counsel, ctx| {
                if consulted == Consulted::Failed {
                    counsel.stats.failed("the model did not answer, or not in time");
                }
                counsel.breaker.record(consulted != Consulted::Failed, Instant::now());
                counsel.queue.finished(person);
                if let Consulted::Said(solution) = consulted {
                    // Whoever asked may have gone away.
                    let _ = reply.send(ModelAdvice { solution, model: name });
                }
                counsel.pump(ctx);
            }));
        }
    }
}

impl Actor for Counsel {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        // Its tables take a moment to compile, which the first diary need not wait for.
        safety::assess("");
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<AskModel> for Counsel {
    type Result = ResponseFuture<Option<ModelAdvice>>;

    fn handle(&mut self, AskModel { person, day }: AskModel, ctx: &mut Self::Context) -> Self::Result {
        let now = Instant::now();
        let deadline = now + self.patience;
        let (reply, advice) = oneshot::channel();
        if self.model.is_some() && !self.breaker.rests(now) {
            self.queue.push(person, Question { request: question(&day), deadline, reply });
            self.pump(ctx);
        } else {
            drop(reply);
        }
        Box::pin(async move { timeout_at(deadline, advice).await.ok()?.ok() })
    }
}

metered!(Counsel: AskModel);
