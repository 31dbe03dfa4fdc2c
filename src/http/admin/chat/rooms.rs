//! `POST` and `DELETE /admin/chat/rooms/{room}/closing`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use nine_cloud_actors::domain::chat::RoomName;
use nine_cloud_actors::refusal::Refusal;

use crate::http::admin::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Closes a chat room until it is reopened
///
/// On every node, and over restarts; a cloud on the days to come as well. Whoever is in it is told `room:closed` with the
/// reason `closed` and put out; `join` and `send` answer `no_such_room`. What was said there stays readable. Doing it again
/// changes nothing.
#[utoipa::path(post, path = "/admin/chat/rooms/{room}/closing", tag = "moderation", security(("access" = [])),
    params(("room" = String, Path, example = "plaza")),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`no_such_room`"),
    ))]
pub(crate) async fn close(
    Administrator(by): Administrator,
    api: Api,
    room: Path<String>,
) -> ApiResult<HttpResponse> {
    api.node.office.close_room(by, name(&room)?).await?;
    Ok(said(StatusCode::OK, "채팅방을 닫았습니다."))
}

/// Opens a closed chat room again
#[utoipa::path(delete, path = "/admin/chat/rooms/{room}/closing", tag = "moderation", security(("access" = [])),
    params(("room" = String, Path, example = "plaza")),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`no_such_room`, or `room_not_closed`"),
    ))]
pub(crate) async fn reopen(
    Administrator(by): Administrator,
    api: Api,
    room: Path<String>,
) -> ApiResult<HttpResponse> {
    api.node.office.reopen_room(by, name(&room)?).await?;
    Ok(said(StatusCode::OK, "채팅방을 다시 열었습니다."))
}

fn name(text: &str) -> ApiResult<RoomName> {
    Ok(text.parse().map_err(|_| Refusal::NoSuchRoom)?)
}
