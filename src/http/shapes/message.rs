//! Answers that only say something.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// `{"message": "…"}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Message {
    /// For people, in Korean.
    #[schema(example = "수정이 완료되었습니다.")]
    pub message: String,
}

/// An answer that only says something.
pub(crate) fn said(status: StatusCode, message: impl Into<String>) -> HttpResponse {
    HttpResponse::build(status).json(Message { message: message.into() })
}
