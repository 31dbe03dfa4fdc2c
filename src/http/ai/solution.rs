//! `POST /ai/solution`: a solution for a day that is not saved.

use actix_web::web::Json;
use nine_cloud_actors::counsel::{Day, SolveDay};
use nine_cloud_actors::domain::emotion::{Emotion, Weather};

use crate::http::caller::Caller;
use crate::http::error::ApiResult;
use crate::http::fields::Fields;
use crate::http::requests::SolutionRequest;
use crate::http::shapes::SolutionBody;
use crate::http::state::Api;

/// Makes a solution for a day that is not saved, and keeps nothing
///
/// Counts towards the same five a day as `POST /diary/{diaryId}/solution`, whose `source` it shares as well.
#[utoipa::path(post, path = "/ai/solution", tag = "diary", security(("access" = [])),
    request_body = SolutionRequest,
    responses((status = 200, body = SolutionBody)))]
pub(crate) async fn make(api: Api, caller: Caller, fields: Fields) -> ApiResult<Json<SolutionBody>> {
    let day = Day {
        text: fields.diary_text("contents")?,
        emotion: Emotion::from_sliders(fields.level("temperature")?, fields.level("humid")?),
        weather: fields.weather()?.unwrap_or(Weather::Cloud),
        sleep: fields.level("sleep")?,
    };
    Ok(Json(api.node.ask(caller, SolveDay(day)).await?.into()))
}
