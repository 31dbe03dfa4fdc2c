//! `DELETE /admin/chat/messages/{messageId}`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use nine_cloud_actors::refusal::Refusal;

use crate::http::admin::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Takes a chat message back for its author
///
/// Its text is gone for good; who is in the room is told with `message:deleted`. Reports keep what they copied.
#[utoipa::path(delete, path = "/admin/chat/messages/{messageId}", tag = "moderation", security(("access" = [])),
    params(("messageId" = String, Path, example = "6740a1b2c3d4e5f601234567", description = "Its `_id`")),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`message_not_found`"),
    ))]
pub(crate) async fn delete(
    Administrator(by): Administrator,
    api: Api,
    message: Path<String>,
) -> ApiResult<HttpResponse> {
    let message = message.parse().map_err(|_| Refusal::MessageNotFound)?;
    api.node.office.hide_message(by, message).await?;
    Ok(said(StatusCode::OK, "메시지를 지웠습니다."))
}
