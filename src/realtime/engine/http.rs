//! The HTTP side: handshakes, polls, posts and preflights below one path.

use std::sync::Arc;

use actix::{Actor, Addr};
use actix_web::dev::Payload;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, UPGRADE};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use futures_util::StreamExt;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::application::{Application, Connection, Refusal};
use super::directory::{Directory, Entry, Mailbox, Transport};
use super::error::Error;
use super::peer::Peer;
use super::polling::{Fault, Poll, PollAbandoned, PollingSession, Push};
use super::request::{Asked, understand};
use super::session::{Session, Shared};
use super::sid::Sid;
use super::timer::now;
use super::{Settings, unread, websocket};

/// An application behind Engine.IO. Clone it into each worker and [`mount`](Self::mount) it there; give
/// [`remember_peer`](super::remember_peer) to `HttpServer::on_connect`, or abandoned polls go unnoticed until the heartbeat.
pub struct Engine<A: Application>(Arc<Inner<A>>);

struct Inner<A: Application> {
    application: A,
    shared: Arc<Shared<A::Connection>>,
}

impl<A: Application> Clone for Engine<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A: Application> Engine<A> {
    /// Nothing is served until it is mounted.
    pub fn new(settings: Settings, application: A) -> Self {
        let shared = Arc::new(Shared { settings, directory: Directory::new() });
        Self(Arc::new(Inner { application, shared }))
    }

    /// Serves every URL below the path of the settings.
    pub fn mount(&self, config: &mut web::ServiceConfig) {
        let engine = self.clone();
        let path = format!("{}/{{below:.*}}", self.0.shared.settings.path);
        config.service(web::resource(path).to(move |request: HttpRequest, payload: web::Payload| {
            let engine = engine.clone();
            async move { engine.serve(request, payload).await }
        }));
    }

    /// Sessions that live now.
    pub fn live(&self) -> usize {
        self.0.shared.directory.len()
    }

    /// All connections that live now, in no order; for a drain.
    pub fn mailboxes(&self) -> Vec<Mailbox<A::Connection>> {
        self.0.shared.directory.mailboxes()
    }

    async fn serve(&self, request: HttpRequest, payload: web::Payload) -> HttpResponse {
        let origins = &self.0.shared.settings.origins;
        let mut payload = payload.into_inner();
        let mut response = if request.method() == Method::OPTIONS {
            origins.preflight(&request)
        } else {
            self.answer(&request, &mut payload).await.unwrap_or_else(Error::response)
        };
        origins.mark(&request, response.headers_mut());
        if request.headers().contains_key(TRANSFER_ENCODING) {
            response = unread::keep(payload, response);
        }
        response
    }

    /// A WebSocket takes the payload with it.
    async fn answer(&self, request: &HttpRequest, payload: &mut Payload) -> Result<HttpResponse, Error> {
        let shared = &self.0.shared;
        // Some clients offer HTTP/2 in the same header with every request, which nobody has to take up.
        let upgrade = request.head().upgrade()
            && request
                .headers()
                .get(UPGRADE)
                .is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
        match understand(request.method(), request.query_string(), upgrade, &shared.directory)? {
            Asked::OpenPolling => {
                let session = self.open(request, Transport::Polling)?;
                let entry = Arc::clone(&session.entry);
                let (reply, packets) = oneshot::channel();
                // Known before the client knows its sid, and not when the actor comes to run.
                entry.settle_polling(PollingSession::open(session, reply, now()).start());
                packets.await.map(payload_response).map_err(|_| Error::BadRequest)
            }
            Asked::OpenWebSocket => {
                let handshake = websocket::handshake(request)?;
                let session = self.open(request, Transport::WebSocket)?;
                Ok(websocket::open(session, peer(request), handshake, payload.take()))
            }
            Asked::Upgrade(entry) => {
                let handshake = websocket::handshake(request)?;
                self.check_origin(request)?;
                Ok(websocket::probe(Arc::clone(shared), entry, peer(request), handshake, payload.take()))
            }
            Asked::Poll(entry) => poll(&entry, peer(request)).await,
            Asked::Push(entry) => push(&entry, request, payload, &shared.settings).await,
        }
    }

