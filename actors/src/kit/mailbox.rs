//! Mailboxes that are bounded, measured, and survive the death of their actor.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix::dev::{MessageResponse, OneshotSender, SendError, ToEnvelope};
use actix::{Actor, Addr, Handler, Message, MessageResult, ResponseFuture};
use tokio::sync::oneshot;

use super::stats::ActorStats;

/// Why a message was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The mailbox stayed full; nothing was done.
    #[error("mailbox full")]
    Full,
    /// The actor has stopped; nothing was done.
    #[error("actor stopped")]
    Closed,
    /// The actor took the message and died over it; how far it came is unknown.
    #[error("actor died before its reply")]
    NoReply,
}

/// How often a full mailbox is tried again.
const RETRY_EVERY: Duration = Duration::from_millis(10);

/// The way to one actor. Keep one per actor and share it: every clone of an actix address owns a slot above the bound.
pub struct Mailbox<A: Actor> {
    address: RwLock<Addr<A>>,
    respawn: Option<Box<dyn Fn() -> Addr<A> + Send + Sync>>,
    stats: Arc<ActorStats>,
}

impl<A: Actor> Mailbox<A> {
    /// The mailbox of an actor that whoever started it will recreate.
    pub fn of(address: Addr<A>, stats: Arc<ActorStats>) -> Self {
        Self { address: RwLock::new(address), respawn: None, stats }
    }

    /// Starts the actor, and starts it again when a message finds it dead.
    ///
    /// actix's own supervisor restarts an actor that stopped itself, but not one that panicked.
    pub fn keep(stats: Arc<ActorStats>, spawn: impl Fn() -> Addr<A> + Send + Sync + 'static) -> Self {
        Self { address: RwLock::new(spawn()), respawn: Some(Box::new(spawn)), stats }
    }

    /// Whether the actor takes messages.
    pub fn is_alive(&self) -> bool {
        self.address.read().unwrap_or_else(PoisonError::into_inner).connected()
    }

    /// Sends without waiting for an answer or for room.
    pub fn tell<M>(&self, message: M) -> Result<(), AskError>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        A: Handler<Envelope<M>>,
        A::Context: ToEnvelope<A, Envelope<M>>,
    {
        self.post(Envelope::new(message, None, &self.stats)).map_err(|(error, _)| error)
    }

    /// Sends and waits for the reply. A full mailbox is tried again for as long as `patience`.
    pub async fn ask<M>(&self, message: M, patience: Duration) -> Result<M::Result, AskError>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        A: Handler<Envelope<M>>,
        A::Context: ToEnvelope<A, Envelope<M>>,
    {
        self.ask_or_return(message, patience).await.map_err(|(error, _)| error)
    }

    /// Like [`Self::ask`]; gives the message back when it was not taken.
    pub async fn ask_or_return<M>(
        &self,
        message: M,
        patience: Duration,
    ) -> Result<M::Result, (AskError, Option<M>)>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        A: Handler<Envelope<M>>,
        A::Context: ToEnvelope<A, Envelope<M>>,
    {
        let (sender, reply) = oneshot::channel();
        let mut envelope = Envelope::new(message, Some(sender), &self.stats);
        let deadline = Instant::now() + patience;
        loop {
            match self.post(envelope) {
                Ok(()) => break,
                Err((AskError::Full, Some(back))) if Instant::now() < deadline => envelope = back,
                Err((error, back)) => return Err((error, back.and_then(Envelope::into_message))),
            }
            tokio::time::sleep(RETRY_EVERY).await;
        }
        reply.await.map_err(|_| (AskError::NoReply, None))
    }

    fn post<M>(&self, envelope: Envelope<M>) -> Result<(), (AskError, Option<Envelope<M>>)>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        A: Handler<Envelope<M>>,
        A::Context: ToEnvelope<A, Envelope<M>>,
    {
        let first = self.address.read().unwrap_or_else(PoisonError::into_inner).try_send(envelope);
        let refused = match (first, &self.respawn) {
            (Ok(()), _) => return Ok(()),
            (Err(SendError::Closed(envelope)), Some(respawn)) => {
                let mut address = self.address.write().unwrap_or_else(PoisonError::into_inner);
                if !address.connected() {
                    *address = respawn();
                    self.stats.actor_restarted();
                }
                match address.try_send(envelope) {
                    Ok(()) => return Ok(()),
                    Err(error) => error,
                }
            }
            (Err(error), _) => error,
        };
        match refused {
            SendError::Full(envelope) => {
                self.stats.message_refused();
                Err((AskError::Full, Some(envelope.unsent())))
            }
            SendError::Closed(envelope) => Err((AskError::Closed, Some(envelope))),
        }
    }
}

/// A message in a mailbox: with its reply channel and, for one in 64, the time it was sent.
pub struct Envelope<M: Message> {
    message: Option<M>,
    reply: Option<oneshot::Sender<M::Result>>,
    sent_at: Option<Instant>,
    stats: Arc<ActorStats>,
}

impl<M: Message> Envelope<M> {
    fn new(message: M, reply: Option<oneshot::Sender<M::Result>>, stats: &Arc<ActorStats>) -> Self {
        Self { message: Some(message), reply, sent_at: stats.message_sent(), stats: Arc::clone(stats) }
    }

    fn into_message(mut self) -> Option<M> {
        self.message.take().inspect(|_| self.stats.message_left())
    }

    /// Makes a refused envelope count as newly sent when it is tried again.
    fn unsent(mut self) -> Self {
        self.stats.message_left();
        self.sent_at = self.stats.message_sent();
        self
    }
}

/// An envelope that is thrown away, with its actor or its mailbox, no longer waits.
impl<M: Message> Drop for Envelope<M> {
    fn drop(&mut self) {
        if self.message.is_some() {
            self.stats.message_left();
        }
    }
}

impl<M: Message> Message for Envelope<M> {
    type Result = ();
}

/// A reply whose making can be timed.
pub trait Measured: Sized {
    /// Calls `done` when the reply is ready.
    #[must_use]
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self;
}

impl<M: Message> Measured for MessageResult<M> {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        done();
        self
    }
}

impl Measured for () {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        done();
    }
}

impl<T: 'static> Measured for ResponseFuture<T> {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        Box::pin(async move {
            let reply = self.await;
            done();
            reply
        })
    }
}

/// Opens an envelope: counts, times, and lets the actor handle what is in it.
pub fn deliver<A, M>(actor: &mut A, mut envelope: Envelope<M>, ctx: &mut A::Context)
where
    A: Actor + Handler<M>,
    M: Message,
    A::Result: Measured,
{
    let Some(message) = envelope.message.take() else { return };
    let stats = Arc::clone(&envelope.stats);
    stats.message_left();
    let sampled_at = envelope.sent_at.map(|sent_at| {
        let now = Instant::now();
        stats.message_handled(Some(now - sent_at));
        now
    });
    let reply: Option<OneshotSender<M::Result>> = envelope.reply.take();
    let response = <A as Handler<M>>::handle(actor, message, ctx);
    match sampled_at {
        None => {
            stats.message_handled(None);
            response.handle(ctx, reply);
        }
        Some(opened) => response.measured(move || stats.reply_ready(opened.elapsed())).handle(ctx, reply),
    }
}
