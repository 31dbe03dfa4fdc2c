//! `POST /admin/mails/{mailId}/retry`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use nine_cloud_actors::domain::ids::MailId;

use super::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::params;
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Puts a dead letter back into the queue
#[utoipa::path(post, path = "/admin/mails/{mailId}/retry", tag = "operation", security(("access" = [])),
    params(("mailId" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`mail_not_found`: no dead letter"),
    ))]
pub(crate) async fn retry(
    Administrator(by): Administrator,
    api: Api,
    mail: Path<String>,
) -> ApiResult<HttpResponse> {
    api.node.office.retry_mail(by, MailId(params::id("mailId", &mail)?)).await?;
    Ok(said(StatusCode::OK, "메일을 다시 보냅니다."))
}
