//! One timer per actor, for its whole life.
//!
//! `run_later` would allocate a future per ping; this one is made once and reset.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix::fut::ActorFuture;
use actix::{Actor, AsyncContext};
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

/// An actor that wants to be called at a time it may change at will.
pub(super) trait Timed: Actor {
    /// When to call [`tick`](Self::tick) next.
    fn due(&self) -> std::time::Instant;
    /// Must move [`due`](Self::due) on, or stop the actor.
    fn tick(&mut self, now: std::time::Instant, ctx: &mut Self::Context);
}

/// Starts the timer; call once, when the actor starts.
pub(super) fn start<A>(actor: &A, ctx: &mut A::Context)
where
    A: Timed,
    A::Context: AsyncContext<A>,
{
    ctx.spawn(Timer { sleep: sleep_until(Instant::from_std(actor.due())) });
}

/// The one clock of this layer. It follows Tokio's, so that tests may stop it.
pub(super) fn now() -> std::time::Instant {
    Instant::now().into_std()
}

pin_project! {
    struct Timer {
        #[pin]
        sleep: Sleep,
    }
}

impl<A> ActorFuture<A> for Timer
where
    A: Timed,
    A::Context: AsyncContext<A>,
{
    type Output = ();

    /// Polled whenever the actor is, so a changed time is seen in the same turn.
    fn poll(self: Pin<&mut Self>, actor: &mut A, ctx: &mut A::Context, cx: &mut Context<'_>) -> Poll<()> {
        let mut sleep = self.project().sleep;
        loop {
            let due = Instant::from_std(actor.due());
            if sleep.deadline() != due {
                sleep.as_mut().reset(due);
            }
            ready!(sleep.as_mut().poll(cx));
            actor.tick(now(), ctx);
            if ctx.waiting() {
                return Poll::Ready(());
            }
        }
    }
}
