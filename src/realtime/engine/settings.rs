//! What may be set about Engine.IO.

use std::time::Duration;

use super::{NodeTag, Origins};

/// Settings of one mount. The first three travel to the client in the open packet.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Requests whose path begins with this and a slash are ours, whatever follows: `/community/chat` serves
    /// `/community/chat/socket.io/` too, where the existing client knocks.
    pub path: String,
    /// From the handshake, or the last pong, to the next ping.
    pub ping_interval: Duration,
    /// How long a ping may stay unanswered.
    pub ping_timeout: Duration,
    /// Bytes; the longest body of a POST and the longest WebSocket message.
    pub max_payload: usize,
    /// How long a WebSocket may take from its handshake to `5` when it wants to take over a session.
    pub upgrade_timeout: Duration,
    /// Notes waiting for one connection; above it the sender is told that the mailbox is full.
    pub mailbox_capacity: usize,
    /// Begins every sid.
    pub node: NodeTag,
    /// Pages that may speak to us.
    pub origins: Origins,
}

impl Settings {
    /// What the existing client knows: 25 s, 20 s, 1,000,000 bytes; the reference server's 10 s for the upgrade.
    pub fn new(path: &str, node: NodeTag, origins: Origins) -> Self {
        Self {
            path: path.trim_end_matches('/').to_owned(),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            max_payload: 1_000_000,
            upgrade_timeout: Duration::from_secs(10),
            mailbox_capacity: 256,
            node,
            origins,
        }
    }
}
