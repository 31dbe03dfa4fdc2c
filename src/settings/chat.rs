//! The live chat.

use std::time::Duration;

use super::reader::{Noted, Reader};

/// See the module. The first three travel to every client in its handshake.
#[derive(Debug, Clone)]
pub struct ChatSettings {
    /// `CHAT_PING_INTERVAL_MS` (25000).
    pub ping_interval: Duration,
    /// `CHAT_PING_TIMEOUT_MS` (20000): how long a ping may stay unanswered.
    pub ping_timeout: Duration,
    /// `CHAT_MAX_PAYLOAD_BYTES` (1000000): longest packet or polling body.
    pub max_payload_bytes: usize,
    /// `CHAT_CONNECT_TIMEOUT_MS` (45000): how long a connection may stay without joining a namespace.
    pub connect_timeout: Duration,
    /// `CHAT_MAX_SOCKETS` (10000) of this node.
    pub max_sockets: usize,
    /// `CHAT_MAX_PER_ADDRESS` (500): sockets of one client address.
    pub max_per_address: usize,
    /// `CHAT_ROOM_CAPACITY` (10000): members of one room.
    pub room_capacity: usize,
}

impl ChatSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("chat");
        let ping_interval = reader.millis("CHAT_PING_INTERVAL_MS", 25_000, 50..=3_600_000);
        let ping_timeout = reader.millis("CHAT_PING_TIMEOUT_MS", 20_000, 50..=3_600_000);
        let max_payload_bytes = reader.number("CHAT_MAX_PAYLOAD_BYTES", 1_000_000, 1_000..=100_000_000);
        let connect_timeout = reader.millis("CHAT_CONNECT_TIMEOUT_MS", 45_000, 50..=3_600_000);
        let max_sockets = reader.number("CHAT_MAX_SOCKETS", 10_000, 1..=1_000_000);
        let max_per_address = reader.number("CHAT_MAX_PER_ADDRESS", 500, 1..=1_000_000);
        let room_capacity = reader.number("CHAT_ROOM_CAPACITY", 10_000, 1..=1_000_000);
        Ok(Self {
            ping_interval: ping_interval?,
            ping_timeout: ping_timeout?,
            max_payload_bytes: max_payload_bytes?,
            connect_timeout: connect_timeout?,
            max_sockets: max_sockets?,
            max_per_address: max_per_address?,
            room_capacity: room_capacity?,
        })
    }
}
