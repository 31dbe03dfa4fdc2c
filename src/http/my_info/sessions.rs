//! `/myInfo/sessions`: the own sessions, one per sign-in.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Json, Path};
use nine_cloud_actors::domain::session::SessionId;
use nine_cloud_actors::people::{EndAllSessions, EndSession, ListSessions, MySession};
use nine_cloud_actors::refusal::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::{Message, Stamp, said};
use crate::http::state::Api;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionBody {
    /// To end it by.
    #[schema(example = "0f3c9d2e5b7a4c1d8e6f0a1b2c3d4e5f")]
    session_id: String,
    /// `User-Agent` of its sign-in.
    #[schema(required, example = "Mozilla/5.0 (Linux; Android 15)")]
    device: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
    /// The sign-in.
    created_at: Stamp,
    /// Its last fresh access token.
    last_used_at: Stamp,
    /// When its refresh token runs out.
    expires_at: Stamp,
}

impl From<MySession> for SessionBody {
    fn from(MySession { session, is_current }: MySession) -> Self {
        Self {
            session_id: session.id.as_str().to_owned(),
            device: session.device,
            current: is_current,
            created_at: Stamp::true_utc(session.created_at),
            last_used_at: Stamp::true_utc(session.last_used_at),
            expires_at: Stamp::true_utc(session.expires_at),
        }
    }
}

/// `{"data": [S, …]}`, latest sign-in first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionList {
    data: Vec<SessionBody>,
}

/// Lists the own sessions
#[utoipa::path(get, path = "/myInfo/sessions", tag = "account", security(("access" = [])),
    responses((status = 200, body = SessionList)))]
pub(crate) async fn list(api: Api, caller: Caller) -> ApiResult<Json<SessionList>> {
    let sessions = api.node.ask(caller, ListSessions).await?;
    Ok(Json(SessionList { data: sessions.into_iter().map(SessionBody::from).collect() }))
}

/// Ends one of the own sessions
#[utoipa::path(delete, path = "/myInfo/sessions/{sessionId}", tag = "account", security(("access" = [])),
    params(("sessionId" = String, Path)),
    responses((status = 200, body = Message), (status = 404, body = ErrorBody, description = "`session_not_found`")))]
pub(crate) async fn end(api: Api, caller: Caller, session: Path<String>) -> ApiResult<HttpResponse> {
    let session = SessionId::parse(&session).ok_or(Refusal::SessionNotFound)?;
    api.node.ask(caller, EndSession(session)).await?;
    Ok(said(StatusCode::OK, "세션이 종료되었습니다."))
}

/// Ends all own sessions, this one included
#[utoipa::path(delete, path = "/myInfo/sessions", tag = "account", security(("access" = [])),
    responses((status = 200, body = Message)))]
pub(crate) async fn end_all(api: Api, caller: Caller) -> ApiResult<HttpResponse> {
    api.node.ask(caller, EndAllSessions).await?;
    Ok(said(StatusCode::OK, "모든 세션이 종료되었습니다."))
}
