//! What stands around every request: its id, CORS, a net below panics, and one line in the log.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse, Transform};
use actix_web::error::InternalError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpResponse, ResponseError, web};
use futures_util::FutureExt;
use nine_cloud_actors::kit::Trace;
use nine_cloud_actors::refusal::Refusal;

use super::body::BodyError;
use super::cors;
use super::error::ApiError;
use super::metrics::UNMATCHED;
use super::state::Node;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NODE: HeaderName = HeaderName::from_static("x-node");

/// Characters of a request id that we take over.
const MAX_ID: usize = 64;

/// From here on a request is slow, and its line says where the time went.
const SLOW: Duration = Duration::from_secs(1);

/// The middleware.
pub fn frame<S, B>()
-> impl Transform<S, ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error, InitError = ()>
where
    S: actix_web::dev::Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    from_fn(around::<B>)
}

async fn around<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let Some(node) = request.app_data::<web::Data<Node>>().cloned() else {
        return Ok(request.into_response(ApiError::from(Refusal::Internal).error_response()));
    };
    let method = request.method().clone();
    let id = request_id(request.headers(), &node);
    let origin = cors::allowed_origin(request.headers(), &node.origins);
    let span = tracing::info_span!("request", request.id = id.to_str().unwrap_or_default());
    let trace = Trace::new(span);
    // The router wants the request for itself: no clone of it may live across this call.
    let answered = if method == Method::OPTIONS {
        let mut preflight = HttpResponse::NoContent().finish();
        cors::allow_request(preflight.headers_mut());
        Ok(request.into_response(preflight))
    } else {
        match trace.cover(AssertUnwindSafe(next.call(request)).catch_unwind()).await {
            Ok(Ok(response)) => Ok(in_our_words(response.map_into_boxed_body())),
            Ok(Err(error)) => Err(error.error_response()),
            // The panic hook has logged it.
            Err(_) => Err(ApiError::from(Refusal::Internal).error_response()),
        }
    };
    let finish = |headers: &mut HeaderMap| {
        cors::allow(headers, origin);
        if let Ok(name) = HeaderValue::from_str(&node.id) {
            headers.insert(NODE, name);
        }
        headers.insert(REQUEST_ID, id.clone());
    };
    match answered {
        Ok(mut response) => {
            finish(response.headers_mut());
            let route = response.request().match_pattern();
            let answer =
                Answer { method: &method, route: route.as_deref(), status: response.status(), id: &id };
            answer.note(&node, &trace, began.elapsed());
            Ok(response)
        }
        Err(mut response) => {
            finish(response.headers_mut());
            let answer = Answer { method: &method, route: None, status: response.status(), id: &id };
            answer.note(&node, &trace, began.elapsed());
            Err(InternalError::from_response("failed outside a handler", response).into())
        }
    }
}

/// A refusal of a library's own, such as the API pages' 404, has no JSON; every answer of ours has (D-D13).
fn in_our_words(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let error = if status == StatusCode::NOT_FOUND { ApiError::NoRoute } else { BodyError::Broken.into() };
    response.into_response(error.error_response())
}

/// The caller's own id if it is a modest one, else a new one.
fn request_id(headers: &HeaderMap, node: &Node) -> HeaderValue {
    let is_modest = |id: &&HeaderValue| {
        let bytes = id.as_bytes();
        (1..=MAX_ID).contains(&bytes.len())
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    let made = || {
        let id = format!("{:032x}", u128::from_be_bytes(node.ids.random()));
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unknown"))
    };
    headers.get(REQUEST_ID).filter(is_modest).cloned().unwrap_or_else(made)
}

/// An answer, as it is counted and logged: never a body, a token, an address, or a path; the pattern says which route it
/// was.
struct Answer<'a> {
    method: &'a Method,
    route: Option<&'a str>,
    status: StatusCode,
    id: &'a HeaderValue,
}

impl Answer<'_> {
    fn note(&self, node: &Node, trace: &Trace, took: Duration) {
        node.requests.answered(self.method, self.route, self.status, took);
        let (route, id) = (self.route.unwrap_or(UNMATCHED), self.id.to_str().unwrap_or_default());
        tracing::info!(
            http.method = self.method.as_str(),
            http.route = route,
            http.status = self.status.as_u16(),
            duration_ms = millis(took),
            node = node.id,
            request.id = id,
            "request"
        );
        if took >= SLOW {
            let parts = trace.breakdown();
            let elsewhere = took.saturating_sub(parts.in_mailbox + parts.handling + parts.at_ports);
            tracing::warn!(
                http.method = self.method.as_str(),
                http.route = route,
                http.status = self.status.as_u16(),
                duration_ms = millis(took),
                mailbox_ms = millis(parts.in_mailbox),
                handling_ms = millis(parts.handling),
                backend_ms = millis(parts.at_ports),
                elsewhere_ms = millis(elsewhere),
                steps = trace.slow_steps(),
                node = node.id,
                request.id = id,
                "slow request"
            );
        }
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
