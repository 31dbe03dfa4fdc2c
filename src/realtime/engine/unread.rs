//! Answers to requests that have not been read to their end.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use bytes::Bytes;

/// Keeps the rest of a request until its answer has been sent.
///
/// The web framework waits for the rest of a chunked body whose reader is gone before it goes on with the connection, and
/// it waits for ever. If there is a reader still when the answer is complete, it closes the connection, as it does with
/// bodies of a known length: it takes in what comes for a moment, so that the answer is not lost, and hangs up.
pub(super) fn keep(rest: Payload, response: HttpResponse) -> HttpResponse {
    response.map_body(|_, body| BoxBody::new(Unread { body, _rest: rest }))
}

struct Unread {
    body: BoxBody,
    _rest: Payload,
}

impl MessageBody for Unread {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
