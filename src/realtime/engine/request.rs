//! What a request asks for, or the number of its refusal. Pure; the order of the checks is the reference server's.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::Method;

use super::application::Connection;
use super::directory::{Directory, Entry, Transport};
use super::error::Error;

/// A request that may go on.
pub(super) enum Asked<C: Connection> {
    OpenPolling,
    OpenWebSocket,
    Poll(Arc<Entry<C>>),
    Push(Arc<Entry<C>>),
    /// Whether the session may still be taken over is seen after the handshake.
    Upgrade(Arc<Entry<C>>),
}

#[derive(Default)]
struct Query<'a> {
    transport: Option<Cow<'a, str>>,
    sid: Option<Cow<'a, str>>,
    eio: Option<Cow<'a, str>>,
}

impl<'a> Query<'a> {
    fn parse(text: &'a str) -> Self {
        let mut query = Self::default();
        let pairs: Vec<(Cow<'a, str>, Cow<'a, str>)> = serde_urlencoded::from_str(text).unwrap_or_default();
        for (key, value) in pairs {
            match key.as_ref() {
                "transport" => query.transport = Some(value),
                "sid" => query.sid = Some(value),
                "EIO" => query.eio = Some(value),
                _ => {}
            }
        }
        query
    }
}

/// `upgrade`: the request wants to become a WebSocket.
pub(super) fn understand<C: Connection>(
    method: &Method,
    query: &str,
    upgrade: bool,
    sessions: &Directory<C>,
) -> Result<Asked<C>, Error> {
    let query = Query::parse(query);
    let transport = match query.transport.as_deref() {
        Some("polling") => Transport::Polling,
        Some("websocket") => Transport::WebSocket,
        _ => return Err(Error::UnknownTransport),
    };
    if let Some(sid) = query.sid.as_deref().filter(|sid| !sid.is_empty()) {
        let entry = sessions.find(sid).ok_or(Error::UnknownSid)?;
        return match (upgrade, transport) {
            (true, Transport::WebSocket) => Ok(Asked::Upgrade(entry)),
            (false, Transport::Polling) if entry.transport() == Transport::Polling => match *method {
                Method::GET => Ok(Asked::Poll(entry)),
                Method::POST => Ok(Asked::Push(entry)),
                _ => Err(Error::BadRequest),
            },
            _ => Err(Error::BadRequest),
        };
    }
    if method != Method::GET {
        return Err(Error::BadHandshakeMethod);
    }
    if upgrade != (transport == Transport::WebSocket) {
        return Err(Error::BadRequest);
    }
    if query.eio.as_deref() != Some("4") {
        return Err(Error::UnsupportedProtocolVersion);
    }
    Ok(match transport {
        Transport::Polling => Asked::OpenPolling,
        Transport::WebSocket => Asked::OpenWebSocket,
    })
}
