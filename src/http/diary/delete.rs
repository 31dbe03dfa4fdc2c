//! `DELETE /diary/delete/{diaryId}`: gone for good.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use nine_cloud_actors::diaries::DeleteDiary;
use nine_cloud_actors::domain::ids::DiaryId;

use crate::http::caller::Caller;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::params;
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Removes an own diary with its likes, comments, replies and drawing
#[utoipa::path(delete, path = "/diary/delete/{diaryId}", tag = "diary", security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)),
    responses(
        (status = 201, body = Message),
        (status = 404, body = ErrorBody, description = "`diary_not_yours`: missing, or someone else's"),
    ))]
pub(crate) async fn delete(api: Api, caller: Caller, path: Path<String>) -> ApiResult<HttpResponse> {
    api.node.ask(caller, DeleteDiary(DiaryId(params::id("diaryId", &path)?))).await?;
    Ok(said(StatusCode::CREATED, "삭제 완료"))
}
