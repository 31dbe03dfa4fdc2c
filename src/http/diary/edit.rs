//! `PATCH /diary/edit/{diaryId}`: text and visibility.

use actix_web::HttpResponse;
use actix_web::web::Path;
use nine_cloud_actors::diaries::EditDiary;
use nine_cloud_actors::domain::ids::DiaryId;

use crate::http::caller::Caller;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::fields::Fields;
use crate::http::params;
use crate::http::requests::EditDiaryRequest;
use crate::http::shapes::{DiaryBody, DiaryChanged, Urls};
use crate::http::state::Api;

/// Changes an own diary
///
/// An absent `isPublic` makes it **private**; an absent `content` leaves the text.
#[utoipa::path(patch, path = "/diary/edit/{diaryId}", tag = "diary", security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)), request_body = EditDiaryRequest,
    responses(
        (status = 201, body = DiaryChanged),
        (status = 404, body = ErrorBody, description = "`diary_not_yours`: missing, or someone else's"),
    ))]
pub(crate) async fn edit(
    api: Api,
    caller: Caller,
    path: Path<String>,
    fields: Fields,
) -> ApiResult<HttpResponse> {
    let command = EditDiary {
        diary: DiaryId(params::id("diaryId", &path)?),
        content: fields.text("content")?.map(ToOwned::to_owned),
        is_public: fields.flag("isPublic")?.unwrap_or(false),
    };
    let diary = api.node.ask(caller, command).await?;
    let data = DiaryBody::with_seoul_digits(diary, Urls::of(&api.node));
    Ok(HttpResponse::Created().json(DiaryChanged { message: "다이어리 수정 완료", data }))
}
