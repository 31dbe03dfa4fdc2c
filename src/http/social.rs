//! `POST /kakao/callback`, `/google/callback`, `/naver/callback`: a session for a code of a sign-in provider.

use actix_web::{HttpRequest, HttpResponse};
use nine_cloud_actors::accounts::{ProviderSignIn, SignInWithProvider};
use nine_cloud_actors::domain::identity::Provider;
use nine_cloud_actors::domain::secret::Secret;

use super::client::Client;
use super::error::{ApiResult, ErrorBody};
use super::fields::Fields;
use super::requests::ProviderRequest;
use super::shapes::Message;
use super::signin::{device, with_tokens};
use super::state::Api;

macro_rules! callbacks {
    ($($(#[$doc:meta])* $name:ident $path:literal $provider:ident;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "account", request_body = ProviderRequest, responses(
            (status = 200, body = Message, headers(
                ("Authorization" = String, description = "`Bearer <access token>`"),
                ("Refreshtoken" = String, description = "The refresh token, bare"),
            )),
            (status = 401, body = ErrorBody, description = "`provider_cancelled`, `provider_refused`, \
                `provider_failed`; `provider_email_missing`, `provider_not_linked` for who has no account here"),
            (status = 503, body = ErrorBody, description = "`provider_unavailable`: not set up on this server"),
        ))]
        pub(super) async fn $name(
            api: Api,
            client: Client,
            request: HttpRequest,
            fields: Fields,
        ) -> ApiResult<HttpResponse> {
            sign_in(&api, Provider::$provider, client, &request, &fields).await
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

async fn sign_in(
    api: &Api,
    provider: Provider,
    client: Client,
    request: &HttpRequest,
    fields: &Fields,
) -> ApiResult<HttpResponse> {
    let message = SignInWithProvider {
        provider,
        code: fields.text("code")?.filter(|code| !code.is_empty()).map(Secret::new),
        state: fields.loose_text("state"),
        client: client.0,
        device: device(request),
    };
    let ProviderSignIn { signed_in, is_new } = api.accounts(message).await?;
    let message = if is_new {
        "회원가입이 완료되었습니다.".to_owned()
    } else {
        format!("{}님 환영합니다.", signed_in.username)
    };
    Ok(with_tokens(HttpResponse::Ok(), signed_in).json(Message { message }))
}
