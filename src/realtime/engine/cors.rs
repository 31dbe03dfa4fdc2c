//! Which pages may speak to us, on polling and on WebSocket alike.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HOST, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

/// The pages that may speak to us. A client that sends no `Origin` is no page and is always let in; so is a page of our
/// own host.
#[derive(Debug, Clone)]
pub enum Origins {
    /// Any page, without credentials.
    Any,
    /// These pages (`https://example.org`, no trailing slash), with credentials.
    List(Vec<String>),
}

impl Origins {
    /// Whether the page behind this request may speak to us.
    pub(super) fn allow(&self, request: &HttpRequest) -> bool {
        let Some(origin) = request.headers().get(ORIGIN) else { return true };
        match self {
            Self::Any => true,
            Self::List(origins) => {
                origins.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
                    || is_own_host(origin, request.headers())
            }
        }
    }

    /// Lets the page read the answer. It goes on error answers too, or the page would see only "network error".
    pub(super) fn mark(&self, request: &HttpRequest, headers: &mut HeaderMap) {
        match (self, request.headers().get(ORIGIN)) {
            (Self::Any, _) => headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
            (Self::List(_), Some(origin)) if self.allow(request) => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                headers.insert(VARY, HeaderValue::from_static("Origin"))
            }
            _ => headers.insert(VARY, HeaderValue::from_static("Origin")),
        };
    }

    /// The answer to a preflight.
    pub(super) fn preflight(&self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::NoContent();
        if self.allow(request) {
            response.insert_header((ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"));
            response.insert_header((ACCESS_CONTROL_MAX_AGE, "600"));
            if let Some(wanted) = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS) {
                response.insert_header((ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone()));
            }
        }
        response.finish()
    }
}

fn is_own_host(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let page = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    page.is_some_and(|(_, authority)| host == Some(authority))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(origin: &str) -> HttpRequest {
        TestRequest::default()
            .insert_header((ORIGIN, origin))
            .insert_header((HOST, "api.example.org:3000"))
            .to_http_request()
    }

    #[test]
    fn a_list_admits_its_pages_and_our_own_host() {
        let origins = Origins::List(vec!["http://localhost:3000".to_owned()]);
        assert!(origins.allow(&from("http://localhost:3000")));
        assert!(origins.allow(&from("https://api.example.org:3000")));
        assert!(origins.allow(&TestRequest::default().to_http_request()), "no page at all");
        for stranger in ["http://localhost:3001", "http://localhost:3000.evil.example", "null", ""] {
            assert!(!origins.allow(&from(stranger)), "{stranger}");
        }
    }
}
