//! `POST /token`: a fresh access token.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse};
use nine_cloud_actors::accounts::RefreshAccess;
use nine_cloud_actors::domain::secret::Secret;

use super::error::ApiResult;
use super::shapes::Message;
use super::signin::REFRESH_TOKEN;
use super::state::Api;

/// Takes a fresh access token
///
/// The refresh token stays as it is, and any number of these may run at once: the client starts one for each of its
/// requests that was answered 419.
#[utoipa::path(post, path = "/token", tag = "account",
    params(("Refreshtoken" = String, Header, description = "As answered by `/signin`")),
    responses((status = 201, body = Message, headers(
        ("Authorization" = String, description = "`Bearer <access token>`, to be sent back as it is"),
    )), (status = 401, body = super::error::ErrorBody, description = "`refresh_token_invalid`")))]
pub(super) async fn refresh(api: Api, request: HttpRequest) -> ApiResult<HttpResponse> {
    let header = request.headers().get(REFRESH_TOKEN).and_then(|value| value.to_str().ok());
    let access = api.accounts(RefreshAccess { token: header.map(Secret::new) }).await?;
    Ok(HttpResponse::Created()
        .insert_header((AUTHORIZATION, access))
        .json(Message { message: "AccessToken 발급 완료".to_owned() }))
}
