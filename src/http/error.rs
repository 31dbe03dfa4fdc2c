//! From a refusal to an answer.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, ResponseError};
use nine_cloud_actors::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{BodyError, FormError};
use super::error_table::{Row, of_body, of_refusal};

/// Result of every handler.
pub(super) type ApiResult<T> = Result<T, ApiError>;

/// The only error a handler answers with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// An actor said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The body could not be read.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The body is of no type that the route takes.
    #[error("unsupported media type")]
    Unsupported,
    /// No such route.
    #[error("no such route")]
    NoRoute,
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// For people, in Korean; the client shows it as it is.
    #[schema(example = "존재하지 않는 일기입니다")]
    pub message: String,
    /// For programs; never changes its meaning.
    #[schema(example = "diary_not_found")]
    pub code: String,
    /// The key of the request that broke its rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "content")]
    pub field: Option<String>,
    /// Of `solutions_used_up`: whole seconds until the next day in Seoul; `Retry-After` says the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3600)]
    pub retry_after_secs: Option<u64>,
}

impl ApiError {
    fn row(&self) -> Row {
        match self {
            Self::Refused(refusal) => of_refusal(refusal),
            Self::Body(error) => of_body(*error),
            Self::Unsupported => {
                Row::new(415, "unsupported_media_type", "지원하지 않는 Content-Type 입니다.")
            }
            Self::NoRoute => Row::new(404, "route_not_found", "존재하지 않는 주소입니다."),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Refused(Refusal::Invalid { field, .. }) => Some(field),
            _ => None,
        }
    }

    /// Whole seconds after which trying again may help.
    fn retry_after_secs(&self) -> Option<u64> {
        match self {
            Self::Refused(Refusal::TooMany { retry_after } | Refusal::SolutionsUsedUp { retry_after }) => {
                Some((retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0)).max(1))
            }
            Self::Refused(Refusal::Busy) => Some(1),
            Self::Refused(Refusal::Unavailable) => Some(5),
            _ => None,
        }
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::NotMultipart => Self::Unsupported,
            FormError::Malformed => Self::Body(BodyError::Broken),
            FormError::NotUtf8(field) => {
                Refusal::Invalid { field, reason: "올바른 UTF-8 문자열이어야 합니다." }.into()
            }
            FormError::ImageTooLarge => Refusal::ImageTooLarge.into(),
            FormError::Refused(refusal) => refusal.into(),
            FormError::Body(error) => Self::Body(error),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.row().status
    }

    fn error_response(&self) -> HttpResponse {
        let row = self.row();
        let mut response = HttpResponse::build(row.status);
        let retry_after_secs = self.retry_after_secs();
        let is_daily = matches!(self, Self::Refused(Refusal::SolutionsUsedUp { .. }));
        if let Some(seconds) = retry_after_secs {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.json(ErrorBody {
            message: row.message.to_owned(),
            code: row.code.to_owned(),
            field: self.field().map(ToOwned::to_owned),
            retry_after_secs: retry_after_secs.filter(|_| is_daily),
        })
    }
}
