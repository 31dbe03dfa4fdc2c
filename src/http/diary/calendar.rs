//! `GET /diary/calendar/{year}/{month}`: a month of clouds.

use actix_web::web::{Json, Path};
use nine_cloud_actors::diaries::GetCalendar;
use nine_cloud_actors::domain::seoul::SeoulMonth;

use crate::http::caller::Caller;
use crate::http::error::ApiResult;
use crate::http::fields::invalid;
use crate::http::shapes::{CalendarBody, Urls};
use crate::http::state::Api;

/// Reads a month of the own diaries
///
/// One entry per day of the month, `null` where none was written; `createdAt` is `Y. M. D.` here.
#[utoipa::path(get, path = "/diary/calendar/{year}/{month}", tag = "diary", security(("access" = [])),
    params(("year" = i32, Path, example = 2026, minimum = 1970, maximum = 9999),
           ("month" = u32, Path, example = 11, minimum = 1, maximum = 12)),
    responses((status = 200, body = CalendarBody)))]
pub(crate) async fn get(
    api: Api,
    caller: Caller,
    path: Path<(String, String)>,
) -> ApiResult<Json<CalendarBody>> {
    let (year, month) = path.into_inner();
    let year = year.parse().map_err(|_| invalid("year", "1970에서 9999 사이의 연도여야 합니다."))?;
    let month = month.parse().map_err(|_| invalid("month", "1에서 12 사이의 월이어야 합니다."))?;
    if !(1970..=9999).contains(&year) {
        return Err(invalid("year", "1970에서 9999 사이의 연도여야 합니다."));
    }
    let month = SeoulMonth::new(year, month);
    let month = month.ok_or_else(|| invalid("month", "1에서 12 사이의 월이어야 합니다."))?;
    let calendar = api.node.ask(caller, GetCalendar(month)).await?;
    Ok(Json(CalendarBody::new(calendar, Urls::of(&api.node))))
}
