//! What the mailboxes promise, on a real actor that answers, waits, and dies on demand.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use actix::{
    Actor, ActorContext, Arbiter, Context, Handler, Message, MessageResult, ResponseFuture, WrapFuture,
};
use tokio::sync::Notify;

use super::{ActorReport, ActorStats, AskError, InTurn, Mailbox};
use crate::metered;

/// Room in the mailbox of the actor under test.
const ROOM: usize = 3;

const PATIENCE: Duration = Duration::from_millis(100);

#[derive(Clone, Default)]
struct Setup {
    stats: Arc<ActorStats>,
    gate: Arc<Notify>,
}

struct Worker(Setup);

impl Actor for Worker {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(ROOM);
        self.0.stats.actor_started();
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.0.stats.actor_stopped();
    }
}

#[derive(Debug, PartialEq, Message)]
#[rtype(result = "u32")]
struct Double(u32);

/// Answers when the gate opens; until then the actor takes nothing else.
#[derive(Debug, Message)]
#[rtype(result = "()")]
struct Hold;

#[derive(Message)]
#[rtype(result = "()")]
struct Panic;

#[derive(Message)]
#[rtype(result = "()")]
struct PanicLater;

#[derive(Message)]
#[rtype(result = "()")]
struct PanicInTurn;

#[derive(Message)]
#[rtype(result = "()")]
struct Quit;

impl Handler<Double> for Worker {
    type Result = MessageResult<Double>;
    fn handle(&mut self, Double(n): Double, _: &mut Self::Context) -> Self::Result {
        MessageResult(n * 2)
    }
}

impl Handler<Hold> for Worker {
    type Result = InTurn<Self, ()>;
    fn handle(&mut self, _: Hold, _: &mut Self::Context) -> Self::Result {
        let gate = Arc::clone(&self.0.gate);
        InTurn(Box::pin(async move { gate.notified().await }.into_actor(self)))
    }
}

impl Handler<Panic> for Worker {
    type Result = ();
    fn handle(&mut self, _: Panic, _: &mut Self::Context) {
        panic!("as asked");
    }
}

impl Handler<PanicLater> for Worker {
    type Result = ResponseFuture<()>;
    fn handle(&mut self, _: PanicLater, _: &mut Self::Context) -> Self::Result {
        Box::pin(async { panic!("as asked, later") })
    }
}

impl Handler<PanicInTurn> for Worker {
    type Result = InTurn<Self, ()>;
    fn handle(&mut self, _: PanicInTurn, _: &mut Self::Context) -> Self::Result {
        InTurn(Box::pin(async { panic!("as asked, in turn") }.into_actor(self)))
    }
}

impl Handler<Quit> for Worker {
    type Result = ();
    fn handle(&mut self, _: Quit, ctx: &mut Self::Context) {
        ctx.stop();
    }
}

metered!(Worker: Double, Hold, Panic, PanicLater, PanicInTurn, Quit);

impl Setup {
    /// A running worker whose mailbox has its bound already.
    async fn keep(&self) -> Mailbox<Worker> {
        let setup = self.clone();
        let mailbox = Mailbox::keep(Arc::clone(&self.stats), move || Worker(setup.clone()).start());
        tokio::task::yield_now().await;
        mailbox
    }

    fn report(&self) -> ActorReport {
        let report = ActorStats::report("Worker", &[Arc::clone(&self.stats)]);
        let accounted = report.handled + report.dropped + u64::try_from(report.waiting).unwrap();
        assert_eq!(report.sent, accounted, "a message is lost to the books: {report:?}");
        report
    }
}

/// Lets everything that can run do so.
async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[actix::test]
async fn a_question_is_answered_and_counted() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;

    assert_eq!(mailbox.ask(Double(21), PATIENCE).await, Ok(42));

    let report = setup.report();
    assert_eq!((report.sent, report.handled, report.refused, report.waiting), (1, 1, 0, 0));
    assert_eq!((report.alive, report.started, report.restarted), (1, 1, 0));
    assert_eq!(
        (report.in_mailbox.samples(), report.handling.samples()),
        (1, 1),
        "the first message is timed"
    );
}

#[actix::test]
async fn one_message_in_64_is_timed() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;
    for n in 0..129 {
        mailbox.ask(Double(n), PATIENCE).await.unwrap();
    }
    let report = setup.report();
    assert_eq!((report.handled, report.in_mailbox.samples(), report.handling.samples()), (129, 3, 3));
}

