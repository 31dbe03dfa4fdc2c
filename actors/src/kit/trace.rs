//! What one request has waited for, wherever its parts ran.
//!
//! A [`Trace`] goes with the messages of a request from mailbox to mailbox. All that is logged on the way is inside its
//! span, which has the request's id; with `debug` logs there is a span for each actor and port as well. It adds up the
//! time in mailboxes, in actors and at ports, so that a slow request can say where it was slow. A message that belongs to
//! no request pays for none of it.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix::{Actor, fut::ActorFuture};
use pin_project_lite::pin_project;
use tracing::Span;

use super::stats::ActorStats;

/// Shorter steps are not remembered one by one.
const LEAST_STEP: Duration = Duration::from_millis(20);

/// No more steps than these are remembered.
const MOST_STEPS: usize = 16;

thread_local! {
    static HERE: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

/// One request on its way.
#[derive(Debug)]
pub struct Trace {
    span: Span,
    in_mailbox: Nanos,
    handling: Nanos,
    at_ports: Nanos,
    /// Of `handling`, what was spent in further mailboxes and at ports.
    within_handling: Nanos,
    steps: Mutex<Vec<String>>,
}

/// Where the time of a request went. What is missing to the whole was spent outside of actors and ports, e.g. on its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breakdown {
    /// In mailboxes.
    pub in_mailbox: Duration,
    /// In handlers of actors, without what those waited for.
    pub handling: Duration,
    /// At ports.
    pub at_ports: Duration,
}

#[derive(Debug, Default)]
struct Nanos(AtomicU64);

impl Nanos {
    fn add(&self, duration: Duration) {
        self.0.fetch_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// A trace, and by how many actors it has come.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    trace: Arc<Trace>,
    depth: u32,
    span: Span,
    actor: Option<Arc<ActorStats>>,
}

impl Trace {
    /// A request whose log lines are to be inside `span`.
    pub fn new(span: Span) -> Arc<Self> {
        let (in_mailbox, handling, at_ports) = (Nanos::default(), Nanos::default(), Nanos::default());
        Arc::new(Self {
            span,
            in_mailbox,
            handling,
            at_ports,
            within_handling: Nanos::default(),
            steps: Mutex::default(),
        })
    }

    /// Does `work` as a part of the request.
    pub fn cover<F: Future>(self: &Arc<Self>, work: F) -> Scoped<F> {
        let span = self.span.clone();
        Scoped { scope: Scope { trace: Arc::clone(self), depth: 0, span, actor: None }, work }
    }

    /// Where its time went until now.
    pub fn breakdown(&self) -> Breakdown {
        let handling = self.handling.get().saturating_sub(self.within_handling.get());
        Breakdown { in_mailbox: self.in_mailbox.get(), handling, at_ports: self.at_ports.get() }
    }

    /// The steps that took long, in the order of their ends.
    pub fn slow_steps(&self) -> String {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).join(", ")
    }

    fn step(&self, took: Duration, what: impl FnOnce() -> String) {
        if took < LEAST_STEP {
            return;
        }
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.len() < MOST_STEPS {
            steps.push(format!("{} {} ms", what(), took.as_millis()));
        }
    }
}

/// That of the request which is being worked on here, if any.
pub(super) fn here() -> Option<Scope> {
    // Also asked while the thread ends, when it is gone already.
    HERE.try_with(|here| here.borrow().clone()).ok().flatten()
}

/// The actor at work here could not do something; for whoever sees the error but not the actor.
pub(crate) fn note_failure(what: &str) {
    if let Some(actor) = here().and_then(|scope| scope.actor) {
        actor.failed(what);
    }
}

/// Calls a port: its time is counted as that of `port`. Use it where an adapter waits for its backend.
pub async fn at_port<T>(port: &'static str, call: impl Future<Output = T>) -> T {
    let Some(mut scope) = here() else { return call.await };
    let span = tracing::debug_span!(parent: &scope.span, "port", port);
    if !span.is_disabled() {
        scope.span = span;
    }
    let (trace, depth, began) = (Arc::clone(&scope.trace), scope.depth, Instant::now());
    let answer = Scoped { scope, work: call }.await;
    let took = began.elapsed();
    trace.at_ports.add(took);
    if depth > 0 {
        trace.within_handling.add(took);
    }
    trace.step(took, || format!("port {port}"));
    answer
}

/// Hands the request of the caller on to work that is spawned elsewhere, so that what it logs is known as the request's.
pub fn carry<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let scope = here();
    async move {
        match scope {
            Some(scope) => Scoped { scope, work }.await,
            None => work.await,
        }
    }
}

