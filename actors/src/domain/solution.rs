//! What the service says about a day.

use serde::{Deserialize, Serialize};

use super::seoul::Instant;

/// A title for the day and two things to do, in Korean, as the client shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Solution {
    /// At most [`TITLE_MAX_UNITS`](crate::counsel::TITLE_MAX_UNITS) from a model.
    pub title: String,
    /// At most [`TIP_MAX_UNITS`](crate::counsel::TIP_MAX_UNITS) each, never the same twice.
    pub action_tips: [String; 2],
}

/// Who said it; every answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A model, and we checked its reply.
    Model,
    /// The table written by hand.
    Rules,
    /// The fixed card for a person in danger.
    Safety,
}

impl Source {
    /// `model`, `rules` or `safety`.
    pub fn as_wire(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Rules => "rules",
            Self::Safety => "safety",
        }
    }

    /// Reads the stored word; unknown words are `None`.
    pub fn from_wire(word: &str) -> Option<Self> {
        [Self::Model, Self::Rules, Self::Safety].into_iter().find(|source| source.as_wire() == word)
    }
}

/// A solution with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is said.
    pub solution: Solution,
    /// Who said it.
    pub source: Source,
    /// The name of the model, if one said it.
    pub model: Option<String>,
    /// When.
    pub created_at: Instant,
}