#[actix::test]
async fn a_mailbox_takes_no_more_than_its_bound() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;

    let taken = (0..20).filter(|n| mailbox.tell(Double(*n)).is_ok()).count();

    assert_eq!(taken, ROOM);
    let report = setup.report();
    assert_eq!((report.sent, report.refused, report.waiting, report.worst_waiting), (3, 17, 3, 3));
    settle().await;
    let report = setup.report();
    assert_eq!((report.handled, report.waiting, report.worst_waiting), (3, 0, 3));
}

#[actix::test]
async fn a_reply_in_turn_makes_the_others_wait_in_the_bounded_mailbox() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;
    mailbox.tell(Hold).unwrap();
    settle().await;
    for n in 0..3 {
        mailbox.tell(Double(n)).unwrap();
    }
    settle().await;
    assert_eq!(setup.report().waiting, 3);
    assert_eq!(mailbox.tell(Double(3)), Err(AskError::Full));
    assert_eq!(setup.report().handling.samples(), 0, "not timed before it is answered");

    setup.gate.notify_one();
    settle().await;

    let report = setup.report();
    assert_eq!((report.handled, report.waiting, report.handling.samples()), (4, 0, 1));
}

#[actix::test]
async fn an_asker_waits_for_room_as_long_as_its_patience() {
    tokio::time::pause();
    let setup = Setup::default();
    let mailbox = Arc::new(setup.keep().await);
    mailbox.tell(Hold).unwrap();
    settle().await;
    for n in 0..3 {
        mailbox.tell(Double(n)).unwrap();
    }

    let before = tokio::time::Instant::now();
    let refused = mailbox.ask_or_return(Double(4), PATIENCE).await;
    assert_eq!(refused, Err((AskError::Full, Some(Double(4)))), "the message comes back");
    assert!((PATIENCE..PATIENCE * 2).contains(&before.elapsed()));
    assert_eq!(setup.report().refused, 1, "however often it was tried");

    let patient = actix::spawn({
        let mailbox = Arc::clone(&mailbox);
        async move { mailbox.ask(Double(5), PATIENCE).await }
    });
    settle().await;
    setup.gate.notify_one();
    assert_eq!(patient.await.unwrap(), Ok(10));

    let report = setup.report();
    assert_eq!((report.sent, report.refused, report.handled), (5, 1, 5));
}

#[actix::test]
async fn an_asker_that_is_cancelled_while_waiting_for_room_counts_as_refused() {
    tokio::time::pause();
    let setup = Setup::default();
    let mailbox = setup.keep().await;
    mailbox.tell(Hold).unwrap();
    settle().await;
    for n in 0..3 {
        mailbox.tell(Double(n)).unwrap();
    }
    let cancelled = tokio::time::timeout(PATIENCE / 2, mailbox.ask(Double(3), PATIENCE)).await;
    assert!(cancelled.is_err());
    let report = setup.report();
    assert_eq!((report.sent, report.refused, report.waiting), (4, 1, 3));
}

#[actix::test]
async fn an_actor_that_panics_is_replaced_by_the_next_message() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;

    assert_eq!(mailbox.ask(Panic, PATIENCE).await, Err(AskError::NoReply));
    assert!(!mailbox.is_alive());
    assert_eq!(setup.report().alive, 0);

    assert_eq!(mailbox.ask(Double(1), PATIENCE).await, Ok(2));
    assert!(mailbox.is_alive());
    let report = setup.report();
    assert_eq!((report.alive, report.started, report.restarted), (1, 2, 1));
    assert_eq!((report.sent, report.handled, report.refused), (2, 2, 0));
}

#[actix::test]
async fn an_actor_that_stops_is_replaced_by_the_next_message() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;
    mailbox.ask(Quit, PATIENCE).await.unwrap();
    settle().await;
    assert_eq!(mailbox.ask(Double(1), PATIENCE).await, Ok(2));
    assert_eq!(setup.report().restarted, 1);
}

