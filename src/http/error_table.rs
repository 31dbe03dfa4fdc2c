//! The one table: reason → status, code, words.
//!
//! Statuses and words the client knows are those of contract §1; where the previous server answered 300 or 500 for a
//! caller's mistake, or 401 for something missing, this is the correction (§8 C7, D3, D4). 403 belongs to sign-in of an
//! account pending removal, and to doors the client never knocks on (invariant 4); 419 to an expired access token.

use actix_web::http::StatusCode;
use nine_cloud_actors::refusal::Refusal;

use super::body::BodyError;

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: &'static str,
}

impl Row {
    pub(super) fn new(status: u16, code: &'static str, message: &'static str) -> Self {
        // 419 is none of the registered ones, but a valid number.
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, message }
    }
}

pub(super) fn of_refusal(refusal: &Refusal) -> Row {
    let row = Row::new;
    match refusal {
        Refusal::Invalid { reason, .. } => row(400, "invalid_field", reason),
        // Sign-up and sign-in.
        Refusal::EmailTaken => row(403, "email_taken", "이미 가입된 이메일 입니다."),
        Refusal::MailFailed => row(406, "mail_failed", "메일 전송도중 Error가 발생했습니다."),
        Refusal::CodeExpired => row(401, "code_expired", "인증코드가 만료되었습니다."),
        Refusal::CodeWrong => row(400, "code_wrong", "인증코드가 올바르지 않습니다."),
        Refusal::UnknownEmail => row(400, "unknown_email", "존재하지 않는 email입니다."),
        Refusal::WrongPassword => row(400, "wrong_password", "비밀번호가 일치하지 않습니다."),
        // 400, because the client gives 401 and 403 of a sign-in another meaning.
        Refusal::Suspended => row(400, "suspended", "이용이 정지된 계정입니다."),
        Refusal::PendingSignOff => row(403, "pending_sign_off", "탈퇴처리중입니다. 취소하시겠습니까?"),
        Refusal::NoRecallGrant => {
            row(401, "no_recall_grant", "탈퇴 처리 중인 계정으로 먼저 로그인을 시도해 주세요.")
        }
        Refusal::ProviderUnavailable => {
            row(503, "provider_unavailable", "이 서버에서는 해당 소셜 로그인을 사용할 수 없습니다.")
        }
        Refusal::ProviderCancelled => {
            row(401, "provider_cancelled", "소셜 로그인이 취소되었습니다. 다시 시도해 주세요.")
        }
        Refusal::ProviderRefused => {
            row(401, "provider_refused", "소셜 로그인에 실패했습니다. 다시 시도해 주세요.")
        }
        Refusal::ProviderFailed => {
            row(401, "provider_failed", "소셜 로그인 서비스가 응답하지 않습니다. 잠시 후 다시 시도해 주세요.")
        }
        Refusal::ProviderEmailMissing => {
            row(401, "provider_email_missing", "이메일 제공에 동의한 뒤 다시 시도해 주세요.")
        }
        Refusal::ProviderNotLinked => row(
            401,
            "provider_not_linked",
            "다른 방법으로 가입된 이메일입니다. 처음 가입한 방법으로 로그인해 주세요.",
        ),
        // Tokens and sessions.
        Refusal::TokenMissing => row(401, "token_missing", "로그인이 필요합니다."),
        Refusal::TokenTypeMismatch => row(401, "token_type_mismatch", "토큰 타입이 일치하지 않습니다."),
        Refusal::TokenInvalid => row(401, "token_invalid", "유효하지 않은 토큰입니다. 다시 로그인 하세요."),
        Refusal::TokenExpired => row(419, "token_expired", "AccessToken이 만료되었습니다."),
        Refusal::RefreshInvalid => {
            row(401, "refresh_token_invalid", "비정상적인 접근입니다. 다시 로그인 하세요")
        }
        Refusal::SessionEnded => row(401, "session_ended", "로그아웃된 세션입니다. 다시 로그인 하세요."),
        Refusal::UserGone => row(401, "user_gone", "토큰 사용자가 존재하지 않습니다."),
        Refusal::NotAdmin => row(403, "not_admin", "관리자만 볼 수 있습니다."),
        // The own account.
        Refusal::NoPassword => row(400, "no_password", "소셜로그인 사용자는 비밀번호를 변경할 수 없습니다."),
        Refusal::PresentPasswordWrong => row(400, "present_password_wrong", "비밀번호가 틀립니다."),
        Refusal::SessionNotFound => row(404, "session_not_found", "존재하지 않는 세션입니다."),
        // Diaries and comments.
        Refusal::DiaryNotFound => row(400, "diary_not_found", "존재하지 않는 일기입니다"),
        Refusal::DiaryNotVisible => row(400, "diary_not_visible", "해당하는 일기가 없습니다"),
        Refusal::DiaryNotYoursToEdit => row(404, "diary_not_yours", "작성된 일기가 없습니다"),
        Refusal::DiaryNotYoursToDelete => row(404, "diary_not_yours", "삭제하려는 일기가 존재하지 않습니다"),
        Refusal::DiaryNotYoursToSolve => row(404, "diary_not_yours", "존재하지 않는 일기입니다"),
        Refusal::SolutionNotFound => row(404, "solution_not_found", "아직 받은 솔루션이 없습니다."),
        Refusal::SolutionsUsedUp { .. } => row(
            429,
            "solutions_used_up",
            "오늘 받을 수 있는 솔루션을 모두 받았어요. 내일 다시 찾아와 주세요.",
        ),
        Refusal::AlreadyWrittenToday => {
            row(409, "already_written_today", "오늘은 이미 작성한 글이 있습니다.  수정하시겠습니까?")
        }
        Refusal::CommentNotFoundToEdit => row(400, "comment_not_found", "존재하지 않는 댓글입니다"),
        Refusal::CommentNotFound => row(404, "comment_not_found", "댓글이 존재하지 않습니다"),
        Refusal::CommentNotYoursToEdit => row(401, "comment_not_yours", "수정 권한이 없습니다"),
        Refusal::CommentNotYoursToDelete => row(401, "comment_not_yours", "삭제 권한이 없습니다"),
        // Images.
        Refusal::ImageUnsupported => {
            row(400, "image_unsupported", "PNG, JPEG, WebP, GIF, BMP 이미지만 올릴 수 있습니다.")
        }
        Refusal::ImageBroken => row(400, "image_broken", "읽을 수 없는 이미지입니다."),
        Refusal::ImageTooLarge => row(413, "image_too_large", "이미지는 10MB 이하여야 합니다."),
        Refusal::ImageTooManyPixels => {
            row(400, "image_too_many_pixels", "이미지는 2,500만 화소 이하여야 합니다.")
        }
        Refusal::FileNotFound => row(404, "file_not_found", "존재하지 않는 파일입니다."),
        // The chat; 403, because the client of the contract does not ask here.
        Refusal::NoSuchRoom => row(404, "no_such_room", "존재하지 않는 채팅방입니다."),
        Refusal::NotYourCloud => {
            row(403, "not_your_cloud", "그날 이 구름의 일기를 쓴 사람만 볼 수 있습니다.")
        }
        Refusal::MessageNotFound => row(404, "message_not_found", "존재하지 않는 메시지입니다."),
        Refusal::RoomNotClosed => row(404, "room_not_closed", "닫혀 있지 않은 채팅방입니다."),
        Refusal::BanNotFound => row(404, "ban_not_found", "이용 제한이 없습니다."),
        // For administrators.
        Refusal::AccountNotFound => row(404, "account_not_found", "존재하지 않는 회원입니다."),
        Refusal::NotYourself => row(409, "not_yourself", "자신의 계정은 정지할 수 없습니다."),
        Refusal::JobNotFound => row(404, "job_not_found", "존재하지 않는 작업입니다."),
        Refusal::JobRunning => row(409, "job_running", "이미 실행 중인 작업입니다."),
        Refusal::JobFailed => row(502, "job_failed", "작업이 실패했습니다. 마지막 오류를 확인해 주세요."),
        Refusal::MailNotFound => row(404, "mail_not_found", "못 보낸 메일이 아닙니다."),
        // The server's own state.
        Refusal::TooMany { .. } => {
            row(429, "too_many_requests", "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.")
        }
        Refusal::Busy => row(503, "busy", "서버가 바쁩니다. 잠시 후 다시 시도해 주세요."),
        Refusal::Unavailable => {
            row(503, "unavailable", "일시적으로 사용할 수 없습니다. 잠시 후 다시 시도해 주세요.")
        }
        Refusal::Internal => row(500, "internal", "서버 오류가 발생했습니다."),
    }
}

pub(super) fn of_body(error: BodyError) -> Row {
    let row = Row::new;
    match error {
        BodyError::Broken => row(400, "malformed_body", "요청 본문의 형식이 올바르지 않습니다."),
        BodyError::Silent => row(408, "body_timeout", "요청 본문을 기다리다 시간이 초과되었습니다."),
        BodyError::TooLarge => row(413, "body_too_large", "요청 본문이 너무 큽니다."),
    }
}
