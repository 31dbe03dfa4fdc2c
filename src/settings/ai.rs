//! The model behind the AI solution.

use nine_cloud_actors::domain::secret::Secret;

use super::Problem;
use super::reader::{Noted, Reader};
use super::urls;

/// See the module.
#[derive(Debug, Clone)]
pub struct AiSettings {
    /// `AI_API_KEY`; unset: the built-in rules answer.
    pub api_key: Option<Secret>,
    /// `AI_BASE_URL`: any OpenAI-compatible server.
    pub base_url: String,
    /// `AI_MODEL`.
    pub model: String,
}

impl AiSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("AI solution");
        let api_key = reader.secret("AI_API_KEY");
        let base_url = reader.or("AI_BASE_URL", "https://api.openai.com/v1", urls::BASE_EXPECTED, urls::base);
        let model = reader.or("AI_MODEL", "gpt-4o-mini", "the name of a model", |text| Some(text.to_owned()));
        Ok(Self { api_key: api_key?, base_url: base_url?, model: model? })
    }

    pub(super) fn unbuilt(&self, problems: &mut Vec<Problem>) {
        if self.api_key.is_some() {
            problems.push(super::not_built("AI_API_KEY"));
        }
    }
}
