//! The one table of refusals in the chat: reason → code → words.

use nine_cloud_actors::refusal::Refusal;
use nine_cloud_actors::rooms::ChatRefusal;
use serde::Serialize;

use crate::realtime::socket::ConnectError;

/// How an acknowledgement says no.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refused {
    ok: bool,
    code: &'static str,
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u128>,
}

/// For programs, and for people.
pub(super) fn words(refusal: ChatRefusal) -> (&'static str, &'static str) {
    match refusal {
        ChatRefusal::Invalid("text") => ("bad_request", "메시지는 1자 이상 500자 이하로 입력해 주세요."),
        ChatRefusal::Invalid("name") => ("bad_request", "이름은 1자 이상 100자 이하로 입력해 주세요."),
        ChatRefusal::Invalid(_) => ("bad_request", "요청 형식이 올바르지 않습니다."),
        ChatRefusal::NoSuchRoom => ("no_such_room", "존재하지 않는 채팅방입니다."),
        ChatRefusal::Closed => ("no_such_room", "지금은 닫혀 있는 채팅방입니다."),
        ChatRefusal::NotYourCloud => {
            ("not_your_cloud", "오늘 이 구름의 일기를 쓴 사람만 들어갈 수 있습니다.")
        }
        ChatRefusal::Full => ("full", "채팅방이 가득 찼습니다. 잠시 후 다시 시도해 주세요."),
        ChatRefusal::Banned => ("banned", "채팅 이용이 제한되었습니다."),
        ChatRefusal::NotInRoom => ("not_in_room", "먼저 채팅방에 들어와 주세요."),
        ChatRefusal::NotFound => ("not_found", "해당하는 메시지나 이름을 찾을 수 없습니다."),
        ChatRefusal::NotYours => ("not_yours", "내가 쓴 메시지만 지울 수 있습니다."),
        ChatRefusal::SlowDown { .. } => {
            ("slow_down", "메시지를 너무 빨리 보내고 있습니다. 잠시 후 다시 시도해 주세요.")
        }
        ChatRefusal::SessionEnded => ("session_ended", "로그인이 만료되었습니다. 다시 로그인해 주세요."),
        ChatRefusal::Unavailable => {
            ("unavailable", "지금은 메시지를 보낼 수 없습니다. 잠시 후 다시 시도해 주세요.")
        }
    }
}

/// The argument of an acknowledgement that says no.
pub(super) fn json(refusal: ChatRefusal) -> String {
    let (code, error) = words(refusal);
    let retry_after_ms = match refusal {
        ChatRefusal::SlowDown { retry_after } => Some(retry_after.as_millis().max(1)),
        _ => None,
    };
    // A struct of strings and numbers always serializes.
    serde_json::to_string(&Refused { ok: false, code, error, retry_after_ms }).unwrap_or_default()
}

/// Why a client is not let in.
#[derive(Debug)]
pub(super) enum TurnedAway {
    /// It is told, and clients do not come back by themselves from that.
    ForGood(ConnectError),
    /// A backend is away: the connection breaks, so that the client tries again.
    ForNow,
}

/// The answer to a CONNECT that is turned away.
pub(super) fn turned_away(refusal: ChatRefusal) -> TurnedAway {
    if refusal == ChatRefusal::Unavailable {
        return TurnedAway::ForNow;
    }
    let (code, message) = words(refusal);
    turn_away(code, message)
}

fn turn_away(code: &str, message: &str) -> TurnedAway {
    let data = Some(serde_json::json!({ "code": code }));
    TurnedAway::ForGood(ConnectError { message: message.to_owned(), data })
}

/// The answer to a CONNECT with a token that does not name a living session.
pub(super) fn token_refused(refusal: Refusal) -> TurnedAway {
    let (code, message) = match refusal {
        Refusal::TokenExpired => ("token_expired", "AccessToken이 만료되었습니다."),
        Refusal::TokenTypeMismatch | Refusal::TokenMissing | Refusal::TokenInvalid => {
            ("token_invalid", "토큰이 올바르지 않습니다.")
        }
        other => return turned_away(other.into()),
    };
    turn_away(code, message)
}
