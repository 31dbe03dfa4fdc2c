//! Which rooms there are: one for everybody, and one for each of the nine clouds of a day.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use super::super::emotion::{Emotion, Mood, Weather};

/// One of the nine: the weather of a diary and its mood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cloud {
    /// The weather slider.
    pub weather: Weather,
    /// From the average of the mood sliders.
    pub mood: Mood,
}

impl Cloud {
    /// All nine, in the order they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        [Weather::Rain, Weather::Cloud, Weather::Sun]
            .into_iter()
            .flat_map(|weather| [Mood::Sad, Mood::Soso, Mood::Happy].map(|mood| Self { weather, mood }))
    }

    /// The cloud of a diary.
    pub fn of(weather: Weather, emotion: Emotion) -> Self {
        Self { weather, mood: emotion.mood() }
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weather = match self.weather {
            Weather::Rain => "rain",
            Weather::Cloud => "cloud",
            Weather::Sun => "sun",
        };
        let mood = match self.mood {
            Mood::Sad => "sad",
            Mood::Soso => "soso",
            Mood::Happy => "happy",
        };
        write!(f, "{weather}-{mood}")
    }
}

/// A room as people know it; a cloud means that of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoomName {
    /// Open to everyone, with or without an account.
    Plaza,
    /// Open to whoever wrote a diary of this cloud today.
    Cloud(Cloud),
}

impl RoomName {
    /// All ten, the plaza first.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Plaza).chain(Cloud::all().map(Self::Cloud))
    }

    /// The key of its log on this day in Seoul.
    pub fn on(self, day: NaiveDate) -> LogKey {
        match self {
            Self::Plaza => LogKey::Plaza,
            Self::Cloud(cloud) => LogKey::Cloud(cloud, day),
        }
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plaza => f.write_str("plaza"),
            Self::Cloud(cloud) => cloud.fmt(f),
        }
    }
}

/// There is no such room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such room")]
pub struct NoSuchRoom;

impl FromStr for RoomName {
    type Err = NoSuchRoom;

    fn from_str(text: &str) -> Result<Self, NoSuchRoom> {
        Self::all().find(|room| room.to_string() == text).ok_or(NoSuchRoom)
    }
}

/// What a log is kept under: `plaza`, or `rain-sad@2026-11-22`. Each day's cloud is a room of its own, with `seq` from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogKey {
    /// One log for good.
    Plaza,
    /// One log per cloud and day in Seoul.
    Cloud(Cloud, NaiveDate),
}

impl LogKey {
    /// What people call it.
    pub fn name(self) -> RoomName {
        match self {
            Self::Plaza => RoomName::Plaza,
            Self::Cloud(cloud, _) => RoomName::Cloud(cloud),
        }
    }

    /// The only day it is open; the plaza always is.
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Plaza => None,
            Self::Cloud(_, day) => Some(day),
        }
    }

    /// Reads what a client calls a room: a bare name means today.
    pub fn read(text: &str, today: NaiveDate) -> Result<Self, NoSuchRoom> {
        text.parse().or_else(|_| text.parse::<RoomName>().map(|room| room.on(today)))
    }
}

impl fmt::Display for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plaza => f.write_str("plaza"),
            Self::Cloud(cloud, day) => write!(f, "{cloud}@{day}"),
        }
    }
}

impl FromStr for LogKey {
    type Err = NoSuchRoom;

    fn from_str(text: &str) -> Result<Self, NoSuchRoom> {
        match text.split_once('@').map(|(name, day)| (name.parse(), day)) {
            None if text == "plaza" => Ok(Self::Plaza),
            Some((Ok(RoomName::Cloud(cloud)), day)) => {
                let date = day.parse::<NaiveDate>().map_err(|_| NoSuchRoom)?;
                // Only the spelling that we write: chrono also reads `2026-1-2`.
                if date.to_string() == day { Ok(Self::Cloud(cloud, date)) } else { Err(NoSuchRoom) }
            }
            _ => Err(NoSuchRoom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_ten_rooms_with_the_names_of_the_specification() {
        let names: Vec<_> = RoomName::all().map(|room| room.to_string()).collect();
        assert_eq!(names[0], "plaza");
        assert_eq!(names[1], "rain-sad");
        assert_eq!(names[9], "sun-happy");
        assert_eq!(names.len(), 10);
        for name in &names {
            assert_eq!(name.parse::<RoomName>().unwrap().to_string(), *name);
        }
        assert_eq!("snow-sad".parse::<RoomName>(), Err(NoSuchRoom));
    }

    #[test]
    fn a_cloud_has_a_log_per_day_and_a_bare_name_means_today() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let key = LogKey::read("rain-sad", today).unwrap();
        assert_eq!(key.to_string(), "rain-sad@2026-11-22");
        assert_eq!(LogKey::read("rain-sad@2026-11-22", today), Ok(key));
        assert_eq!(LogKey::read("plaza", today), Ok(LogKey::Plaza));
        for wrong in ["plaza@2026-11-22", "rain-sad@2026-1-2", "rain-sad@", "@2026-11-22", ""] {
            assert_eq!(LogKey::read(wrong, today), Err(NoSuchRoom), "{wrong}");
        }
    }
}
