//! What the service says about a day.

use nine_cloud_actors::domain::solution::Answer;
use serde::Serialize;
use utoipa::ToSchema;

use super::Stamp;

/// A title, two tips, and where they come from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SolutionData {
    #[schema(example = "빗소리에 기대어 천천히 쉬어 가요")]
    title: String,
    /// Exactly two, in plain text; a line break may stand in the second.
    #[schema(min_items = 2, max_items = 2)]
    action_tips: [String; 2],
    /// `model`, `rules` or `safety`.
    #[schema(example = "rules")]
    source: &'static str,
    /// Which model, if one said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    /// True instant.
    created_at: Stamp,
}

/// `{"data": {…}}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SolutionBody {
    data: SolutionData,
}

impl From<Answer> for SolutionBody {
    fn from(answer: Answer) -> Self {
        let data = SolutionData {
            title: answer.solution.title,
            action_tips: answer.solution.action_tips,
            source: answer.source.as_wire(),
            model: answer.model,
            created_at: Stamp::true_utc(answer.created_at),
        };
        Self { data }
    }
}
