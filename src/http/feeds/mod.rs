//! `/feeds`: public diaries, the own list, likes.

pub(super) mod like;
pub(super) mod mydiaries;

use actix_web::HttpRequest;
use actix_web::web::Json;
use nine_cloud_actors::diaries::ListFeed;

use super::client::Client;
use super::error::ApiResult;
use super::params;
use super::shapes::{DiaryBody, FeedBody, Urls};
use super::state::Api;

/// Reads a page of public diaries of the last two months, newest first
///
/// Tokens are not looked at. `next` is `true` on the page that is known to be the last, else absent.
#[utoipa::path(get, path = "/feeds", tag = "feed", params(("page" = Option<u32>, Query, example = 1)),
    responses((status = 200, body = FeedBody)))]
pub(super) async fn list(api: Api, client: Client, request: HttpRequest) -> ApiResult<Json<FeedBody>> {
    let query = params::pairs(request.query_string());
    let page = params::pages_before(params::query(&query, "page"));
    let page = api.feed(ListFeed { page, client: client.0 }).await?;
    let urls = Urls::of(&api.node);
    Ok(Json(FeedBody::new(page, |diary| DiaryBody::with_seoul_digits(diary, urls))))
}
