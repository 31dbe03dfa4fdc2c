//! The numbered refusals of Engine.IO.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::json;

/// Why a request is refused, with the number clients know it by (the Node reference server's table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Neither `polling` nor `websocket`.
    #[error("Transport unknown")]
    UnknownTransport,
    /// Never given out, closed, timed out, or of another node.
    #[error("Session ID unknown")]
    UnknownSid,
    /// Sessions are opened by GET.
    #[error("Bad handshake method")]
    BadHandshakeMethod,
    /// Not what this session, transport or moment allows.
    #[error("Bad request")]
    BadRequest,
    /// The origin is not on the list, or the application refuses this client.
    #[error("Forbidden")]
    Forbidden,
    /// Only EIO=4 is spoken.
    #[error("Unsupported protocol version")]
    UnsupportedProtocolVersion,
    /// Not numbered by the protocol: full or draining. Clients retry.
    #[error("Service unavailable")]
    Unavailable,
    /// Not numbered by the protocol: the body is longer than `maxPayload`.
    #[error("Payload too large")]
    PayloadTooLarge,
}

impl Error {
    fn status(self) -> StatusCode {
        match self {
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn code(self) -> Option<u8> {
        match self {
            Self::UnknownTransport => Some(0),
            Self::UnknownSid => Some(1),
            Self::BadHandshakeMethod => Some(2),
            Self::BadRequest => Some(3),
            Self::Forbidden => Some(4),
            Self::UnsupportedProtocolVersion => Some(5),
            Self::Unavailable | Self::PayloadTooLarge => None,
        }
    }

    /// The whole answer: status, and `{"code":N,"message":"…"}`, the code a number.
    pub(super) fn response(self) -> HttpResponse {
        let message = self.to_string();
        let body = match self.code() {
            Some(code) => json!({ "code": code, "message": message }),
            None => json!({ "message": message }),
        };
        let mut response = HttpResponse::build(self.status());
        if self == Self::Unavailable {
            response.insert_header(("Retry-After", "2"));
        }
        response.insert_header(("Cache-Control", "no-store")).json(body)
    }
}
