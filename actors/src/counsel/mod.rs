//! What the service says about a day: the AI solution.
//!
//! The order is fixed, in [`advise`]: [`safety::assess`] first. [`Explicit`](safety::Risk::Explicit) answers
//! [`card::SAFETY_CARD`] and nothing else; [`Unsure`](safety::Risk::Unsure) answers [`rules::suggest`] with
//! [`card::HOTLINE_LINE`] and asks no model; only [`None`](safety::Risk::None) may send [`prompt`] to a model, and only
//! with the person's consent. Its answer counts if [`reply::validate`] accepts it and is replaced by the rules otherwise.
//! The [`Counsel`] actor is the only one to speak to the model.

mod actor;
mod advise;
mod breaker;
pub mod card;
mod consent;
mod consult;
pub mod prompt;
mod queue;
pub mod reply;
pub mod rules;
pub mod safety;

pub use actor::{AskModel, Counsel, MODEL_PATIENCE, ModelAdvice};
pub use advise::{Day, GetSolution, SolveDay, SolveDiary};
pub use consent::{GetAiConsent, SetAiConsent};

pub use crate::domain::solution::Solution;

/// UTF-16 units of a title, as the browser counts them.
pub const TITLE_MAX_UNITS: usize = 40;

/// UTF-16 units of an action tip.
pub const TIP_MAX_UNITS: usize = 120;

/// The length a browser counts.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
