//! How busy the node is with requests, which decides when it may go.
//!
//! A node that is about to stop serves on until nobody asks it any more: a connection that a proxy has open, or a request
//! that is on its way through the kernel, is lost with the listening socket. Its answers say `Connection: close`, so that
//! no proxy sends a request down a connection that is about to end.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse, Transform};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::rt::time::sleep;
use actix_web::{Error, web};
use tokio::time::Instant;

/// How often it is looked whether requests still come.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// All requests of this node but the questions of its operators, who ask to the end.
#[derive(Debug)]
pub struct Traffic {
    is_ending: AtomicBool,
    in_hand: AtomicUsize,
    made_at: Instant,
    /// When a request last came, in milliseconds since then; kept from the end of connections on.
    last_ms: AtomicU64,
}

/// One request; the drop ends it.
struct InHand<'a>(&'a Traffic);

impl Traffic {
    /// Nothing is in hand.
    pub fn new() -> Self {
        Self {
            is_ending: AtomicBool::new(false),
            in_hand: AtomicUsize::new(0),
            made_at: Instant::now(),
            last_ms: AtomicU64::new(0),
        }
    }

    /// From now on every answer ends its connection.
    pub fn end_connections(&self) {
        self.note_time();
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Waits until none is in hand and none has come for `quiet`, since the end of connections at the earliest.
    pub async fn until_quiet(&self, quiet: Duration) {
        let quiet_for = || {
            let last = Duration::from_millis(self.last_ms.load(Ordering::Relaxed));
            self.made_at.elapsed().saturating_sub(last)
        };
        while self.in_hand.load(Ordering::Relaxed) > 0 || quiet_for() < quiet {
            sleep(LOOK_EVERY.min(quiet)).await;
        }
    }

    fn begin(&self) -> InHand<'_> {
        self.in_hand.fetch_add(1, Ordering::Relaxed);
        if self.is_ending.load(Ordering::Relaxed) {
            self.note_time();
        }
        InHand(self)
    }

    fn note_time(&self) {
        let now = u64::try_from(self.made_at.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(now, Ordering::Relaxed);
    }
}

impl Default for Traffic {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.0.in_hand.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The middleware; looks for a [`Traffic`] among the application's data.
pub fn count_requests<S, B>()
-> impl Transform<S, ServiceRequest, Response = ServiceResponse<B>, Error = Error, InitError = ()>
where
    S: actix_web::dev::Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    from_fn(around::<B>)
}

async fn around<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let traffic = request.app_data::<web::Data<Traffic>>().cloned();
    let is_question = matches!(request.path(), "/ready" | "/health" | "/metrics");
    let in_hand = traffic.as_ref().filter(|_| !is_question).map(|traffic| traffic.begin());
    let mut answered = next.call(request).await;
    drop(in_hand);
    if let (Some(traffic), Ok(response)) = (&traffic, &mut answered)
        && traffic.is_ending.load(Ordering::Relaxed)
        && response.status() != StatusCode::SWITCHING_PROTOCOLS
    {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    answered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_quiet_when_none_is_in_hand_and_none_has_come_for_a_while() {
        let (traffic, quiet) = (Traffic::new(), Duration::from_millis(40));
        traffic.end_connections();
        let start = Instant::now();
        let work = async {
            let first = traffic.begin();
            sleep(quiet * 3).await;
            drop(traffic.begin());
            drop(first);
        };
        tokio::join!(traffic.until_quiet(quiet), work);
        assert!(start.elapsed() > quiet * 7 / 2, "{:?}", start.elapsed());
    }
}
