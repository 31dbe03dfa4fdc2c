//! `PATCH /myInfo/editmyInfo`: name and picture.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use nine_cloud_actors::domain::text::Username;
use nine_cloud_actors::people::EditProfile;

use crate::http::caller::Caller;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::fields::{USERNAME_RULE, invalid};
use crate::http::requests::EditProfileForm;
use crate::http::shapes::{Message, said};
use crate::http::state::Api;
use crate::http::upload;

/// Changes name, picture, or both
#[utoipa::path(patch, path = "/myInfo/editmyInfo", tag = "account", security(("access" = [])),
    request_body(content = EditProfileForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = Message),
        (status = 413, body = ErrorBody, description = "`image_too_large`"),
    ))]
pub(crate) async fn edit(
    api: Api,
    caller: Caller,
    request: HttpRequest,
    payload: upload::Body,
) -> ApiResult<HttpResponse> {
    let (form, picture) =
        upload::receive(&api, caller.0.user, &request, payload, &["username"], upload::PATIENCE).await?;
    let username = form.get("username").map(str::trim).filter(|name| !name.is_empty());
    let username = username
        .map(|name| Username::parse(name).ok_or_else(|| invalid("username", USERNAME_RULE)))
        .transpose()?;
    api.node.ask(caller, EditProfile { username, picture }).await?;
    Ok(said(StatusCode::CREATED, "수정이 완료되었습니다."))
}