impl Scope {
    /// A message of the request has left the mailbox of an actor.
    pub(super) fn enter_actor<A, M>(&self, stats: &Arc<ActorStats>, waited: Duration) -> Self {
        self.trace.in_mailbox.add(waited);
        if self.depth > 0 {
            self.trace.within_handling.add(waited);
        }
        self.trace.step(waited, || format!("mailbox of {}", short::<A>()));
        let span = tracing::debug_span!(
            parent: &self.span, "actor", actor = short::<A>(), message = short::<M>()
        );
        let span = if span.is_disabled() { self.span.clone() } else { span };
        let actor = Some(Arc::clone(stats));
        Self { trace: Arc::clone(&self.trace), depth: self.depth + 1, span, actor }
    }

    /// It was answered.
    pub(super) fn left_actor<A, M>(&self, took: Duration) {
        if self.depth == 1 {
            self.trace.handling.add(took);
        }
        self.trace.step(took, || format!("{} {}", short::<A>(), short::<M>()));
    }

    /// Does something at once as a part of the request.
    pub(super) fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = HERE.try_with(|here| here.replace(Some(self.clone()))).ok().flatten();
        let _back = Back(before);
        let _entered = self.span.enter();
        work()
    }

    pub(super) fn cover<F: Future>(self, work: F) -> Scoped<F> {
        Scoped { scope: self, work }
    }

    pub(super) fn cover_act<F>(self, work: F) -> ScopedAct<F> {
        ScopedAct { scope: self, work }
    }
}

/// Puts back what was there before, also when the work panics.
struct Back(Option<Scope>);

impl Drop for Back {
    fn drop(&mut self) {
        // The thread may be about to end.
        let _ = HERE.try_with(|here| here.replace(self.0.take()));
    }
}

pin_project! {
    /// Work that belongs to a request.
    pub struct Scoped<F> {
        scope: Scope,
        #[pin]
        work: F,
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.scope.run(|| this.work.poll(cx))
    }
}

pin_project! {
    /// The same, of work that an actor waits for.
    pub(super) struct ScopedAct<F> {
        scope: Scope,
        #[pin]
        work: F,
    }
}

impl<A: Actor, F: ActorFuture<A>> ActorFuture<A> for ScopedAct<F> {
    type Output = F::Output;

    fn poll(
        self: Pin<&mut Self>,
        actor: &mut A,
        ctx: &mut A::Context,
        task: &mut Context<'_>,
    ) -> Poll<F::Output> {
        let this = self.project();
        this.scope.run(|| this.work.poll(actor, ctx, task))
    }
}

/// The name of a type without its modules; of `As<PublishDiary>` what is inside.
fn short<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name).trim_end_matches('>')
}

#[cfg(test)]
mod tests {
    use actix::{Context as ActorContext, Handler, Message, ResponseFuture};
    use tokio::time::sleep;

    use super::*;
    use crate::kit::Mailbox;
    use crate::metered;

    const WORK: Duration = Duration::from_millis(30);

    /// Works for a while, and waits for a port for as long.
    struct Clerk;

    impl Actor for Clerk {
        type Context = ActorContext<Self>;
    }

    #[derive(Message)]
    #[rtype(result = "()")]
    struct FileReport;

    impl Handler<FileReport> for Clerk {
        type Result = ResponseFuture<()>;

        fn handle(&mut self, _: FileReport, _: &mut Self::Context) -> Self::Result {
            Box::pin(async {
                sleep(WORK).await;
                at_port("archive", sleep(WORK)).await;
                note_failure("the archive is full");
            })
        }
    }

    metered!(Clerk: FileReport);

    #[actix::test]
    async fn a_request_knows_where_its_time_went_and_its_actor_what_went_wrong() {
        let stats = Arc::new(ActorStats::default());
        let clerk = Mailbox::of(Clerk.start(), Arc::clone(&stats));
        let request = Trace::new(Span::none());
        request.cover(clerk.ask(FileReport, WORK)).await.unwrap();
        let Breakdown { handling, at_ports, .. } = request.breakdown();
        assert!(handling >= WORK && at_ports >= WORK, "{handling:?} {at_ports:?}");
        let steps = request.slow_steps();
        assert!(steps.starts_with("port archive ") && steps.contains(", Clerk FileReport "), "{steps}");
        let report = ActorStats::report("Clerk", &[stats]);
        assert_eq!((report.failures, report.last_failure.unwrap().what.as_str()), (1, "the archive is full"));
    }

    #[actix::test]
    async fn what_belongs_to_no_request_leaves_no_trace() {
        let stats = Arc::new(ActorStats::default());
        let clerk = Mailbox::of(Clerk.start(), Arc::clone(&stats));
        let request = Trace::new(Span::none());
        // Begun beside the request, not in it.
        let (asked, ()) = tokio::join!(clerk.ask(FileReport, WORK), request.cover(sleep(WORK)));
        asked.unwrap();
        let none =
            Breakdown { in_mailbox: Duration::ZERO, handling: Duration::ZERO, at_ports: Duration::ZERO };
        assert_eq!((request.breakdown(), request.slow_steps()), (none, String::new()));
        assert_eq!(ActorStats::report("Clerk", &[stats]).failures, 0);
        assert!(here().is_none());
    }
}