#[actix::test]
async fn messages_that_waited_for_a_dead_actor_are_dropped_and_their_askers_told() {
    let setup = Setup::default();
    let mailbox = Arc::new(setup.keep().await);
    mailbox.tell(Panic).unwrap();
    mailbox.tell(Double(1)).unwrap();

    let unlucky = mailbox.ask(Double(2), PATIENCE).await;

    assert_eq!(unlucky, Err(AskError::NoReply));
    let report = setup.report();
    assert_eq!((report.sent, report.handled, report.dropped, report.waiting), (3, 1, 2, 0));
    assert_eq!((report.alive, report.stopped, report.failures), (0, 1, 2), "it panicked, and did not answer");
}

#[actix::test]
async fn a_panic_in_a_spawned_reply_hurts_only_its_asker() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;
    assert_eq!(mailbox.ask(PanicLater, PATIENCE).await, Err(AskError::NoReply));
    assert_eq!(mailbox.ask(Double(1), PATIENCE).await, Ok(2));
    let report = setup.report();
    assert_eq!((report.restarted, report.failures), (0, 1));
    assert!(report.last_failure.unwrap().what.starts_with("a message was not answered"));
}

#[actix::test]
async fn a_panic_in_a_reply_in_turn_kills_the_actor_once() {
    let setup = Setup::default();
    let mailbox = setup.keep().await;
    assert_eq!(mailbox.ask(PanicInTurn, PATIENCE).await, Err(AskError::NoReply));
    assert_eq!(mailbox.ask(Double(1), PATIENCE).await, Ok(2));
    let report = setup.report();
    assert_eq!((report.alive, report.restarted), (1, 1));
}

#[actix::test]
async fn a_mailbox_that_nobody_keeps_stays_closed() {
    let setup = Setup::default();
    let mailbox = Mailbox::of(Worker(setup.clone()).start(), Arc::clone(&setup.stats));
    mailbox.ask(Quit, PATIENCE).await.unwrap();
    settle().await;
    assert_eq!(
        mailbox.ask_or_return(Double(1), PATIENCE).await,
        Err((AskError::Closed, Some(Double(1)))),
        "closed is final: no patience is spent on it"
    );
    let report = setup.report();
    assert_eq!((report.sent, report.handled, report.refused, report.alive), (1, 1, 1, 0));
}

#[actix::test]
async fn the_books_are_exact_when_many_threads_send_to_an_actor_that_keeps_dying() {
    const SENDERS: u64 = 4;
    const EACH: u64 = 500;
    let (setup, arbiter) = (Setup::default(), Arbiter::new());
    let mailbox = Arc::new(Mailbox::keep(Arc::clone(&setup.stats), {
        let (setup, arbiter) = (setup.clone(), arbiter.handle());
        move || {
            let setup = setup.clone();
            Worker::start_in_arbiter(&arbiter, move |_| Worker(setup))
        }
    }));
    let senders: Vec<_> = (0..SENDERS)
        .map(|_| {
            let mailbox = Arc::clone(&mailbox);
            thread::spawn(move || {
                let sent = (1..=EACH).map(|n| {
                    thread::yield_now();
                    if n % 100 == 0 { mailbox.tell(Panic) } else { mailbox.tell(Double(1)) }
                });
                sent.flatten().count() as u64
            })
        })
        .collect();
    let taken: u64 = senders.into_iter().map(|sender| sender.join().unwrap()).sum();
    // Answered behind everything that was sent before; a `Panic` may still be among it.
    let mut asked = 1;
    while mailbox.ask(Double(1), Duration::from_secs(1)).await.is_err() {
        asked += 1;
    }

    let report = setup.report();
    assert_eq!((report.sent, report.refused, report.waiting), (taken + asked, SENDERS * EACH - taken, 0));
    assert_eq!((report.alive, report.started), (1, report.restarted + 1));

    arbiter.stop();
    arbiter.join().unwrap();
    assert_eq!(setup.report().alive, 0, "the thread took it along");
}

#[test]
fn cells_of_several_threads_add_up() {
    let cells = [Arc::new(ActorStats::default()), Arc::new(ActorStats::default())];
    for cell in &cells {
        cell.actor_started();
        cell.message_sent();
        cell.message_sent();
        cell.message_opened(None);
    }
    let report = ActorStats::report("Worker", &cells);
    assert_eq!((report.alive, report.sent, report.handled, report.waiting), (2, 4, 2, 2));
    assert_eq!(report.worst_waiting, 2, "the worst of one thread");
}
