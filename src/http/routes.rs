//! The one table of routes.

use actix_web::middleware::NormalizePath;
use actix_web::{HttpResponse, ResponseError, Route, guard, web};

use super::error::ApiError;
use super::state::Api;
use super::{
    admin, ai, assets, community, complete_signup, diary, feeds, logout, metrics, my_info, notifications,
    openapi, signin, signoff, signup, social, status, token, uploads,
};

macro_rules! routes {
    ($($method:ident $path:literal => $($handler:ident)::+;)+) => {
        /// Method and path of every route; the OpenAPI document must know each.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        fn table(config: &mut web::ServiceConfig) {
            $(config.route($path, methods::$method().to($($handler)::+));)+
        }
    };
}

routes! {
    get "/" => assets::landing;
    get "/health" => status::health;
    get "/ready" => status::ready;
    get "/metrics" => metrics::get;
    get "/assets/default-profile.svg" => assets::default_profile;
    get "/assets/landing.js" => assets::landing_script;
    get "/assets/chat.js" => assets::chat_script;
    get "/uploads/{key}" => uploads::get;

    post "/signup" => signup::request;
    post "/complete-signup" => complete_signup::complete;
    post "/signin" => signin::sign_in;
    post "/kakao/callback" => social::kakao;
    post "/google/callback" => social::google;
    post "/naver/callback" => social::naver;
    post "/token" => token::refresh;
    post "/logout" => logout::log_out;
    delete "/signoff" => signoff::sign_off;
    post "/cancel-signoff" => signoff::cancel;
    post "/signoffInProgress" => signoff::in_progress;

    get "/myInfo" => my_info::get;
    patch "/myInfo/editmyInfo" => my_info::edit::edit;
    patch "/myInfo/edit-pw" => my_info::edit_pw::edit;
    get "/myInfo/preferences" => my_info::preferences::get;
    patch "/myInfo/preferences" => my_info::preferences::edit;
    get "/myInfo/sessions" => my_info::sessions::list;
    delete "/myInfo/sessions" => my_info::sessions::end_all;
    delete "/myInfo/sessions/{sessionId}" => my_info::sessions::end;

    get "/diary/calendar/{year}/{month}" => diary::calendar::get;
    post "/diary/posting" => diary::posting::post;
    patch "/diary/edit/{diaryId}" => diary::edit::edit;
    delete "/diary/delete/{diaryId}" => diary::delete::delete;
    get "/diary/detail/{diaryId}" => diary::detail::get;
    get "/diary/detail/comment/{diaryId}" => diary::comments::list;
    post "/diary/detail/comment/{diaryId}" => diary::comments::add;
    patch "/diary/detail/comment/{commentId}" => diary::comments::edit;
    delete "/diary/detail/comment/{commentId}" => diary::comments::delete;
    get "/diary/detail/secondaryComment/{diaryId}" => diary::replies::list;
    delete "/diary/detail/secondaryComment/{secondaryCommentId}" => diary::replies::delete;
    post "/diary/detail/secondaryComment/{diaryId}/{commentId}" => diary::replies::add;
    patch "/diary/detail/secondaryComment/{diaryId}/{secondaryCommentId}" => diary::replies::edit;
    get "/diary/{diaryId}/solution" => diary::solution::get;
    post "/diary/{diaryId}/solution" => diary::solution::make;
    post "/ai/solution" => ai::solution::make;

    get "/feeds" => feeds::list;
    get "/feeds/mydiaries" => feeds::mydiaries::list;
    post "/feeds/{diaryId}/like" => feeds::like::toggle;

    get "/notifications" => notifications::list;
    patch "/notifications/read" => notifications::read::mark;

    get "/community/rooms" => community::rooms::list;
    get "/community/rooms/{room}/messages" => community::messages::list;

    get "/admin" => admin::page::page;
    get "/assets/admin.js" => admin::page::script;
    get "/admin/actors" => admin::actors::list;
    get "/admin/status" => admin::status::get;
    post "/admin/jobs/{name}/run" => admin::jobs::run;
    post "/admin/mails/{mailId}/retry" => admin::mails::retry;
    post "/admin/accounts/{userId}/suspension" => admin::accounts::suspend;
    delete "/admin/accounts/{userId}/suspension" => admin::accounts::reinstate;
    delete "/admin/accounts/{userId}/sockets" => admin::accounts::kick;
    post "/admin/drain" => admin::drain::drain;
    get "/admin/chat/reports" => admin::chat::reports::list;
    post "/admin/chat/bans" => admin::chat::bans::add;
    delete "/admin/chat/bans" => admin::chat::bans::lift;
    post "/admin/chat/rooms/{room}/closing" => admin::chat::rooms::close;
    delete "/admin/chat/rooms/{room}/closing" => admin::chat::rooms::reopen;
    delete "/admin/chat/messages/{messageId}" => admin::chat::messages::delete;
}

/// How a route is asked for.
mod methods {
    use super::{Route, guard, web};

    pub(super) use web::{delete, patch, post};

    /// `HEAD` is `GET` without the body, which is left out by the protocol layer.
    pub(super) fn get() -> Route {
        web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
    }
}

/// Puts everything at its address. The paths of requests are cleaned before: `//token` is `/token`.
pub fn configure(config: &mut web::ServiceConfig, api: Api) {
    config.app_data(api.node.clone()).app_data(api);
    table(config);
    config.configure(openapi::pages);
    config.default_service(nowhere());
}

/// For whatever has no route, also what is no path at all, such as `*`.
pub fn nowhere() -> Route {
    web::to(async || -> HttpResponse { ApiError::NoRoute.error_response() })
}

/// Duplicate slashes and one at the end do not matter (contract §1.0).
pub fn clean_paths() -> NormalizePath {
    NormalizePath::trim()
}
