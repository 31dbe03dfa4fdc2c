//! A body under watch: bounded in size and time, and drained at the end.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::stream::LocalBoxStream;
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::{BodyError, Patience};

/// Bytes that are thrown away for the sake of an answer that can be read.
const DRAIN_BYTES: usize = 16 * 1024 * 1024;
/// Time for it.
const DRAIN_TIME: Duration = Duration::from_secs(3);

/// Clones are one body: one is read by a parser, the other says what happened and drains.
#[derive(Clone)]
pub(super) struct Watched(Rc<RefCell<Inner>>);

struct Inner {
    payload: LocalBoxStream<'static, Result<Bytes, PayloadError>>,
    left: usize,
    idle: Duration,
    end: Instant,
    silence: Pin<Box<Sleep>>,
    fault: Option<BodyError>,
    /// Nothing more comes from the wire.
    is_over: bool,
}

impl Watched {
    pub(super) fn new(
        payload: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
        limit: usize,
        Patience { idle, whole }: Patience,
    ) -> Self {
        let end = Instant::now() + whole;
        let silence = Box::pin(sleep_until(end.min(Instant::now() + idle)));
        let payload = payload.boxed_local();
        let inner = Inner { payload, left: limit, idle, end, silence, fault: None, is_over: false };
        Self(Rc::new(RefCell::new(inner)))
    }

    /// Why the stream ended with an error.
    pub(super) fn fault(&self) -> Option<BodyError> {
        self.0.borrow().fault
    }

    /// Throws the rest away, as long as it comes soon and is not too much.
    pub(super) async fn drain(&self) {
        let rest = async {
            let mut left = DRAIN_BYTES;
            while let Some(chunk) = std::future::poll_fn(|cx| self.0.borrow_mut().poll_wire(cx)).await {
                left = left.saturating_sub(chunk.map_or(0, |bytes| bytes.len()));
                if left == 0 {
                    return;
                }
            }
        };
        // Whoever takes longer may not be able to read the answer.
        let _ = timeout(DRAIN_TIME, rest).await;
    }
}

impl Inner {
    fn poll_wire(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let next = self.payload.as_mut().poll_next(cx);
        self.is_over = matches!(next, Poll::Ready(None | Some(Err(_))));
        next
    }

    fn fail(&mut self, fault: BodyError, error: PayloadError) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.fault = Some(fault);
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for Watched {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let inner = &mut *self.0.borrow_mut();
        if inner.fault.is_some() {
            return Poll::Ready(None);
        }
        match inner.poll_wire(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                let Some(left) = inner.left.checked_sub(chunk.len()) else {
                    return inner.fail(BodyError::TooLarge, PayloadError::Overflow);
                };
                inner.left = left;
                inner.silence.as_mut().reset(inner.end.min(Instant::now() + inner.idle));
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(Some(Err(error))) => inner.fail(BodyError::Broken, error),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => match inner.silence.as_mut().poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(()) => {
                    inner.is_over = true;
                    let silence = io::Error::from(io::ErrorKind::TimedOut);
                    inner.fail(BodyError::Silent, PayloadError::Io(silence))
                }
            },
        }
    }
}
