//! The nine clouds: how the day felt and what the sky was like.

/// How the day felt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mood {
    /// An `EmotionStatus` up to 1.6.
    Sad,
    /// Up to 3.3.
    Soso,
    /// Above.
    Happy,
}

impl Mood {
    /// The mood of an `EmotionStatus` (1 to 5, halves occur), by the client's own thresholds; not a number is in between.
    pub fn of(emotion_status: f64) -> Self {
        match emotion_status {
            status if status <= 1.6 => Self::Sad,
            status if status > 3.3 => Self::Happy,
            _ => Self::Soso,
        }
    }

    /// The word a model is told.
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::Sad => "sad",
            Self::Soso => "so-so",
            Self::Happy => "happy",
        }
    }
}

/// The writer's own choice of sky.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weather {
    /// `"1"` on the wire.
    Rain,
    /// `"2"`.
    Cloud,
    /// `"3"`.
    Sun,
}

impl Weather {
    /// The weather of its code on the wire; `None` for any other text.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "1" => Some(Self::Rain),
            "2" => Some(Self::Cloud),
            "3" => Some(Self::Sun),
            _ => None,
        }
    }

    /// The word a model is told.
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::Rain => "rain",
            Self::Cloud => "cloud",
            Self::Sun => "sun",
        }
    }
}

/// One of the nine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cloud {
    /// How the day felt.
    pub mood: Mood,
    /// What the sky was like.
    pub weather: Weather,
}

#[cfg(test)]
mod tests {
    use super::Mood::{self, Happy, Sad, Soso};
    use super::Weather;

    #[test]
    fn moods_part_at_the_clients_thresholds() {
        let moods = [1.0, 1.6, 2.0, 3.3, 3.5, 5.0, f64::NAN].map(Mood::of);
        assert_eq!(moods, [Sad, Sad, Soso, Soso, Happy, Happy, Soso]);
    }

    #[test]
    fn only_known_codes_are_weather() {
        assert_eq!(
            ["1", "2", "3"].map(Weather::from_code),
            [Weather::Rain, Weather::Cloud, Weather::Sun].map(Some)
        );
        assert!(["", "0", "4", "01", "비"].into_iter().all(|code| Weather::from_code(code).is_none()));
    }
}
