//! The first question, and its answer: a code becomes a token.

use nine_cloud_actors::domain::identity::Provider;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::ProviderError;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use serde_json::{Map, Value};

use super::Registration;

/// A body and what it is.
pub(super) struct Question {
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

/// Google takes JSON, the others a form; only Naver is sent the `state`.
pub(super) fn question(
    provider: Provider,
    registration: &Registration,
    code: &Secret,
    state: Option<&str>,
) -> Question {
    let Registration { client_id, client_secret, redirect_uri, .. } = registration;
    let secret = client_secret.as_ref().map(|secret| ("client_secret", secret.reveal()));
    let state = state.filter(|_| provider == Provider::Naver).map(|state| ("state", state));
    let always = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("code", code.reveal()),
    ];
    let pairs = always.into_iter().chain(secret).chain(state);
    match provider {
        Provider::Google => {
            let keys: Map<_, _> = pairs.map(|(key, text)| (key.to_owned(), Value::from(text))).collect();
            Question { content_type: "application/json", body: Value::Object(keys).to_string() }
        }
        Provider::Kakao | Provider::Naver => Question {
            content_type: "application/x-www-form-urlencoded;charset=utf-8",
            body: url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish(),
        },
    }
}

/// The token as the header that the second question carries. Naver refuses with 200, too.
pub(super) fn read(status: StatusCode, body: Option<&Value>) -> Result<HeaderValue, ProviderError> {
    let text = |key| body.and_then(|keys| keys.get(key)).and_then(Value::as_str);
    if let Some(error) = text("error") {
        return Err(ProviderError::Refused(known(error)));
    }
    if matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        return Err(ProviderError::Refused("without a reason"));
    }
    if status != StatusCode::OK {
        return Err(ProviderError::Failed("an error status instead of a token"));
    }
    let token = text("access_token").filter(|token| !token.is_empty());
    let token = token.ok_or(ProviderError::Failed("an answer without a token"))?;
    let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
        .map_err(|_| ProviderError::Failed("a token that is no token"))?;
    bearer.set_sensitive(true);
    Ok(bearer)
}

/// The error as our own word, if it is one of RFC 6749 §5.2 (or Google's own): any other text may hold anything. An
/// operator tells a stale code (`invalid_grant`) from a wrong registration by it.
fn known(error: &str) -> &'static str {
    const KNOWN: [&str; 9] = [
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "redirect_uri_mismatch",
        "server_error",
        "unauthorized_client",
        "unsupported_grant_type",
    ];
    KNOWN.into_iter().find(|known| *known == error).unwrap_or("an unknown reason")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn registration(client_secret: Option<&str>) -> Registration {
        Registration {
            client_id: "id".to_owned(),
            client_secret: client_secret.map(Secret::new),
            redirect_uri: "http://localhost:3000/auth/callback".to_owned(),
            token_url: String::new(),
            userinfo_url: String::new(),
        }
    }

    #[test]
    fn each_provider_is_asked_in_its_own_way() {
        let code = Secret::new("4/a+b c&d");
        let ask = |provider, secret| question(provider, &registration(secret), &code, Some("99 999"));
        let kakao = ask(Provider::Kakao, None);
        assert_eq!(kakao.content_type, "application/x-www-form-urlencoded;charset=utf-8");
        let start = "grant_type=authorization_code&client_id=id&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback&code=4%2Fa%2Bb+c%26d";
        assert_eq!(kakao.body, start);
        let naver = ask(Provider::Naver, Some("s&s"));
        assert_eq!(naver.body, format!("{start}&client_secret=s%26s&state=99+999"));
        let google = ask(Provider::Google, Some("s&s"));
        assert_eq!(google.content_type, "application/json");
        assert_eq!(
            serde_json::from_str::<Value>(&google.body).unwrap(),
            json!({
                "grant_type": "authorization_code", "client_id": "id", "code": "4/a+b c&d", "client_secret": "s&s",
                "redirect_uri": "http://localhost:3000/auth/callback",
            })
        );
    }

    #[test]
    fn a_token_is_read_and_kept_from_logs() {
        let token =
            read(StatusCode::OK, Some(&json!({"access_token": "ya29.x", "expires_in": 3599}))).unwrap();
        assert_eq!(token.to_str().unwrap(), "Bearer ya29.x");
        assert_eq!(format!("{token:?}"), "Sensitive");
    }

    #[test]
    fn a_refusal_is_told_from_a_failure_whatever_its_status() {
        let bad_code = json!({"error": "invalid_grant", "error_description": "code=hunter2"});
        for status in [StatusCode::OK, StatusCode::BAD_REQUEST, StatusCode::INTERNAL_SERVER_ERROR] {
            assert_eq!(read(status, Some(&bad_code)), Err(ProviderError::Refused("invalid_grant")));
        }
        let strange = json!({"error": "hunter2"});
        assert_eq!(read(StatusCode::OK, Some(&strange)), Err(ProviderError::Refused("an unknown reason")));
        assert_eq!(read(StatusCode::UNAUTHORIZED, None), Err(ProviderError::Refused("without a reason")));
        for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::BAD_GATEWAY, StatusCode::FOUND] {
            assert!(matches!(read(status, None), Err(ProviderError::Failed(_))), "{status}");
        }
        for body in [
            json!(null),
            json!([]),
            json!("x"),
            json!({}),
            json!({"access_token": null}),
            json!({"access_token": ""}),
            json!({"access_token": 5}),
            json!({"access_token": "a\nb"}),
        ] {
            assert!(matches!(read(StatusCode::OK, Some(&body)), Err(ProviderError::Failed(_))), "{body}");
        }
    }
}
