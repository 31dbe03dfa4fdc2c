//! Mailboxes that are bounded, measured, and survive the death of their actor.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix::dev::{MessageResponse, OneshotSender, SendError, ToEnvelope};
use actix::{
    Actor, ActorFutureExt, Addr, AsyncContext, Handler, Message, MessageResult, ResponseActFuture,
    ResponseFuture,
};
use tokio::sync::oneshot;

use super::stats::ActorStats;
use super::trace::{self, Scope};

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
    books: Arc<Books>,
}

/// What is counted about one mailbox, beside the cell of all actors of its type.
struct Books {
    stats: Arc<ActorStats>,
    sent: AtomicU64,
    settled: AtomicU64,
    since: Instant,
}

/// What went through one mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Messages that it took.
    pub sent: u64,
    /// Those that are in it now.
    pub waiting: u64,
    /// Since when.
    pub since: Instant,
}

impl Books {
    fn new(stats: Arc<ActorStats>) -> Arc<Self> {
        let (sent, settled) = (AtomicU64::new(0), AtomicU64::new(0));
        Arc::new(Self { stats, sent, settled, since: Instant::now() })
    }

    fn sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.stats.message_sent();
    }

    fn dropped(&self) {
        self.settled.fetch_add(1, Ordering::Relaxed);
        self.stats.message_dropped();
    }

    fn opened(&self, waited: Option<Duration>) {
        self.settled.fetch_add(1, Ordering::Relaxed);
        self.stats.message_opened(waited);
    }
}

impl<A: Actor> Mailbox<A> {
    /// The mailbox of an actor that whoever started it will recreate.
    pub fn of(address: Addr<A>, stats: Arc<ActorStats>) -> Self {
        Self { address: RwLock::new(address), respawn: None, books: Books::new(stats) }
    }

    /// Starts the actor, and starts it again when a message finds it dead. What waited in the dead one's mailbox is
    /// lost; its askers get [`AskError::NoReply`].
    ///
    /// `spawn` runs on the thread of whoever sends, so it names the arbiter (`start_in_arbiter`) unless every sender is
    /// on the actor's own thread.
    ///
    /// actix's own supervisor restarts an actor that stopped itself, but not one that panicked.
    pub fn keep(stats: Arc<ActorStats>, spawn: impl Fn() -> Addr<A> + Send + Sync + 'static) -> Self {
        Self { address: RwLock::new(spawn()), respawn: Some(Box::new(spawn)), books: Books::new(stats) }
    }

    /// What went through this mailbox until now.
    pub fn traffic(&self) -> Traffic {
        // Settled first: whatever is settled in between was sent as well.
        let settled = self.books.settled.load(Ordering::Relaxed);
        let sent = self.books.sent.load(Ordering::Relaxed);
        Traffic { sent, waiting: sent.saturating_sub(settled), since: self.books.since }
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
        self.post(Envelope::new(message, None, &self.books)).map_err(|(error, _)| error)
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
        let mut envelope = Envelope::new(message, Some(sender), &self.books);
        // The clock is read for a mailbox that is full only.
        let mut deadline = None;
        while let Err((error, back)) = self.post(envelope) {
            let now = tokio::time::Instant::now();
            if error != AskError::Full || now >= *deadline.get_or_insert(now + patience) {
                return Err((error, back.into_message()));
            }
            envelope = back;
            tokio::time::sleep(RETRY_EVERY).await;
        }
        reply.await.map_err(|_| {
            self.books.stats.failed("a message was not answered: its handler or its actor died");
            (AskError::NoReply, None)
        })
    }

    fn post<M>(&self, mut envelope: Envelope<M>) -> Result<(), (AskError, Envelope<M>)>
    where
        M: Message + Send + 'static,
        M::Result: Send,
        A: Handler<Envelope<M>>,
        A::Context: ToEnvelope<A, Envelope<M>>,
    {
        envelope.put_in();
        let first = self.address.read().unwrap_or_else(PoisonError::into_inner).try_send(envelope);
        let second = match (first, &self.respawn) {
            (Err(SendError::Closed(envelope)), Some(respawn)) => {
                let mut address = self.address.write().unwrap_or_else(PoisonError::into_inner);
                if !address.connected() {
                    *address = respawn();
                    self.books.stats.actor_restarted();
                }
                address.try_send(envelope)
            }
            (first, _) => first,
        };
        match second {
            Ok(()) => {
                self.books.sent();
                Ok(())
            }
            Err(SendError::Full(envelope)) => {
                self.books.stats.mailbox_full();
                Err((AskError::Full, envelope.taken_back()))
            }
            Err(SendError::Closed(envelope)) => Err((AskError::Closed, envelope.taken_back())),
        }
    }
}

/// A message on its way into a mailbox or in one: with its reply channel, the request that it belongs to, if any, and, for
/// those and one in 64 of the others, the time it was sent.
pub struct Envelope<M: Message> {
    message: Option<M>,
    reply: Option<oneshot::Sender<M::Result>>,
    request: Option<Scope>,
    sent_at: Option<Instant>,
    is_sample: bool,
    in_mailbox: bool,
    books: Arc<Books>,
}

