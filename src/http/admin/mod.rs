//! `/admin`: for administrators only.

pub(super) mod actors;
pub(super) mod chat;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use nine_cloud_actors::people::GetMyInfo;
use nine_cloud_actors::refusal::Refusal;
use subtle::ConstantTimeEq;

use super::caller::Caller;
use super::error::ApiError;
use super::state::Api;

/// An administrator's own access token, or `ADMIN_TOKEN`.
pub(super) struct Administrator;

impl FromRequest for Administrator {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let api = Api::from_request(request, payload);
        let header = request.headers().get(AUTHORIZATION).map(|value| value.as_bytes().to_owned());
        let caller = Caller::from_request(request, payload);
        Box::pin(async move {
            let api = api.await?;
            let expected = api.node.admin_token.as_ref().map(|token| format!("Bearer {}", token.reveal()));
            if let (Some(expected), Some(header)) = (expected, header)
                && bool::from(expected.as_bytes().ct_eq(&header))
            {
                return Ok(Self);
            }
            let account = api.node.ask(caller.await?, GetMyInfo).await?;
            if account.is_admin { Ok(Self) } else { Err(Refusal::NotAdmin.into()) }
        })
    }
}
