//! `/admin`: for administrators only. The page itself is for anyone: it shows nothing before its visitor has signed in.

pub(super) mod accounts;
pub(super) mod actors;
pub(super) mod chat;
pub(super) mod drain;
pub(super) mod jobs;
pub(super) mod mails;
pub(super) mod page;
pub(super) mod status;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use nine_cloud_actors::domain::deed::Actor;
use nine_cloud_actors::people::GetMyInfo;
use nine_cloud_actors::refusal::Refusal;
use subtle::ConstantTimeEq;

use super::caller::Caller;
use super::error::ApiError;
use super::state::Api;

/// An administrator's own access token, or `ADMIN_TOKEN`; for the record, whose.
pub(super) struct Administrator(pub Actor);

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
                return Ok(Self(Actor::Operator));
            }
            let account = api.node.ask(caller.await?, GetMyInfo).await?;
            if account.is_admin { Ok(Self(Actor::Person(account.id))) } else { Err(Refusal::NotAdmin.into()) }
        })
    }
}
