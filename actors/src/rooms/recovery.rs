//! What a socket comes back to: who it was, where, and what it had seen.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::chat::{LogKey, Oid};
use crate::domain::ids::UserId;
use crate::domain::seoul::Instant;

/// How long messages can be replayed after a socket has gone (chat.md).
pub const REPLAY_WINDOW: Duration = Duration::from_mins(2);

/// How long a name is kept for its `pid` (chat.md). A living socket writes its record anew before that.
pub const KEPT_FOR: Duration = Duration::from_hours(12);

/// The record under a `pid`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The Socket.IO id, given back in a recovery.
    pub sid: String,
    /// Who.
    pub who: Who,
    /// Where.
    pub rooms: Vec<RoomStart>,
    /// When the socket went, in milliseconds since 1970; `None` while it lives, and after a node was killed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<i64>,
}

/// Who a socket is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// Somebody without an account, and what they are called if they have said so.
    Guest(Option<GuestName>),
    /// A person, through a session of theirs.
    Person {
        /// The account.
        user: UserId,
        /// The session that the record dies with.
        session: String,
    },
}

/// The name of somebody without an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestName {
    /// Their id in the plaza.
    pub id: Oid,
    /// The name.
    pub name: String,
    /// Whether others were told of it in words.
    pub is_announced: bool,
}

/// A room, and where this socket came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomStart {
    /// The key of its log.
    pub room: String,
    /// Nothing up to this `seq` was ever missed.
    pub start: u64,
    /// Whether presence and the like are wanted.
    pub is_curious: bool,
}

impl Record {
    /// Whether what was missed may be replayed: whoever was gone for longer starts anew, under the same name.
    pub fn is_fresh(&self, now: Instant) -> bool {
        let gone_for = self.left_at.map_or(0, |left_at| now.timestamp_millis().saturating_sub(left_at));
        u128::try_from(gone_for).unwrap_or_default() <= REPLAY_WINDOW.as_millis()
    }
}

/// Where a client says that it stands: `plaza=812,rain-sad@2026-11-22=77`. What cannot be read is not there.
pub fn read_offset(text: &str) -> HashMap<LogKey, u64> {
    let pairs = text.split(',').take(16).filter_map(|pair| pair.split_once('='));
    pairs.filter_map(|(room, seq)| Some((room.parse().ok()?, seq.parse().ok()?))).collect()
}

/// The same, written.
pub fn write_offset(positions: impl IntoIterator<Item = (LogKey, u64)>) -> String {
    let mut text = String::new();
    for (room, seq) in positions {
        if !text.is_empty() {
            text.push(',');
        }
        // Writing to a string cannot fail.
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!("{room}={seq}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read_as_they_were_written() {
        let cloud: LogKey = "rain-sad@2026-11-22".parse().unwrap();
        let text = write_offset([(LogKey::Plaza, 812), (cloud, 77)]);
        assert_eq!(text, "plaza=812,rain-sad@2026-11-22=77");
        assert_eq!(read_offset(&text), HashMap::from([(LogKey::Plaza, 812), (cloud, 77)]));
    }

    #[test]
    fn what_is_no_offset_is_left_out() {
        for text in ["", "plaza", "plaza=", "plaza=-1", "plaza=x", "nowhere=1", "=", ",,,"] {
            assert_eq!(read_offset(text), HashMap::new(), "{text}");
        }
    }

    #[test]
    fn two_minutes_may_be_missed() {
        let now = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(1);
        let at = |seconds: i64| Some(now.timestamp_millis() + seconds * 1000);
        let record = |left_at| Record { sid: String::new(), who: Who::Guest(None), rooms: vec![], left_at };
        assert!(record(None).is_fresh(now));
        assert!(record(at(-120)).is_fresh(now));
        assert!(!record(at(-121)).is_fresh(now));
        assert!(record(at(5)).is_fresh(now), "clocks of nodes differ");
    }
}
