//! `POST /complete-signup`: an account for whoever holds the code.

use actix_web::HttpResponse;
use actix_web::web::Json;
use nine_cloud_actors::accounts::CompleteSignUp;
use nine_cloud_actors::domain::secret::Secret;
use serde::Serialize;
use utoipa::ToSchema;

use super::client::Client;
use super::error::{ApiResult, ErrorBody};
use super::fields::Fields;
use super::my_info::AccountBody;
use super::requests::CompleteSignUpRequest;
use super::shapes::Urls;
use super::state::Api;

/// The new account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignedUp {
    /// Contains `회원가입이 완료`: the client looks for it (contract invariant 18).
    #[schema(example = "미나님, 회원가입이 완료되었습니다.")]
    message: String,
    data: AccountBody,
}

/// Makes the account
///
/// The code is used up by the right address, or by five wrong tries.
#[utoipa::path(post, path = "/complete-signup", tag = "account", request_body = CompleteSignUpRequest, responses(
    (status = 201, body = SignedUp),
    (status = 401, body = ErrorBody, description = "`code_expired`"),
    (status = 403, body = ErrorBody, description = "`email_taken`"),
))]
pub(super) async fn complete(api: Api, client: Client, fields: Fields) -> ApiResult<HttpResponse> {
    let request = CompleteSignUp {
        email: fields.email()?,
        code: Secret::new(fields.required("Authenticationcode")?),
        password: fields.new_password("password")?,
        username: fields.username()?,
        client: client.0,
    };
    let account = api.accounts(request).await?;
    let message = format!("{}님, 회원가입이 완료되었습니다.", account.username);
    let data = AccountBody::new(account, Urls::of(&api.node));
    Ok(HttpResponse::Created().json(Json(SignedUp { message, data })))
}
