//! The bodies that routes take, for the OpenAPI document. They are read by [`super::fields`], which can name the field
//! that breaks its rule; nothing deserialises into these.
#![expect(dead_code, reason = "only their schemas are used")]

use utoipa::ToSchema;

/// Of `POST /signup`.
#[derive(ToSchema)]
pub(super) struct SignUpRequest {
    #[schema(format = "email", example = "mina@example.com")]
    email: String,
    #[schema(example = "password1!")]
    password: Option<String>,
    #[schema(example = "미나")]
    username: Option<String>,
}

/// Of `POST /complete-signup`.
#[derive(ToSchema)]
pub(super) struct CompleteSignUpRequest {
    #[schema(format = "email", example = "mina@example.com")]
    email: String,
    #[schema(rename = "Authenticationcode", example = "a1b2c3")]
    code: String,
    /// 8–20 of letters, digits and `@$!%*?&#`, at least one of each.
    #[schema(example = "password1!")]
    password: String,
    /// 2–10 Hangul syllables, Latin letters or digits.
    #[schema(example = "미나")]
    username: String,
}

/// Of `POST /signin`.
#[derive(ToSchema)]
pub(super) struct SignInRequest {
    #[schema(format = "email", example = "mina@example.com")]
    email: String,
    #[schema(example = "password1!")]
    password: String,
}

/// Of the routes that know a person by address alone.
#[derive(ToSchema)]
pub(super) struct EmailRequest {
    #[schema(format = "email", example = "mina@example.com")]
    email: String,
}

/// Of the three callbacks.
#[derive(ToSchema)]
pub(super) struct ProviderRequest {
    /// `null` when the person cancelled.
    code: Option<String>,
    /// Naver only; accepted whatever it is.
    #[schema(example = "99999")]
    state: Option<String>,
}

/// Of `PATCH /myInfo/edit-pw`.
#[derive(ToSchema)]
pub(super) struct EditPasswordRequest {
    #[schema(example = "password1!")]
    password: String,
    /// 8–20 of letters, digits and `@$!%*?&#`, at least one of each.
    #[schema(rename = "newPassword", example = "password2@")]
    new_password: String,
}

/// Of `PATCH /myInfo/editmyInfo`.
#[derive(ToSchema)]
pub(super) struct EditProfileForm {
    /// Absent or empty: unchanged.
    #[schema(example = "미나")]
    username: Option<String>,
    /// A file; a text part of this name is ignored.
    #[schema(value_type = Option<String>, format = Binary)]
    image: Option<Vec<u8>>,
}

/// Of `POST /diary/posting`. Every part may be absent or empty.
#[derive(ToSchema)]
pub(super) struct DiaryForm {
    /// 1–5; absent: the average of `temperature` and `humid`, else 3.
    #[schema(rename = "EmotionStatus", example = "3.5")]
    emotion: Option<String>,
    /// HTML of the editor, at most 200 visible UTF-16 units.
    #[schema(example = "<p>오늘은 맑음</p>")]
    content: Option<String>,
    /// `true` or `false`; absent: `false`.
    #[schema(rename = "isPublic", example = "true")]
    is_public: Option<String>,
    /// The drawing: PNG, JPEG, WebP, GIF or BMP of at most 10 MB and 25 megapixels; a text part of this name is
    /// ignored.
    #[schema(value_type = Option<String>, format = Binary)]
    image: Option<Vec<u8>>,
    /// The fortune sentence.
    sentence: Option<String>,
    /// `1` rain, `2` cloud, `3` sun; absent: `2`.
    #[schema(example = "3")]
    weather: Option<String>,
    /// `1`–`5`.
    #[schema(example = "4")]
    temperature: Option<String>,
    /// `1`–`5`.
    #[schema(example = "3")]
    humid: Option<String>,
    /// `1`–`5`.
    #[schema(example = "5")]
    sleep: Option<String>,
}

/// Of `PATCH /diary/edit/{diaryId}`.
#[derive(ToSchema)]
pub(super) struct EditDiaryRequest {
    /// Absent: unchanged.
    #[schema(example = "<p>고쳐 쓴 일기</p>")]
    content: Option<String>,
    /// Absent: **false**.
    #[schema(rename = "isPublic")]
    is_public: Option<bool>,
}

/// Of `POST /ai/solution`. Every key may be absent, `null` or empty.
#[derive(ToSchema)]
pub(super) struct SolutionRequest {
    /// At most 200 visible UTF-16 units; may be HTML.
    #[schema(example = "오늘은 비가 와서 조금 처졌다")]
    contents: Option<String>,
    /// `1`–`5`, also as a number.
    #[schema(example = "2")]
    temperature: Option<String>,
    /// `1`–`5`, also as a number.
    #[schema(example = "3")]
    humid: Option<String>,
    /// `1` rain, `2` cloud, `3` sun, also as a number; absent: `2`.
    #[schema(example = "1")]
    weather: Option<String>,
    /// `1`–`5`, also as a number.
    #[schema(example = "4")]
    sleep: Option<String>,
}

/// Of `PATCH /myInfo/preferences`.
#[derive(ToSchema)]
pub(super) struct PreferencesRequest {
    /// Whether a model may read what the caller writes.
    #[schema(rename = "aiConsent")]
    ai_consent: bool,
}

/// Of `PATCH /notifications/read`.
#[derive(ToSchema)]
pub(super) struct ReadNotificationsRequest {
    /// The newest `notificationId` that was shown. Absent: all, also what came in since.
    #[schema(rename = "upTo", minimum = 1)]
    up_to: Option<i64>,
}

/// Of `POST /admin/chat/bans`: `userId` or `address`.
#[derive(ToSchema)]
pub(super) struct BanRequest {
    /// Whom.
    #[schema(rename = "userId", minimum = 1)]
    user_id: Option<i64>,
    /// From where; an IPv6 address stands for its /64.
    #[schema(example = "192.0.2.1")]
    address: Option<String>,
    /// Until when: an ISO 8601 instant to come.
    #[schema(format = DateTime, example = "2099-01-01T00:00:00Z")]
    until: String,
    /// For other administrators: 1–500 UTF-16 units.
    #[schema(example = "욕설")]
    reason: String,
}

/// Of the routes that write a comment or a reply.
#[derive(ToSchema)]
pub(super) struct CommentRequest {
    /// Plain text of 1–200 UTF-16 units, not blank.
    #[schema(example = "저도 오늘 그랬어요")]
    content: String,
}
