//! `POST /kakao/callback`, `/google/callback`, `/naver/callback`: a session for a code of a sign-in provider.

use actix_web::HttpResponse;
use nine_cloud_actors::accounts::SignInWithProvider;
use nine_cloud_actors::domain::account::AccountKind;
use nine_cloud_actors::domain::secret::Secret;

use super::error::{ApiResult, ErrorBody};
use super::fields::Fields;
use super::requests::ProviderRequest;
use super::shapes::Message;
use super::signin::greet;
use super::state::Api;

macro_rules! callbacks {
    ($($(#[$doc:meta])* $name:ident $path:literal $kind:ident;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "account", request_body = ProviderRequest, responses(
            (status = 200, body = Message, headers(
                ("Authorization" = String, description = "`Bearer <access token>`"),
                ("Refreshtoken" = String, description = "The refresh token, bare"),
            )),
            (status = 503, body = ErrorBody, description = "`provider_unavailable`: not set up on this server"),
        ))]
        pub(super) async fn $name(api: Api, fields: Fields) -> ApiResult<HttpResponse> {
            sign_in(&api, AccountKind::$kind, &fields).await
        }
    )+};
}

callbacks! {
    /// Opens a session with a code of Kakao
    kakao "/kakao/callback" Kakao;
    /// Opens a session with a code of Google
    google "/google/callback" Google;
    /// Opens a session with a code of Naver
    naver "/naver/callback" Naver;
}

async fn sign_in(api: &Api, kind: AccountKind, fields: &Fields) -> ApiResult<HttpResponse> {
    let code = fields.text("code")?.map(Secret::new);
    let signed_in = api.accounts(SignInWithProvider { kind, code }).await?;
    Ok(greet(api, signed_in))
}
