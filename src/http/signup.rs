//! `POST /signup`: a code by mail.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use nine_cloud_actors::accounts::RequestSignUp;

use super::client::Client;
use super::error::{ApiResult, ErrorBody};
use super::fields::Fields;
use super::requests::SignUpRequest;
use super::shapes::{Message, said};
use super::state::Api;

/// Sends a sign-up code of six characters, valid for three minutes
///
/// Answered when the mail is durably queued. `password` and `username` are checked already here, so that nobody waits
/// for a code in vain.
#[utoipa::path(post, path = "/signup", tag = "account", request_body = SignUpRequest, responses(
    (status = 201, body = Message, description = "The code is on its way"),
    (status = 403, body = ErrorBody, description = "`email_taken`"),
    (status = 406, body = ErrorBody, description = "`mail_failed`"),
))]
pub(super) async fn request(api: Api, client: Client, fields: Fields) -> ApiResult<HttpResponse> {
    let email = fields.email()?;
    if fields.text("password")?.is_some() {
        fields.new_password("password")?;
    }
    if fields.text("username")?.is_some() {
        fields.username()?;
    }
    api.accounts(RequestSignUp { email, client: client.0 }).await?;
    Ok(said(StatusCode::CREATED, "이메일 전송 완료"))
}
