//! `/diary/{diaryId}/solution`: what the service says about a diary.

use actix_web::HttpResponse;
use actix_web::web::{Json, Path};
use nine_cloud_actors::counsel::{GetSolution, SolveDiary};
use nine_cloud_actors::domain::ids::DiaryId;

use crate::http::caller::Caller;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::params;
use crate::http::shapes::SolutionBody;
use crate::http::state::Api;

/// Makes a solution for an own diary, in place of the last one
///
/// At most five a day in Seoul and person. `source` tells where it comes from: `model` only with the consent of
/// `PATCH /myInfo/preferences`; `rules`, a table written by hand; `safety`, a fixed card with hotlines for a text that
/// speaks of suicide or self-harm, which is never limited. Takes ten seconds at most.
#[utoipa::path(post, path = "/diary/{diaryId}/solution", tag = "diary", security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)),
    responses(
        (status = 201, body = SolutionBody),
        (status = 404, body = ErrorBody, description = "`diary_not_yours`"),
        (status = 429, body = ErrorBody, description = "`solutions_used_up` until midnight in Seoul, or `too_many_requests`"),
    ))]
pub(crate) async fn make(api: Api, caller: Caller, path: Path<String>) -> ApiResult<HttpResponse> {
    let answer = api.node.ask(caller, SolveDiary(DiaryId(params::id("diaryId", &path)?))).await?;
    Ok(HttpResponse::Created().json(SolutionBody::from(answer)))
}

/// Reads the last solution of an own diary
#[utoipa::path(get, path = "/diary/{diaryId}/solution", tag = "diary", security(("access" = [])),
    params(("diaryId" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = SolutionBody),
        (status = 404, body = ErrorBody, description = "`solution_not_found`"),
    ))]
pub(crate) async fn get(api: Api, caller: Caller, path: Path<String>) -> ApiResult<Json<SolutionBody>> {
    let answer = api.node.ask(caller, GetSolution(DiaryId(params::id("diaryId", &path)?))).await?;
    Ok(Json(answer.into()))
}
