//! `POST /signin`: a session for an address and a password.

use actix_web::http::header::{AUTHORIZATION, USER_AGENT};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use nine_cloud_actors::accounts::{SignIn, SignedIn};
use nine_cloud_actors::domain::email::Email;
use serde::Serialize;
use utoipa::ToSchema;

use super::client::Client;
use super::error::{ApiResult, ErrorBody};
use super::fields::Fields;
use super::requests::SignInRequest;
use super::shapes::Urls;
use super::state::Api;

/// Carries the refresh token, bare.
pub(super) const REFRESH_TOKEN: &str = "refreshtoken";

/// The greeting; the tokens are in the headers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Greeting {
    #[schema(example = "미나님 환영합니다.")]
    message: String,
    profile_image: String,
}

/// Opens a session
///
/// 403 says one thing here: the password was right, and the account is to be removed. For ten minutes after it
/// `/cancel-signoff` and `/signoffInProgress` answer for this address.
#[utoipa::path(post, path = "/signin", tag = "account", request_body = SignInRequest, responses(
    (status = 200, body = Greeting, headers(
        ("Authorization" = String, description = "`Bearer <access token>`, to be sent back as it is"),
        ("Refreshtoken" = String, description = "The refresh token, bare"),
    )),
    (status = 403, body = ErrorBody, description = "`pending_sign_off`"),
))]
pub(super) async fn sign_in(
    api: Api,
    client: Client,
    request: HttpRequest,
    fields: Fields,
) -> ApiResult<HttpResponse> {
    let sign_in = SignIn {
        email: Email::parse(fields.required("email")?),
        password: fields.password()?,
        client: client.0,
        device: device(&request),
    };
    let signed_in = api.accounts(sign_in).await?;
    let message = format!("{}님 환영합니다.", signed_in.username);
    let profile_image = Urls::of(&api.node).picture(signed_in.profile_image.as_ref());
    Ok(with_tokens(HttpResponse::Ok(), signed_in).json(Greeting { message, profile_image }))
}

/// What the person signs in with, as they will see it in the list of their sessions.
pub(super) fn device(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(USER_AGENT)?;
    header.to_str().ok().map(ToOwned::to_owned)
}

/// The headers that carry the tokens of a new session.
pub(super) fn with_tokens(mut answer: HttpResponseBuilder, signed_in: SignedIn) -> HttpResponseBuilder {
    answer.insert_header((AUTHORIZATION, signed_in.access)).insert_header((REFRESH_TOKEN, signed_in.refresh));
    answer
}
