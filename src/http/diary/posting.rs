//! `POST /diary/posting`: the diary of today.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use nine_cloud_actors::diaries::{DiaryDraft, PublishDiary};

use crate::http::caller::Caller;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::requests::DiaryForm;
use crate::http::shapes::{DiaryBody, DiaryChanged, Urls};
use crate::http::state::Api;
use crate::http::upload;

/// The client shows fireworks whatever the answer, so a full pipeline is waited for (contract §0.1).
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes the diary of today
///
/// One a day in Seoul. Never limited in rate; the drawing is safe once this is answered, whatever the file store does.
#[utoipa::path(post, path = "/diary/posting", tag = "diary", security(("access" = [])),
    request_body(content = DiaryForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = DiaryChanged),
        (status = 409, body = ErrorBody, description = "`already_written_today`"),
        (status = 413, body = ErrorBody, description = "`image_too_large`"),
    ))]
pub(crate) async fn post(
    api: Api,
    caller: Caller,
    request: HttpRequest,
    body: upload::Body,
) -> ApiResult<HttpResponse> {
    let (form, drawing) =
        upload::receive(&api, caller.0.user, &request, body, &DiaryDraft::FIELDS, PATIENCE).await?;
    let draft = DiaryDraft::read(|name| form.get(name))?;
    let diary = api.node.ask(caller, PublishDiary { draft, drawing }).await?;
    let data = DiaryBody::with_seoul_digits(diary, Urls::of(&api.node));
    Ok(HttpResponse::Created().json(DiaryChanged { message: "다이어리 등록 완료", data }))
}
