//! `GET /feeds/mydiaries`: the own list.

use actix_web::HttpRequest;
use actix_web::web::Json;
use chrono::{DateTime, NaiveDate, Utc};
use nine_cloud_actors::diaries::ListMyDiaries;
use nine_cloud_actors::domain::seoul::{SeoulMonth, midnight};

use crate::http::caller::Caller;
use crate::http::error::ApiResult;
use crate::http::fields::invalid;
use crate::http::params;
use crate::http::shapes::{DiaryBody, FeedBody, Urls};
use crate::http::state::Api;

/// Reads a page of the own diaries, newest first
///
/// `date`: only the month in Seoul that contains it. `createdAt` is the true instant here.
#[utoipa::path(get, path = "/feeds/mydiaries", tag = "feed", security(("access" = [])),
    params(("page" = Option<u32>, Query, example = 1),
           ("date" = Option<String>, Query, example = "2026-11-22T08:46:09.917Z",
            description = "An ISO 8601 instant or day")),
    responses((status = 200, body = FeedBody)))]
pub(crate) async fn list(api: Api, caller: Caller, request: HttpRequest) -> ApiResult<Json<FeedBody>> {
    let query = params::pairs(request.query_string());
    let page = params::pages_before(params::query(&query, "page"));
    let month = params::query(&query, "date").map(month_of).transpose()?;
    let page = api.node.ask(caller, ListMyDiaries { month, page }).await?;
    let urls = Urls::of(&api.node);
    Ok(Json(FeedBody::new(page, |diary| DiaryBody::with_true_utc(diary, urls))))
}

fn month_of(text: &str) -> ApiResult<SeoulMonth> {
    let instant = text.parse::<DateTime<Utc>>().ok();
    let instant = instant.or_else(|| text.parse::<NaiveDate>().ok().and_then(within_years).map(midnight));
    let month = instant.and_then(SeoulMonth::containing);
    month.ok_or_else(|| invalid("date", "ISO 8601 형식의 날짜여야 합니다."))
}

fn within_years(date: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    (1970..=9999).contains(&date.year()).then_some(date)
}
