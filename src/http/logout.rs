//! `POST /logout`: the end of this session.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use nine_cloud_actors::people::LogOut;

use super::caller::Caller;
use super::error::ApiResult;
use super::shapes::{Message, said};
use super::state::Api;

/// Ends the session that the access token belongs to
#[utoipa::path(post, path = "/logout", tag = "account", security(("access" = [])),
    responses((status = 200, body = Message)))]
pub(super) async fn log_out(api: Api, caller: Caller) -> ApiResult<HttpResponse> {
    api.node.ask(caller, LogOut).await?;
    Ok(said(StatusCode::OK, "로그아웃 되었습니다."))
}
