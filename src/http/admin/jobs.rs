//! `POST /admin/jobs/{name}/run`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;

use super::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Runs a scheduled job on this node now
///
/// Its due time stays. A job that takes longer than 20 seconds goes on after the answer.
#[utoipa::path(post, path = "/admin/jobs/{name}/run", tag = "operation", security(("access" = [])),
    params(("name" = String, Path, example = "clean-up")),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`job_not_found`"),
        (status = 409, body = ErrorBody, description = "`job_running`: on this node"),
        (status = 502, body = ErrorBody, description = "`job_failed`: its last error is in `GET /admin/actors`"),
    ))]
pub(crate) async fn run(
    Administrator(by): Administrator,
    api: Api,
    name: Path<String>,
) -> ApiResult<HttpResponse> {
    api.node.office.run_job(by, name.into_inner()).await?;
    Ok(said(StatusCode::OK, "작업을 실행했습니다."))
}