impl<M: Message> Envelope<M> {
    fn new(message: M, reply: Option<oneshot::Sender<M::Result>>, books: &Arc<Books>) -> Self {
        let (message, request) = (Some(message), trace::here());
        let (sent_at, is_sample, in_mailbox) = (None, false, false);
        Self { message, reply, request, sent_at, is_sample, in_mailbox, books: Arc::clone(books) }
    }

    /// Said before the mailbox takes it, because afterwards the envelope is the mailbox's.
    fn put_in(&mut self) {
        self.in_mailbox = true;
        self.is_sample = self.books.stats.is_sample_due();
        self.sent_at = (self.is_sample || self.request.is_some()).then(Instant::now);
    }

    fn taken_back(mut self) -> Self {
        self.in_mailbox = false;
        self
    }

    fn into_message(mut self) -> Option<M> {
        self.books.stats.message_refused();
        self.message.take()
    }
}

/// A message that is thrown away unopened is still counted: as refused when no mailbox had taken it (its sender may
/// have been cancelled between two tries), else as dropped with its actor.
impl<M: Message> Drop for Envelope<M> {
    fn drop(&mut self) {
        match (&self.message, self.in_mailbox) {
            (None, _) => {}
            (Some(_), true) => self.books.dropped(),
            (Some(_), false) => self.books.stats.message_refused(),
        }
    }
}

impl<M: Message> Message for Envelope<M> {
    type Result = ();
}

/// A reply whose making can be timed, and be a part of a request.
pub trait Measured: Sized {
    /// Calls `done` when the reply is ready.
    #[must_use]
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self;

    /// What is still to be done for it is a part of the request.
    #[must_use]
    fn traced(self, request: &Traced) -> Self;
}

/// The request that a reply belongs to.
pub struct Traced(Scope);

impl<M: Message> Measured for MessageResult<M> {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        done();
        self
    }

    fn traced(self, _: &Traced) -> Self {
        self
    }
}

impl Measured for () {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        done();
    }

    fn traced(self, _: &Traced) -> Self {}
}

impl<T: 'static> Measured for ResponseFuture<T> {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        Box::pin(async move {
            let reply = self.await;
            done();
            reply
        })
    }

    fn traced(self, Traced(scope): &Traced) -> Self {
        Box::pin(scope.clone().cover(self))
    }
}

impl<A: Actor, T: 'static> Measured for ResponseActFuture<A, T> {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        Box::pin(self.map(move |reply, _, _| {
            done();
            reply
        }))
    }

    fn traced(self, Traced(scope): &Traced) -> Self {
        Box::pin(scope.clone().cover_act(self))
    }
}

impl<A: Actor, T: 'static> Measured for InTurn<A, T> {
    fn measured(self, done: impl FnOnce() + Send + 'static) -> Self {
        Self(self.0.measured(done))
    }

    fn traced(self, request: &Traced) -> Self {
        Self(self.0.traced(request))
    }
}

/// A reply during whose making the actor takes no other message, so that the mailbox bound also bounds the work begun.
/// What actix calls `AtomicResponse`, but open to be measured.
///
/// Futures that the actor has spawned rest meanwhile too: keep it short.
pub struct InTurn<A: Actor, T>(pub ResponseActFuture<A, T>);

impl<A, M> MessageResponse<A, M> for InTurn<A, M::Result>
where
    A: Actor,
    A::Context: AsyncContext<A>,
    M: Message,
{
    fn handle(self, ctx: &mut A::Context, reply: Option<OneshotSender<M::Result>>) {
        ctx.wait(self.0.map(|result, _, _| {
            if let Some(reply) = reply {
                // Whoever asked may have gone away.
                drop(reply.send(result));
            }
        }));
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
    let books = Arc::clone(&envelope.books);
    let reply: Option<OneshotSender<M::Result>> = envelope.reply.take();
    let opened = envelope.sent_at.map(|_| Instant::now());
    let waited = opened.zip(envelope.sent_at).map(|(opened, sent)| opened - sent);
    books.opened(waited.filter(|_| envelope.is_sample));
    let sampled_at = opened.filter(|_| envelope.is_sample);
    let Some((request, opened)) = envelope.request.take().zip(opened) else {
        let response = <A as Handler<M>>::handle(actor, message, ctx);
        return match sampled_at {
            None => response.handle(ctx, reply),
            Some(opened) => {
                response.measured(move || books.stats.reply_ready(opened.elapsed())).handle(ctx, reply);
            }
        };
    };
    let request = request.enter_actor::<A, M>(&books.stats, waited.unwrap_or_default());
    let response = request.run(|| <A as Handler<M>>::handle(actor, message, ctx));
    let traced = Traced(request.clone());
    let done = move || {
        let took = opened.elapsed();
        request.left_actor::<A, M>(took);
        if sampled_at.is_some() {
            books.stats.reply_ready(took);
        }
    };
    response.traced(&traced).measured(done).handle(ctx, reply);
}
