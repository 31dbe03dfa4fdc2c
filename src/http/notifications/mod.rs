//! `GET /notifications`: what others did with the own diaries, or below the own comments.

pub(super) mod read;

use actix_web::HttpRequest;
use actix_web::web::Json;
use nine_cloud_actors::domain::ids::NotificationId;
use nine_cloud_actors::domain::notification::PAGE_SIZE;
use nine_cloud_actors::notifications::ListNotifications;

use super::caller::Caller;
use super::error::ApiResult;
use super::params;
use super::shapes::{NotificationList, Urls};
use super::state::Api;

/// Reads a page of the own notifications, newest first
///
/// Kept for 90 days. One goes with its like, comment, reply or diary, and is left out while the diary is not visible to
/// the caller.
#[utoipa::path(get, path = "/notifications", tag = "notification", security(("access" = [])),
    params(("cursor" = Option<i64>, Query, minimum = 1, description = "That of the page before"),
           ("limit" = Option<u16>, Query, minimum = 1, maximum = 100, description = "20 when absent")),
    responses((status = 200, body = NotificationList)))]
pub(super) async fn list(
    api: Api,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<Json<NotificationList>> {
    let query = params::pairs(request.query_string());
    let cursor = params::query(&query, "cursor").map(|text| params::id("cursor", text)).transpose()?;
    let limit = params::page_size(&query, PAGE_SIZE)?;
    let command = ListNotifications { before: cursor.map(NotificationId), limit };
    let page = api.node.ask(caller, command).await?;
    Ok(Json(NotificationList::new(&page, Urls::of(&api.node))))
}
