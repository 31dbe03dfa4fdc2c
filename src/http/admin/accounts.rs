//! `POST` and `DELETE /admin/accounts/{userId}/suspension`, `DELETE /admin/accounts/{userId}/sockets`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use nine_cloud_actors::domain::ids::UserId;

use super::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::params;
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Keeps a person out of the service
///
/// All their sessions end, on every node, and they cannot sign in until the suspension is lifted. What they wrote stays.
#[utoipa::path(post, path = "/admin/accounts/{userId}/suspension", tag = "moderation", security(("access" = [])),
    params(("userId" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`account_not_found`"),
        (status = 409, body = ErrorBody, description = "`not_yourself`"),
    ))]
pub(crate) async fn suspend(
    Administrator(by): Administrator,
    api: Api,
    user: Path<String>,
) -> ApiResult<HttpResponse> {
    api.node.office.suspend(by, person(&user)?).await?;
    Ok(said(StatusCode::OK, "계정을 정지했습니다."))
}

/// Lets a suspended person in again
#[utoipa::path(delete, path = "/admin/accounts/{userId}/suspension", tag = "moderation", security(("access" = [])),
    params(("userId" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`account_not_found`"),
    ))]
pub(crate) async fn reinstate(
    Administrator(by): Administrator,
    api: Api,
    user: Path<String>,
) -> ApiResult<HttpResponse> {
    api.node.office.reinstate(by, person(&user)?).await?;
    Ok(said(StatusCode::OK, "계정 정지를 풀었습니다."))
}

/// Closes a person's chat connections, on every node
///
/// They may come back at once; a ban keeps them out.
#[utoipa::path(delete, path = "/admin/accounts/{userId}/sockets", tag = "moderation", security(("access" = [])),
    params(("userId" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`account_not_found`"),
    ))]
pub(crate) async fn kick(
    Administrator(by): Administrator,
    api: Api,
    user: Path<String>,
) -> ApiResult<HttpResponse> {
    api.node.office.kick(by, person(&user)?).await?;
    Ok(said(StatusCode::OK, "채팅 연결을 끊었습니다."))
}

fn person(text: &str) -> ApiResult<UserId> {
    Ok(UserId(params::id("userId", text)?))
}
