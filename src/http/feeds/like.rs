//! `POST /feeds/{diaryId}/like`: on and off.

use actix_web::HttpResponse;
use actix_web::web::Path;
use nine_cloud_actors::diaries::ToggleLike;
use nine_cloud_actors::domain::ids::DiaryId;

use crate::http::caller::Caller;
use crate::http::error::ApiResult;
use crate::http::params;
use crate::http::shapes::{DiaryBody, DiaryChanged, Urls};
use crate::http::state::Api;

/// Likes a visible diary, or takes the like back
#[utoipa::path(post, path = "/feeds/{diaryId}/like", tag = "feed", security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)),
    responses(
        (status = 201, body = DiaryChanged, description = "Liked"),
        (status = 200, body = DiaryChanged, description = "Taken back"),
    ))]
pub(crate) async fn toggle(api: Api, caller: Caller, path: Path<String>) -> ApiResult<HttpResponse> {
    let toggled = api.node.ask(caller, ToggleLike(DiaryId(params::id("diaryId", &path)?))).await?;
    let data = DiaryBody::with_seoul_digits(toggled.diary, Urls::of(&api.node));
    let (mut answer, message) = if toggled.liked {
        (HttpResponse::Created(), "좋아요가 추가되었습니다")
    } else {
        (HttpResponse::Ok(), "좋아요가 취소되었습니다")
    };
    Ok(answer.json(DiaryChanged { message, data }))
}
