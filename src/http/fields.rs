//! The keys of a JSON (or urlencoded) body, read one by one so that the one that breaks its rule can be named.
//!
//! Unknown keys are ignored. Absent, `null` and, where a rule says so, empty are the same.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::emotion::{Level, Weather};
use nine_cloud_actors::domain::html::DiaryHtml;
use nine_cloud_actors::domain::password::NewPassword;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::text::{CommentText, Username};
use nine_cloud_actors::refusal::Refusal;
use serde_json::{Map, Value};

use super::body::{BodyError, Patience, read_capped};
use super::error::{ApiError, ApiResult};
use super::params;

/// Bytes of a body that is not multipart (contract §1.0).
const MAX_BYTES: usize = 100 * 1024;

/// Words for a name that breaks the rule.
pub(super) const USERNAME_RULE: &str = "닉네임은 2~10자의 한글, 영문, 숫자여야 합니다.";

/// The keys of one body.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// A text, as typed; `None` when absent or `null`.
    pub(super) fn text(&self, field: &'static str) -> ApiResult<Option<&str>> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(field, "문자열이어야 합니다.")),
        }
    }

    /// A text, or a number as text; anything else is as good as absent.
    pub(super) fn loose_text(&self, field: &str) -> Option<String> {
        match self.0.get(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A text that must be there and not be empty.
    pub(super) fn required(&self, field: &'static str) -> ApiResult<&str> {
        self.text(field)?.filter(|text| !text.is_empty()).ok_or(invalid(field, "필수 항목입니다."))
    }

    /// A yes or no; also as the text `true` or `false`.
    pub(super) fn flag(&self, field: &'static str) -> ApiResult<Option<bool>> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(invalid(field, "true 또는 false 여야 합니다.")),
        }
    }

    /// An id, of 1 and above; also as text.
    pub(super) fn id(&self, field: &'static str) -> ApiResult<Option<i64>> {
        self.digit(field).map(|text| params::id(field, &text)).transpose()
    }

    /// A mail address.
    pub(super) fn email(&self) -> ApiResult<Email> {
        Email::parse(self.required("email")?).ok_or(invalid("email", "올바른 이메일 주소가 아닙니다."))
    }

    /// A password to be stored.
    pub(super) fn new_password(&self, field: &'static str) -> ApiResult<NewPassword> {
        const RULE: &str = "비밀번호는 영문, 숫자, 특수문자(@$!%*?&#)를 각각 포함한 8~20자여야 합니다.";
        NewPassword::parse(self.required(field)?).ok_or(invalid(field, RULE))
    }

    /// A password to compare with.
    pub(super) fn password(&self) -> ApiResult<Secret> {
        self.required("password").map(Secret::new)
    }

    /// A name.
    pub(super) fn username(&self) -> ApiResult<Username> {
        Username::parse(self.required("username")?).ok_or(invalid("username", USERNAME_RULE))
    }

    /// A slider; also as a number.
    pub(super) fn level(&self, field: &'static str) -> ApiResult<Option<Level>> {
        let digit = self.digit(field);
        digit
            .map(|digit| Level::from_wire(&digit).ok_or(invalid(field, "1에서 5 사이의 값이어야 합니다.")))
            .transpose()
    }

    /// The weather of the day; also as a number.
    pub(super) fn weather(&self) -> ApiResult<Option<Weather>> {
        let digit = self.digit("weather");
        digit
            .map(|digit| Weather::from_wire(&digit).ok_or(invalid("weather", "1, 2, 3 중 하나여야 합니다.")))
            .transpose()
    }

    fn digit(&self, field: &'static str) -> Option<String> {
        match self.0.get(field) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Some(other) => Some(other.to_string()),
        }
    }

    /// What a diary says, by the rule of a diary.
    pub(super) fn diary_text(&self, field: &'static str) -> ApiResult<DiaryHtml> {
        let text = self.text(field)?.unwrap_or_default();
        DiaryHtml::parse(text).map_err(|_| invalid(field, "200자 이하여야 합니다."))
    }

    /// The text of a comment or reply.
    pub(super) fn comment(&self) -> ApiResult<CommentText> {
        CommentText::parse(self.required("content")?).ok_or(invalid("content", "내용은 1~200자여야 합니다."))
    }
}

impl FromRequest for Fields {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = Kind::of(request);
        let payload = payload.take();
        Box::pin(async move {
            let bytes = read_capped(payload, MAX_BYTES, Patience::BODY).await?;
            let map = match kind {
                Kind::Json => serde_json::from_slice(&bytes).map_err(|_| BodyError::Broken)?,
                Kind::Form => from_form(&bytes)?,
                Kind::Other if bytes.is_empty() => Map::new(),
                Kind::Other => return Err(ApiError::Unsupported),
            };
            Ok(Self(map))
        })
    }
}

enum Kind {
    Json,
    Form,
    Other,
}

impl Kind {
    fn of(request: &HttpRequest) -> Self {
        let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let mime =
            header.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match mime.as_str() {
            "application/x-www-form-urlencoded" => Self::Form,
            json if json == "application/json" || json.ends_with("+json") => Self::Json,
            _ => Self::Other,
        }
    }
}

fn from_form(bytes: &[u8]) -> Result<Map<String, Value>, BodyError> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|_| BodyError::Broken)?;
    Ok(pairs.into_iter().map(|(key, value)| (key, Value::String(value))).collect())
}

/// The refusal of a field.
pub(super) fn invalid(field: &'static str, reason: &'static str) -> ApiError {
    Refusal::Invalid { field, reason }.into()
}
