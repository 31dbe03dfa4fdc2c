//! `PATCH /notifications/read`

use actix_web::web::Json;
use nine_cloud_actors::domain::ids::NotificationId;
use nine_cloud_actors::notifications::ReadNotifications;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::error::ApiResult;
use crate::http::fields::Fields;
use crate::http::requests::ReadNotificationsRequest;
use crate::http::state::Api;

/// `{"message", "unread"}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadBody {
    /// For people.
    #[schema(example = "알림을 읽음으로 표시했습니다.")]
    message: &'static str,
    /// Unread ones after it: those that came in meanwhile.
    #[schema(minimum = 0)]
    unread: i64,
}

/// Marks own notifications as read, up to and including `upTo`, or all
///
/// Doing it again changes nothing: `readAt` stays what it was.
#[utoipa::path(patch, path = "/notifications/read", tag = "notification", security(("access" = [])),
    request_body(content = Option<ReadNotificationsRequest>),
    responses((status = 200, body = ReadBody)))]
pub(crate) async fn mark(api: Api, caller: Caller, fields: Fields) -> ApiResult<Json<ReadBody>> {
    let up_to = fields.id("upTo")?.map(NotificationId);
    let unread = api.node.ask(caller, ReadNotifications { up_to }).await?;
    Ok(Json(ReadBody { message: "알림을 읽음으로 표시했습니다.", unread }))
}
