//! The body of a WebSocket response: what the client reads.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};

use super::outbox::Outlet;
use super::peer::Peer;

pin_project! {
    /// The response body: polls the actor and drains its outlet.
    pub(super) struct Body<S> {
        #[pin]
        actor: S,
        outlet: Outlet,
        peer: Option<Peer>,
        actors_turn: bool,
        pause: Pause,
    }

    impl<S> PinnedDrop for Body<S> {
        fn drop(this: Pin<&mut Self>) {
            // Others may hold the outlet for longer: what they write must not pile up.
            this.project().outlet.shut();
        }
    }
}

impl<S> Body<S> {
    pub(super) fn new(actor: S, outlet: Outlet, peer: Option<Peer>) -> Self {
        Self { actor, outlet, peer, actors_turn: false, pause: Pause::None }
    }
}

enum Pause {
    None,
    /// Bytes that want a read of their own have just left.
    Between(Pin<Box<Sleep>>),
    /// The last bytes are about to leave.
    End,
}

/// After bytes that want a read of their own. Two writes in a row are often one read for the peer.
const BETWEEN_READS: Duration = Duration::from_millis(10);

impl<S: Stream<Item = Result<Bytes, actix_web::Error>>> Stream for Body<S> {
    type Item = S::Item;

    /// What others have written goes first, without running the actor; then it is the actor's turn, so that a busy outlet
    /// does not keep it from its heartbeat. The actor itself never yields bytes.
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.project();
        let held = match this.pause {
            Pause::End => {
                // What was yielded has been flushed. The framework would now wait for the peer to close first, for seconds.
                this.peer.take().inspect(Peer::finish);
                return Poll::Ready(None);
            }
            Pause::Between(pause) => pause.as_mut().poll(cx).is_pending(),
            Pause::None => false,
        };
        if !held {
            *this.pause = Pause::None;
        }
        let mut next = None;
        if !held && !mem::take(this.actors_turn) {
            next = this.outlet.take(cx);
            *this.actors_turn = next.is_some();
        }
        if next.is_none() {
            let over = this.actor.poll_next(cx).is_ready();
            if !held || over {
                next = this.outlet.take(cx);
            }
            if next.is_none() {
                if over {
                    *this.pause = Pause::End;
                    cx.waker().wake_by_ref();
                }
                return Poll::Pending;
            }
        }
        if this.outlet.pause() {
            *this.pause = Pause::Between(Box::pin(sleep(BETWEEN_READS)));
        }
        Poll::Ready(next.map(Ok))
    }
}
