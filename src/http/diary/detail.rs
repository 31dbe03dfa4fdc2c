//! `GET /diary/detail/{diaryId}`: one diary.

use actix_web::web::{Json, Path};
use nine_cloud_actors::diaries::{GetDiary, GetPublicDiary};
use nine_cloud_actors::domain::ids::DiaryId;

use crate::http::caller::MaybeCaller;
use crate::http::client::Client;
use crate::http::error::ApiResult;
use crate::http::params;
use crate::http::shapes::{DetailBody, Urls};
use crate::http::state::Api;

/// Reads one diary
///
/// Own ones, and public ones of others; without a token (or with the words `null` or `undefined`) public ones only.
#[utoipa::path(get, path = "/diary/detail/{diaryId}", tag = "diary", security((), ("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)),
    responses((status = 200, body = DetailBody)))]
pub(crate) async fn get(
    api: Api,
    caller: MaybeCaller,
    client: Client,
    path: Path<String>,
) -> ApiResult<Json<DetailBody>> {
    let diary = DiaryId(params::id("diaryId", &path)?);
    let detail = match caller.0 {
        Some(caller) => api.node.ask(caller, GetDiary(diary)).await?,
        None => api.feed(GetPublicDiary { diary, client: client.0 }).await?,
    };
    Ok(Json(DetailBody::new(detail, Urls::of(&api.node))))
}
