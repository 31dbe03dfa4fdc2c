//! What the service says about a day: the plain logic behind the AI solution, without actor, network or storage.
//!
//! The caller's order is fixed: [`safety::assess`] first. [`Explicit`](safety::Risk::Explicit) answers
//! [`card::SAFETY_CARD`] and nothing else; [`Unsure`](safety::Risk::Unsure) answers [`rules::suggest`] with
//! [`card::HOTLINE_LINE`] and asks no model; only [`None`](safety::Risk::None) may send [`prompt`] to a model, whose answer
//! counts if [`reply::validate`] accepts it and is replaced by the rules otherwise.

pub mod card;
pub mod prompt;
pub mod reply;
pub mod rules;
pub mod safety;

use serde::{Deserialize, Serialize};

/// UTF-16 units of a title, as the browser counts them.
pub const TITLE_MAX_UNITS: usize = 40;

/// UTF-16 units of an action tip.
pub const TIP_MAX_UNITS: usize = 120;

/// A title for the day and two things to do, in Korean, as the client shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Solution {
    /// At most [`TITLE_MAX_UNITS`].
    pub title: String,
    /// At most [`TIP_MAX_UNITS`] each, never the same twice.
    pub action_tips: [String; 2],
}

/// The length a browser counts.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
