//! Mood and weather, and the nine clouds they make.

use serde::{Deserialize, Serialize};

/// The weather of a day as the client sends it: `"1"` rain, `"2"` cloud, `"3"` sun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weather {
    /// `"1"`
    Rain,
    /// `"2"`
    Cloud,
    /// `"3"`
    Sun,
}

impl Weather {
    /// Reads the wire digit.
    pub fn from_wire(digit: &str) -> Option<Self> {
        match digit {
            "1" => Some(Self::Rain),
            "2" => Some(Self::Cloud),
            "3" => Some(Self::Sun),
            _ => None,
        }
    }

    /// The wire digit; a JSON *string*, because the client compares it with `===`.
    pub fn as_wire(self) -> &'static str {
        match self {
            Self::Rain => "1",
            Self::Cloud => "2",
            Self::Sun => "3",
        }
    }
}

/// The average of the mood sliders, 1.0 (sad) to 5.0 (happy), with its fraction (contract D-C9).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Emotion(f64);

impl Emotion {
    /// What a diary without any slider gets: the middle (contract §0.1).
    pub const MIDDLE: Self = Self(3.0);

    /// `None` unless the value is within 1–5.
    pub fn new(value: f64) -> Option<Self> {
        (1.0..=5.0).contains(&value).then_some(Self(value))
    }

    /// The average of the two sliders, for a diary that came without it (contract §0.1).
    pub fn from_sliders(temperature: Option<Level>, humid: Option<Level>) -> Self {
        match (temperature, humid) {
            (Some(t), Some(h)) => Self(f64::from(t.0 + h.0) / 2.0),
            _ => Self::MIDDLE,
        }
    }

    /// The number as it is stored and sent.
    pub fn value(self) -> f64 {
        self.0
    }

    /// The client's thresholds: ≤ 1.6 sad, ≤ 3.3 so-so, above happy.
    pub fn mood(self) -> Mood {
        match self.0 {
            v if v <= 1.6 => Mood::Sad,
            v if v <= 3.3 => Mood::Soso,
            _ => Mood::Happy,
        }
    }
}

/// One slider position, 1–5; a JSON string on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(u8);

impl Level {
    /// `None` unless within 1–5.
    pub fn new(value: u8) -> Option<Self> {
        (1..=5).contains(&value).then_some(Self(value))
    }

    /// Reads the wire digit.
    pub fn from_wire(digit: &str) -> Option<Self> {
        digit.parse().ok().and_then(Self::new)
    }

    /// The position, 1–5.
    pub fn value(self) -> u8 {
        self.0
    }
}

/// How the day felt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mood {
    /// Emotion ≤ 1.6.
    Sad,
    /// Emotion ≤ 3.3.
    Soso,
    /// Above.
    Happy,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thresholds_are_those_of_the_client() {
        let mood = |v| Emotion::new(v).map(Emotion::mood);
        assert_eq!(mood(1.6), Some(Mood::Sad));
        assert_eq!(mood(1.7), Some(Mood::Soso));
        assert_eq!(mood(3.3), Some(Mood::Soso));
        assert_eq!(mood(3.5), Some(Mood::Happy));
        assert_eq!(mood(5.5), None);
        assert_eq!(mood(f64::NAN), None);
    }

    #[test]
    fn without_a_number_the_sliders_decide() {
        assert_eq!(Emotion::from_sliders(Level::new(2), Level::new(5)).value().to_bits(), 3.5f64.to_bits());
        assert_eq!(Emotion::from_sliders(Level::new(2), None), Emotion::MIDDLE);
    }
}
