//! The few static things of our own, compiled in.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

const DEFAULT_PROFILE: &str = include_str!("assets/default-profile.svg");
const LANDING: &str = include_str!("assets/landing.html");
const LANDING_SCRIPT: &str = include_str!("assets/landing.js");
const CHAT_SCRIPT: &str = include_str!("assets/chat.js");

/// What a page of ours may load and run: itself.
const SELF_CONTAINED: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    style-src 'unsafe-inline'; script-src 'self'; img-src 'self'; connect-src 'self'";

/// `GET /assets/default-profile.svg`: the picture of people who have none.
#[utoipa::path(get, path = "/assets/default-profile.svg", tag = "file",
    responses((status = 200, content_type = "image/svg+xml", body = String)))]
pub(super) async fn default_profile() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "image/svg+xml"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .insert_header((CACHE_CONTROL, "public, max-age=86400"))
        .body(DEFAULT_PROFILE)
}

/// `GET /assets/landing.js`: the clouds and the state of the node on the page at `/`.
#[utoipa::path(get, path = "/assets/landing.js", tag = "file",
    responses((status = 200, content_type = "text/javascript; charset=utf-8", body = String)))]
pub(super) async fn landing_script() -> HttpResponse {
    script(LANDING_SCRIPT)
}

/// `GET /assets/chat.js`: the chat on the page at `/`.
#[utoipa::path(get, path = "/assets/chat.js", tag = "file",
    responses((status = 200, content_type = "text/javascript; charset=utf-8", body = String)))]
pub(super) async fn chat_script() -> HttpResponse {
    script(CHAT_SCRIPT)
}

/// Looked at anew with each release, as the page is.
pub(super) fn script(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text)
}

/// `GET /`: what this is, how the node is, where to go, and the plaza of the chat.
#[utoipa::path(get, path = "/", tag = "operation",
    responses((status = 200, content_type = "text/html; charset=utf-8", body = String)))]
pub(super) async fn landing() -> HttpResponse {
    page(LANDING)
}

/// A page of ours, which needs nobody else.
pub(super) fn page(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, SELF_CONTAINED))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text)
}
