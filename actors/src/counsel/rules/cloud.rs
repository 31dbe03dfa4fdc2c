//! The nine clouds: how the day felt and what the sky was like.

use crate::domain::emotion::{Emotion, Mood, Weather};

/// One of the nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cloud {
    /// How the day felt.
    pub mood: Mood,
    /// What the sky was like.
    pub weather: Weather,
}

impl Cloud {
    /// The cloud of a day.
    pub fn of(emotion: Emotion, weather: Weather) -> Self {
        Self { mood: emotion.mood(), weather }
    }
}
