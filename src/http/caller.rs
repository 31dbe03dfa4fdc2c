//! Who is calling: the `Authorization` header of the contract.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use nine_cloud_actors::accounts;
use nine_cloud_actors::refusal::Refusal;

use super::error::ApiError;
use super::state::Node;

/// A signed and unexpired access token was sent. Whether its session lives is decided by the `UserSession`.
pub(super) struct Caller(pub accounts::Caller);

/// A [`Caller`], or a visitor who sent no header or the words `null` and `undefined` (contract §2.4). Any other token
/// is judged as usual: 419 must still reach a client whose token ran out.
pub(super) struct MaybeCaller(pub Option<Caller>);

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request, header(request)))
    }
}

impl FromRequest for MaybeCaller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match header(request) {
            None | Some("null" | "undefined" | "") => Ok(Self(None)),
            given => read(request, given).map(|caller| Self(Some(caller))),
        })
    }
}

fn header(request: &HttpRequest) -> Option<&str> {
    // What is not text cannot be a token of ours: an empty one is of the wrong type.
    request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default())
}

fn read(request: &HttpRequest, header: Option<&str>) -> Result<Caller, ApiError> {
    let node = request.app_data::<web::Data<Node>>().ok_or(Refusal::Internal)?;
    Ok(Caller(node.tokens.read_access(header, node.clock.now())?))
}
