//! Leaving: `DELETE /signoff`, `POST /cancel-signoff`, `POST /signoffInProgress`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use nine_cloud_actors::accounts::{CancelSignOff, GetSignOff};
use nine_cloud_actors::people::SignOff;

use super::caller::Caller;
use super::error::{ApiResult, ErrorBody};
use super::fields::Fields;
use super::requests::EmailRequest;
use super::shapes::{Message, said};
use super::state::Api;

/// Marks the account for removal in 15 days and ends all its sessions
#[utoipa::path(delete, path = "/signoff", tag = "account", security(("access" = [])),
    responses((status = 201, body = Message)))]
pub(super) async fn sign_off(api: Api, caller: Caller) -> ApiResult<HttpResponse> {
    api.node.ask(caller, SignOff).await?;
    Ok(said(StatusCode::CREATED, "탈퇴처리가 완료되었습니다. 15일 동안 회원정보가 보류됩니다."))
}

/// Takes a removal back, within ten minutes of the 403 of `/signin`
#[utoipa::path(post, path = "/cancel-signoff", tag = "account", request_body = EmailRequest, responses(
    (status = 201, body = Message),
    (status = 401, body = ErrorBody, description = "`no_recall_grant`"),
))]
pub(super) async fn cancel(api: Api, fields: Fields) -> ApiResult<HttpResponse> {
    api.accounts(CancelSignOff { email: fields.email()? }).await?;
    Ok(said(StatusCode::CREATED, "탈퇴 요청이 취소되었습니다."))
}

/// Says how long it is to the removal, within ten minutes of the 403 of `/signin`
#[utoipa::path(post, path = "/signoffInProgress", tag = "account", request_body = EmailRequest, responses(
    (status = 201, body = Message, example = json!({"message": "탈퇴까지 14일, 23시간 남았습니다."})),
    (status = 401, body = ErrorBody, description = "`no_recall_grant`"),
))]
pub(super) async fn in_progress(api: Api, fields: Fields) -> ApiResult<HttpResponse> {
    let (now, due) = api.accounts(GetSignOff { email: fields.email()? }).await?;
    let hours = (due - now).num_hours().max(0);
    Ok(said(StatusCode::CREATED, format!("탈퇴까지 {}일, {}시간 남았습니다.", hours / 24, hours % 24)))
}
