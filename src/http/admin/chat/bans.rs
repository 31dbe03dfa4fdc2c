//! `POST` and `DELETE /admin/chat/bans`

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Datelike, Utc};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::ports::BanSubject;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::admin::Administrator;
use crate::http::error::{ApiError, ApiResult, ErrorBody};
use crate::http::fields::{Fields, invalid};
use crate::http::params;
use crate::http::requests::BanRequest;
use crate::http::shapes::{Message, Stamp, said};
use crate::http::state::Api;

/// Longest reason in UTF-16 units.
const LONGEST_REASON: usize = 500;

/// `{"message", "until"}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BanBody {
    /// For people.
    #[schema(example = "채팅 이용을 제한했습니다.")]
    message: &'static str,
    /// When the ban ends: later than asked, if an earlier one holds longer.
    until: Stamp,
}

/// Keeps a person, or everybody from an address, out of the chat
///
/// On every node and at once: their sockets are disconnected, and refused with `banned` until then. An IPv6 address stands
/// for its /64. Doing it again makes a ban longer, never shorter.
#[utoipa::path(post, path = "/admin/chat/bans", tag = "moderation", security(("access" = [])),
    request_body(content = BanRequest),
    responses(
        (status = 201, body = BanBody),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
    ))]
pub(crate) async fn add(
    Administrator(by): Administrator,
    api: Api,
    fields: Fields,
) -> ApiResult<(Json<BanBody>, StatusCode)> {
    let subject = subject(fields.id("userId")?, fields.text("address")?)?;
    let until = fields.required("until")?.parse::<DateTime<Utc>>().ok().filter(|at| at.year() <= 9999);
    let until = until.ok_or_else(|| invalid("until", "ISO 8601 형식의 시각이어야 합니다."))?;
    let reason = fields.required("reason")?.trim();
    if !(1..=LONGEST_REASON).contains(&reason.encode_utf16().count()) || reason.contains('\0') {
        return Err(invalid("reason", "1~500자여야 합니다."));
    }
    let until = api.node.office.ban(by, subject, until, reason).await?;
    let body = BanBody { message: "채팅 이용을 제한했습니다.", until: Stamp::true_utc(until) };
    Ok((Json(body), StatusCode::CREATED))
}

/// Lifts a ban
#[utoipa::path(delete, path = "/admin/chat/bans", tag = "moderation", security(("access" = [])),
    params(("userId" = Option<i64>, Query, minimum = 1, description = "Either this …"),
           ("address" = Option<String>, Query, description = "… or this", example = "192.0.2.1")),
    responses(
        (status = 200, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
        (status = 404, body = ErrorBody, description = "`ban_not_found`"),
    ))]
pub(crate) async fn lift(
    Administrator(by): Administrator,
    api: Api,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let query = params::pairs(request.query_string());
    let user = params::query(&query, "userId").map(|text| params::id("userId", text)).transpose()?;
    let subject = subject(user, params::query(&query, "address"))?;
    api.node.office.lift_ban(by, subject).await?;
    Ok(said(StatusCode::OK, "채팅 이용 제한을 풀었습니다."))
}

/// One of the two.
fn subject(user: Option<i64>, address: Option<&str>) -> Result<BanSubject, ApiError> {
    match (user, address.map(str::trim).filter(|text| !text.is_empty())) {
        (Some(user), None) => Ok(BanSubject::Person(UserId(user))),
        (None, Some(address)) => {
            let address = address.parse::<IpAddr>().map(BanSubject::Address);
            address.map_err(|_| invalid("address", "올바른 IP 주소가 아닙니다."))
        }
        _ => Err(invalid("userId", "userId와 address 중 하나만 있어야 합니다.")),
    }
}
