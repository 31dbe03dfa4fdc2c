//! `PATCH /myInfo/edit-pw`: a new password.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use nine_cloud_actors::people::ChangePassword;

use crate::http::caller::Caller;
use crate::http::error::ApiResult;
use crate::http::fields::Fields;
use crate::http::requests::EditPasswordRequest;
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Replaces the password and ends all other sessions
#[utoipa::path(patch, path = "/myInfo/edit-pw", tag = "account", security(("access" = [])),
    request_body = EditPasswordRequest, responses((status = 201, body = Message)))]
pub(crate) async fn edit(api: Api, caller: Caller, fields: Fields) -> ApiResult<HttpResponse> {
    let command = ChangePassword { present: fields.password()?, new: fields.new_password("newPassword")? };
    api.node.ask(caller, command).await?;
    Ok(said(StatusCode::CREATED, "비밀번호가 변경 되었습니다."))
}
