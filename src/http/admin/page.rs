//! `GET /admin`: the page over all of this. It holds nothing; what it shows it asks for as its visitor.

use actix_web::HttpResponse;

use crate::http::assets;

const PAGE: &str = include_str!("../assets/admin.html");
const SCRIPT: &str = include_str!("../assets/admin.js");

/// The page for operators
///
/// It asks for an administrator's sign-in or `ADMIN_TOKEN` itself.
#[utoipa::path(get, path = "/admin", tag = "operation",
    responses((status = 200, content_type = "text/html; charset=utf-8", body = String)))]
pub(crate) async fn page() -> HttpResponse {
    assets::page(PAGE)
}

/// `GET /assets/admin.js`: what the page does.
#[utoipa::path(get, path = "/assets/admin.js", tag = "file",
    responses((status = 200, content_type = "text/javascript; charset=utf-8", body = String)))]
pub(crate) async fn script() -> HttpResponse {
    assets::script(SCRIPT)
}