    fn open(&self, request: &HttpRequest, transport: Transport) -> Result<Session<A::Connection>, Error> {
        self.check_origin(request)?;
        let Inner { application, shared } = &*self.0;
        let sid = Sid::mint(&shared.settings.node).map_err(|_| Error::Unavailable)?;
        let connection = application.accept(request).map_err(|refusal| match refusal {
            Refusal::Forbidden => Error::Forbidden,
            Refusal::Unavailable => Error::Unavailable,
        })?;
        // A polling session outlives the connection of its handshake, which must not be kept open for it.
        let peer = peer(request).filter(|_| transport == Transport::WebSocket);
        let entry = shared.directory.add(sid, transport, peer);
        Ok(Session::new(Arc::clone(shared), entry, connection, now()))
    }

    /// No page that may not read our answers gets a session in the first place.
    fn check_origin(&self, request: &HttpRequest) -> Result<(), Error> {
        let allowed = self.0.shared.settings.origins.allow(request);
        if allowed { Ok(()) } else { Err(Error::Forbidden) }
    }
}

fn peer(request: &HttpRequest) -> Option<Peer> {
    request.conn_data::<Peer>().cloned()
}

/// A GET: waits until there is something to say, or the client gives up.
async fn poll<C: Connection>(entry: &Entry<C>, peer: Option<Peer>) -> Result<HttpResponse, Error> {
    let session = entry.polling().ok_or(Error::BadRequest)?;
    let (reply, packets) = oneshot::channel();
    let poll = session.send(Poll { reply }).await.map_err(|_| Error::UnknownSid)?;
    let mut waiting = Waiting { session, poll, answered: false };
    let gone = async {
        match peer {
            Some(peer) => peer.gone().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        packets = packets => {
            waiting.answered = true;
            packets.map(payload_response).map_err(|_| Error::BadRequest)
        }
        () = gone => Err(Error::BadRequest),
    }
}

/// A GET that waits. Its drop, for whatever cause, tells the session.
struct Waiting<C: Connection> {
    session: Addr<PollingSession<C>>,
    poll: u64,
    answered: bool,
}

impl<C: Connection> Drop for Waiting<C> {
    fn drop(&mut self) {
        if !self.answered {
            actix_web::rt::spawn(self.session.send(PollAbandoned(self.poll)));
        }
    }
}

/// A POST: read whole, within the limits, and handled before it is answered.
async fn push<C: Connection>(
    entry: &Arc<Entry<C>>,
    request: &HttpRequest,
    payload: &mut Payload,
    settings: &Settings,
) -> Result<HttpResponse, Error> {
    let session = entry.polling().ok_or(Error::BadRequest)?;
    // A pong cannot overtake the body, so a session whose body takes longer is dead by the end of it.
    let patience = settings.ping_interval + settings.ping_timeout;
    let body = match entry.begin_push() {
        Some(_turn) if is_text(request) => {
            let body = read_body(request, payload, settings.max_payload);
            timeout(patience, body).await.unwrap_or(Err(Error::BadRequest))
        }
        _ => Err(Error::BadRequest),
    };
    Err(match body {
        Ok(body) => {
            if session.send(Push(body)).await.is_ok_and(|handled| handled.is_ok()) {
                return Ok(HttpResponse::Ok()
                    .insert_header((CONTENT_TYPE, "text/html"))
                    .insert_header((CACHE_CONTROL, "no-store"))
                    .body("ok"));
            }
            Error::BadRequest
        }
        Err(Error::PayloadTooLarge) => Error::PayloadTooLarge,
        Err(_) => {
            // Whether it was still there makes no difference to the answer.
            let _ = session.send(Fault).await;
            Error::BadRequest
        }
    })
}

/// This version of the protocol has no binary bodies.
fn is_text(request: &HttpRequest) -> bool {
    request.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != "application/octet-stream")
}

async fn read_body(request: &HttpRequest, payload: &mut Payload, limit: usize) -> Result<ByteString, Error> {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(Error::PayloadTooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::BadRequest)?;
        if body.len() + chunk.len() > limit {
            return Err(Error::PayloadTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    ByteString::try_from(Bytes::from(body)).map_err(|_| Error::BadRequest)
}

fn payload_response(packets: String) -> HttpResponse {
    HttpResponse::build(StatusCode::OK)
        .insert_header((CONTENT_TYPE, "text/plain; charset=UTF-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(packets)
}
