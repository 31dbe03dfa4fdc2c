//! `GET /admin/chat/reports`

use actix_web::HttpRequest;
use actix_web::web::Json;
use chrono::DateTime;
use nine_cloud_actors::ports::{ReportMark, Reported};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::admin::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::fields::invalid;
use crate::http::params;
use crate::http::shapes::Stamp;
use crate::http::state::Api;

/// Reports per page, unless asked otherwise.
const PAGE_SIZE: u16 = 20;

/// A report of a chat message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReportBody {
    /// The message; it may be gone by now.
    #[schema(example = "6740a1b2c3d4e5f601234567")]
    message_id: String,
    /// Where it was said, with the day of a cloud.
    #[schema(example = "rain-sad@2026-11-22")]
    room: String,
    /// How it read when it was reported; `null` when it had been taken back.
    #[schema(required)]
    chat: Option<String>,
    /// What its author was called there.
    #[schema(required, example = "기분 좋은 구름")]
    alias: Option<String>,
    /// What programs know its author by there: the same for all messages of one room and day.
    #[schema(required)]
    author_id: Option<String>,
    /// The account of its author; `null` without one.
    #[schema(required)]
    user_id: Option<i64>,
    /// The account of the reporter; `null` without one.
    #[schema(required)]
    reporter_id: Option<i64>,
    /// Why it was reported.
    reason: String,
    /// When it was reported: the true instant.
    created_at: Stamp,
}

impl ReportBody {
    fn new(report: Reported) -> Self {
        Self {
            message_id: report.mark.message.to_string(),
            room: report.room.to_string(),
            chat: report.text,
            alias: report.name.map(|name| name.to_string()),
            author_id: report.author.map(|author| author.to_string()),
            user_id: report.author_person.map(|person| person.0),
            reporter_id: report.reporter_person.map(|person| person.0),
            reason: report.reason,
            created_at: Stamp::true_utc(report.mark.at),
        }
    }
}

/// `{"data": [R, …], "next": text | null}`
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportList {
    /// Newest first.
    data: Vec<ReportBody>,
    /// The `before` of the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
}

/// Reads what people reported in the chat, newest first
///
/// Kept for a year.
#[utoipa::path(get, path = "/admin/chat/reports", tag = "moderation", security(("access" = [])),
    params(("before" = Option<String>, Query, description = "The `next` of the page before"),
           ("limit" = Option<u16>, Query, minimum = 1, maximum = 100, description = "20 when absent")),
    responses(
        (status = 200, body = ReportList),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
    ))]
pub(crate) async fn list(_: Administrator, api: Api, request: HttpRequest) -> ApiResult<Json<ReportList>> {
    let query = params::pairs(request.query_string());
    let before = match params::query(&query, "before") {
        Some(text) => Some(read_mark(text).ok_or_else(|| invalid("before", "앞 페이지의 next여야 합니다."))?),
        None => None,
    };
    let limit = params::page_size(&query, PAGE_SIZE)?;
    let reports = api.node.moderation.list_reports(before, limit).await?;
    let last = reports.last().filter(|_| reports.len() >= usize::from(limit));
    let next = last.map(|last| write_mark(last.mark));
    Ok(Json(ReportList { data: reports.into_iter().map(ReportBody::new).collect(), next }))
}

/// Milliseconds, message and reporter, each apart by a dot; not for clients to make.
fn write_mark(ReportMark { at, message, reporter }: ReportMark) -> String {
    format!("{}.{message}.{reporter}", at.timestamp_millis())
}

fn read_mark(text: &str) -> Option<ReportMark> {
    let mut parts = text.split('.');
    let at = DateTime::from_timestamp_millis(parts.next()?.parse().ok()?)?;
    let (message, reporter) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(ReportMark { at, message, reporter })
}

#[cfg(test)]
mod tests {
    use nine_cloud_actors::domain::chat::Oid;

    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is() {
        let at = DateTime::from_timestamp_millis(1_763_801_169_917).unwrap();
        let mark = ReportMark { at, message: Oid::from([1; 12]), reporter: Oid::from([0xff; 12]) };
        let text = write_mark(mark);
        assert_eq!(read_mark(&text), Some(mark));
        for wrong in ["", "1", "1.2.3", &format!("{text}.1"), &text[1..text.len() - 1], &format!("x{text}")] {
            assert_eq!(read_mark(wrong), None, "{wrong}");
        }
    }
}
