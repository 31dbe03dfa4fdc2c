//! `GET /uploads/{key}`: an image of ours.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Path;
use nine_cloud_actors::domain::file::FileKey;
use nine_cloud_actors::refusal::Refusal;

use super::error::{ApiResult, ErrorBody};
use super::state::Api;

/// Reads an image
///
/// From the file store, or out of SQL as long as it is on its way there. A key never gets other bytes.
#[utoipa::path(get, path = "/uploads/{key}", tag = "file", params(("key" = String, Path)),
    responses(
        (status = 200, description = "The image", content_type = "image/png", body = Vec<u8>),
        (status = 404, body = ErrorBody, description = "`file_not_found`"),
    ))]
pub(super) async fn get(api: Api, key: Path<String>) -> ApiResult<HttpResponse> {
    let key = FileKey::parse(&key).ok_or(Refusal::FileNotFound)?;
    let content_type = key.format().content_type();
    let bytes = api.node.uploads.open(key).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(bytes))
}
