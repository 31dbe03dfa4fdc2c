//! Reads a body whole.

use std::time::Duration;

use actix_web::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt};

use super::watched::Watched;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Larger than allowed.
    #[error("body too large")]
    TooLarge,
    /// No byte came for too long, or the whole took too long (408).
    #[error("body came too slowly")]
    Silent,
    /// It ended early, or its encoding is wrong.
    #[error("body is broken")]
    Broken,
}

/// How long a client may take over its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Without a byte (contract §0.1).
    pub idle: Duration,
    /// In all, so that a trickle cannot hold a place for ever: 10 MB in it are 700 kbit/s.
    pub whole: Duration,
}

impl Patience {
    /// For every body.
    pub const BODY: Self = Self { idle: Duration::from_secs(20), whole: Duration::from_mins(2) };
}

/// The body, of at most `limit` bytes.
pub async fn read_capped(
    payload: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    limit: usize,
    patience: Patience,
) -> Result<Bytes, BodyError> {
    let body = Watched::new(payload, limit, patience);
    let read = body.clone().try_fold(BytesMut::new(), async |mut whole, chunk| {
        whole.extend_from_slice(&chunk);
        Ok(whole)
    });
    let read = read.await;
    body.drain().await;
    read.map(BytesMut::freeze).map_err(|_| body.fault().unwrap_or(BodyError::Broken))
}
