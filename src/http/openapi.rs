//! The OpenAPI document, and the pages that show it.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::web;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi as Document, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::{
    admin, ai, assets, community, complete_signup, diary, feeds, logout, metrics, my_info, notifications,
    signin, signoff, signup, social, status, token, uploads,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "NINE Cloud",
        description = "One picture diary a day; mood and weather make nine clouds.\n\n\
            Every answer that is not a success is `{\"message\", \"code\", \"field\"?}`: `message` for people, in \
            Korean, `code` for programs. Access tokens go into `Authorization` as `Bearer …`; **419** says that one \
            ran out, and `POST /token` gives a new one. `createdAt` of diaries has the digits of the wall clock in \
            Seoul, marked `Z`, except in `/feeds/mydiaries` (the true instant) and the calendar (`Y. M. D.`)."
    ),
    paths(
        assets::landing, status::health, status::ready, metrics::get, assets::default_profile, assets::landing_script, assets::chat_script,
        uploads::get,
        signup::request, complete_signup::complete, signin::sign_in,
        social::kakao, social::google, social::naver,
        token::refresh, logout::log_out, signoff::sign_off, signoff::cancel, signoff::in_progress,
        my_info::get, my_info::edit::edit, my_info::edit_pw::edit,
        my_info::sessions::list, my_info::sessions::end_all, my_info::sessions::end,
        my_info::preferences::get, my_info::preferences::edit,
        diary::calendar::get, diary::posting::post, diary::edit::edit, diary::delete::delete, diary::detail::get,
        diary::comments::list, diary::comments::add, diary::comments::edit, diary::comments::delete,
        diary::replies::list, diary::replies::add, diary::replies::edit, diary::replies::delete,
        diary::solution::get, diary::solution::make, ai::solution::make,
        feeds::list, feeds::mydiaries::list, feeds::like::toggle,
        notifications::list, notifications::read::mark,
        community::rooms::list, community::messages::list,
        admin::page::page, admin::page::script, admin::actors::list, admin::status::get, admin::jobs::run,
        admin::mails::retry, admin::accounts::suspend, admin::accounts::reinstate, admin::accounts::kick,
        admin::drain::drain, admin::chat::reports::list, admin::chat::bans::add, admin::chat::bans::lift,
        admin::chat::rooms::close, admin::chat::rooms::reopen, admin::chat::messages::delete,
    ),
    components(schemas(super::error::ErrorBody)),
    modifiers(&AccessToken, &CommonAnswers),
)]
struct ApiDoc;

/// How a person proves who they are.
struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        if let Some(components) = &mut document.components {
            components.add_security_scheme("access", SecurityScheme::Http(scheme));
        }
    }
}

/// The refusals that any route may answer.
struct CommonAnswers;

const COMMON: [(&str, &str); 7] = [
    ("400", "A parameter or field broke its rule (`invalid_field`, …), or what was named does not exist"),
    ("408", "`body_timeout`: no byte of the body for 20 seconds"),
    ("413", "`body_too_large`"),
    ("415", "`unsupported_media_type`"),
    ("429", "`too_many_requests`; `Retry-After` says when to come back"),
    ("500", "`internal`"),
    ("503", "`busy` or `unavailable`; `Retry-After` says when to come back"),
];
const SIGNED_IN: [(&str, &str); 2] = [
    ("401", "`token_missing`, `token_type_mismatch`, `token_invalid`, `session_ended`, `user_gone`"),
    ("419", "`token_expired`: take a new one with `POST /token`"),
];

impl Modify for CommonAnswers {
    fn modify(&self, document: &mut Document) {
        for item in document.paths.paths.values_mut() {
            let operations =
                [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten();
            for operation in operations {
                let signed_in = if operation.security.is_some() { &SIGNED_IN[..] } else { &[] };
                for (status, description) in COMMON.iter().chain(signed_in) {
                    let answer = ResponseBuilder::new().description(*description);
                    let content = Content::new(Some(Ref::from_schema_name("ErrorBody")));
                    let answer = answer.content("application/json", content).build();
                    operation.responses.responses.entry((*status).to_owned()).or_insert(RefOr::T(answer));
                }
            }
        }
    }
}

/// The document as JSON text.
pub fn openapi_json() -> String {
    // It is made of literals: that it can be written is shown by every test that reads it.
    ApiDoc::openapi().to_pretty_json().unwrap_or_default()
}

/// `/api-docs` and below.
pub(super) fn pages(config: &mut web::ServiceConfig) {
    const DOCUMENT: &str = "/api-docs/openapi.json";
    let document = ApiDoc::openapi();
    let ui = SwaggerUi::new("/api-docs/{_:.*}").config(Config::from(DOCUMENT));
    config
        .route(DOCUMENT, web::get().to(move || std::future::ready(HttpResponse::Ok().json(&document))))
        .route("/api-docs", web::get().to(|| std::future::ready(to_the_ui())))
        .service(ui);
}

/// The scripts of the page are found relative to its address.
fn to_the_ui() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((LOCATION, "/api-docs/index.html"))
        .insert_header((CONTENT_TYPE, "text/plain"))
        .finish()
}
