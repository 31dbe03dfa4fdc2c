//! `GET /community/rooms`

use actix_web::web::Json;

use super::reader;
use crate::http::caller::MaybeCaller;
use crate::http::client::Client;
use crate::http::error::ApiResult;
use crate::http::shapes::{RoomBody, RoomList};
use crate::http::state::Api;

/// Reads the ten rooms of the live chat, and how many people are in each
///
/// With a token also says which cloud is the caller's: that of their diary of today.
#[utoipa::path(get, path = "/community/rooms", tag = "chat", security((), ("access" = [])),
    responses((status = 200, body = RoomList)))]
pub(crate) async fn list(api: Api, caller: MaybeCaller, client: Client) -> ApiResult<Json<RoomList>> {
    let rooms = api.node.archive.list_rooms(reader(caller, client)).await?;
    Ok(Json(RoomList { data: rooms.into_iter().map(RoomBody::from).collect() }))
}
