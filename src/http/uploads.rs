//! `GET /uploads/{key}`: an image of ours.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Path;
use actix_web::{HttpResponse, HttpResponseBuilder};
use nine_cloud_actors::domain::file::FileKey;
use nine_cloud_actors::ports::Elsewhere;
use nine_cloud_actors::refusal::Refusal;
use nine_cloud_actors::uploads::OpenedFile;

use super::error::{ApiResult, ErrorBody};
use super::state::Api;

/// Reads an image
///
/// From the file store, or out of SQL as long as it is on its way there. A key never gets other bytes. With a bucket the
/// answer is the way to it, which is good for a while; this address is good for ever.
#[utoipa::path(get, path = "/uploads/{key}", tag = "file", params(("key" = String, Path)),
    responses(
        (status = 200, description = "The image", content(
            (Vec<u8> = "image/png"),
            (Vec<u8> = "image/jpeg"),
        )),
        (status = 307, description = "Where the image is; may be remembered as long as `Cache-Control` says"),
        (status = 404, body = ErrorBody, description = "`file_not_found`"),
    ))]
pub(super) async fn get(api: Api, key: Path<String>) -> ApiResult<HttpResponse> {
    let key = FileKey::parse(&key).ok_or(Refusal::FileNotFound)?;
    let content_type = key.format().content_type();
    match api.node.uploads.open(key).await? {
        OpenedFile::Bytes(bytes) => Ok(answer(StatusCode::OK)
            .insert_header((CONTENT_TYPE, content_type))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(bytes)),
        OpenedFile::Elsewhere(Elsewhere { url, remember }) => Ok(answer(StatusCode::TEMPORARY_REDIRECT)
            .insert_header((LOCATION, url.reveal()))
            .insert_header((CACHE_CONTROL, format!("private, max-age={}", remember.as_secs())))
            .finish()),
    }
}

/// One that a page of any origin may show.
fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"));
    answer
}
