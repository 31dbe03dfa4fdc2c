//! A place in the pipeline, given back by being dropped.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::sync::oneshot;

use super::Stage;
use crate::kit::Gauge;

/// How busy the pipeline of this node is.
#[derive(Debug, Default)]
pub struct UploadLoad {
    /// Tickets given out.
    pub in_flight: Gauge,
    /// People waiting for a ticket.
    pub waiting: Gauge,
    begun: [AtomicU64; Stage::ALL.len()],
}

impl UploadLoad {
    /// Pictures that have begun each stage since the start of the node.
    pub fn begun(&self) -> impl Iterator<Item = (Stage, u64)> {
        Stage::ALL.into_iter().zip(&self.begun).map(|(stage, many)| (stage, many.load(Ordering::Relaxed)))
    }

    /// A picture begins a stage.
    pub(crate) fn begin(&self, stage: Stage) {
        if let Some((_, many)) = Stage::ALL.into_iter().zip(&self.begun).find(|(known, _)| *known == stage) {
            many.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Nobody is in the pipeline or waits to be.
    pub fn is_idle(&self) -> bool {
        self.in_flight.level() == 0 && self.waiting.level() == 0
    }
}

/// The right to one upload. Dropping it frees the place, wherever that happens: at the end of the work, when the
/// client is gone, in a panic.
#[derive(Debug)]
pub struct Ticket {
    load: Arc<UploadLoad>,
    /// Never sent; its end is how `Intake` learns of ours, without a mailbox that could be full.
    _place: oneshot::Sender<Infallible>,
}

impl Ticket {
    /// The ticket, and what ends when it is given back.
    pub(super) fn new(load: &Arc<UploadLoad>) -> (Self, oneshot::Receiver<Infallible>) {
        let (place, given_back) = oneshot::channel();
        load.in_flight.up();
        (Self { load: Arc::clone(load), _place: place }, given_back)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.load.in_flight.down();
    }
}

/// An image as it was sent, with its place in the pipeline.
#[derive(Debug)]
pub struct RawImage {
    /// Of any format; nothing about it is known yet.
    pub bytes: Bytes,
    /// Admits it.
    pub ticket: Ticket,
}

/// Counts a person as waiting.
pub(super) struct Waiting(Arc<UploadLoad>);

impl Waiting {
    pub(super) fn new(load: &Arc<UploadLoad>) -> Self {
        load.waiting.up();
        Self(Arc::clone(load))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.down();
    }
}
