//! The chat of this node, as the settings want it.

use std::sync::Arc;

use nine_cloud_actors::rooms::Pace;

use super::{Host, StartError};
use crate::http::{self, TrustedProxies};
use crate::realtime::chat::{self, Chat, ChatParts, GateLimits, Paces};
use crate::realtime::engine::{self, NodeTag, Origins};
use crate::settings::{Rate, Settings};
use crate::system::{Adapters, System};

pub(super) fn open_chat(
    settings: &Settings,
    system: &System,
    adapters: &Adapters,
    host: &Host,
) -> Result<Chat, StartError> {
    let server = &settings.server;
    let node = node_tag(&server.node_id).ok_or(StartError::NodeTag)?;
    let origins = Origins::List(server.cors_origins.clone());
    let mut engine = engine::Settings::new(chat::PATH, node, origins);
    engine.ping_interval = settings.chat.ping_interval;
    engine.ping_timeout = settings.chat.ping_timeout;
    engine.max_payload = settings.chat.max_payload_bytes;
    let pace = |rate: Rate| Pace { count: rate.count.get(), window: rate.window };
    let limits =
        GateLimits { sockets: settings.chat.max_sockets, per_address: settings.chat.max_per_address };
    let proxies = TrustedProxies(server.trusted_proxies.clone());
    let public_url = server.public_url.clone();
    let parts = ChatParts {
        rooms: Arc::clone(&system.rooms),
        lines: Arc::clone(&system.lines),
        registry: system.registry.clone(),
        lobby: Arc::clone(&system.lobby),
        log: Arc::clone(&adapters.chat_log),
        fan_out: Arc::clone(&adapters.fan_out),
        cache: Arc::clone(&adapters.cache),
        keeper: Arc::clone(&system.recovery_keeper),
        sessions: Arc::clone(&system.sessions),
        tokens: Arc::clone(&system.tokens),
        clock: Arc::clone(&host.clock),
        ids: Arc::clone(&host.ids),
        limits: settings.limits.enabled.then_some(limits),
        paces: Paces {
            messages: settings.limits.chat_messages().map(pace),
            logins: settings.limits.chat_logins().map(pace),
        },
        render_notification: Box::new(move |notification| http::notification_json(notification, &public_url)),
        connect_timeout: settings.chat.connect_timeout,
        client_address: Box::new(move |request| proxies.client_of(request)),
    };
    Ok(Chat::new(engine, parts))
}

/// The letters and digits of the node's name; of a long one the end, which is where the names of nodes differ.
fn node_tag(name: &str) -> Option<NodeTag> {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let tag = &plain[plain.len().saturating_sub(NodeTag::LONGEST)..];
    NodeTag::new(if tag.is_empty() { "node" } else { tag })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_with_long_names_that_differ_at_the_end_have_tags_of_their_own() {
        let tag = |name| format!("{:?}", node_tag(name).unwrap());
        assert_eq!(tag("a-1"), "NodeTag(\"a1\")");
        assert_eq!(tag("구름"), "NodeTag(\"node\")");
        assert_ne!(tag("nine-cloud-production-a"), tag("nine-cloud-production-b"));
    }
}
