//! `GET /community/rooms/{room}/messages`

use actix_web::HttpRequest;
use actix_web::web::{Json, Path};

use super::reader;
use crate::http::caller::MaybeCaller;
use crate::http::client::Client;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::params;
use crate::http::shapes::ChatMessageList;
use crate::http::state::Api;

/// Messages per page, unless asked otherwise; what the socket's `history` gives.
const PAGE_SIZE: u16 = 50;

/// Reads what was said in a room, newest first
///
/// The plaza is open to everybody. A cloud of today is read by those whose diary of today has it; one of yesterday, as
/// `rain-sad@2026-11-21`, by those who were in it. Left out: what was taken back, and what people say whom the caller has
/// hidden.
#[utoipa::path(get, path = "/community/rooms/{room}/messages", tag = "chat", security((), ("access" = [])),
    params(("room" = String, Path, example = "plaza", description = "A name of `GET /community/rooms`, which means today"),
           ("before" = Option<i64>, Query, minimum = 1, description = "A `seq`: that of the page before"),
           ("limit" = Option<u16>, Query, minimum = 1, maximum = 100, description = "50 when absent")),
    responses(
        (status = 200, body = ChatMessageList),
        (status = 403, body = ErrorBody, description = "`not_your_cloud`"),
        (status = 404, body = ErrorBody, description = "`no_such_room`"),
    ))]
pub(crate) async fn list(
    api: Api,
    caller: MaybeCaller,
    client: Client,
    room: Path<String>,
    request: HttpRequest,
) -> ApiResult<Json<ChatMessageList>> {
    let query = params::pairs(request.query_string());
    let before = params::query(&query, "before").map(|text| params::id("before", text)).transpose()?;
    let limit = params::page_size(&query, PAGE_SIZE)?;
    let before = before.map(i64::unsigned_abs);
    let page = api.node.archive.read(reader(caller, client), &room, before, limit).await?;
    Ok(Json(ChatMessageList::new(&page)))
}
