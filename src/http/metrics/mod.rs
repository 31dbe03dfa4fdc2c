//! `GET /metrics`: everything that is counted, for Prometheus.
//!
//! No label of it is an id of anything: routes, actor types, jobs and backends are known when the server is built, so the
//! number of series is bounded.

mod exposition;
mod families;
mod requests;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use nine_cloud_actors::mailer::GetMailReport;
use nine_cloud_actors::metrics::GetActivity;
use nine_cloud_actors::refusal::Refusal;
use nine_cloud_actors::scheduler::ListJobs;
use prometheus::TEXT_FORMAT;

pub use requests::RequestMetrics;
pub(super) use requests::UNMATCHED;

use super::admin::Administrator;
use super::error::{ApiError, ApiResult, ErrorBody};
use super::state::Api;
use exposition::Exposition;

/// How long an actor is waited for. What does not answer is left out: a scrape of a node in trouble is worth most.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whoever may read the figures: the bearer of `ADMIN_TOKEN` or an administrator; without `ADMIN_TOKEN` also a program on
/// this machine, which a proxy would not be: it adds `X-Forwarded-For`.
pub(super) struct Scraper;

impl FromRequest for Scraper {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_local = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
        let is_forwarded = request.headers().contains_key("x-forwarded-for");
        let (api, administrator) =
            (Api::from_request(request, payload), Administrator::from_request(request, payload));
        Box::pin(async move {
            if api.await?.node.admin_token.is_none() && is_local && !is_forwarded {
                return Ok(Self);
            }
            administrator.await.map(|_| Self)
        })
    }
}

/// Reads all figures, for Prometheus
///
/// With `ADMIN_TOKEN` as bearer. When that is not set, programs on the same machine may read them, unless a proxy has
/// passed them on (`X-Forwarded-For`).
#[utoipa::path(get, path = "/metrics", tag = "operation", security(("access" = [])),
    responses(
        (status = 200, content_type = "text/plain; version=0.0.4", body = String,
            description = "Prometheus text format 0.0.4"),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
    ))]
pub(super) async fn get(_: Scraper, api: Api) -> ApiResult<HttpResponse> {
    let node = &api.node;
    let mut out = Exposition::default();
    families::node(&mut out, node);
    families::process(&mut out, node);
    out.extend(node.requests.gather());
    if let Ok(activity) = node.metrics.ask(GetActivity, PATIENCE).await {
        families::actors(&mut out, &activity);
        families::chat(&mut out, node, &activity);
    }
    families::uploads(&mut out, node);
    if let Ok(Ok(mails)) = node.mailer.ask(GetMailReport, PATIENCE).await {
        families::mails(&mut out, &mails);
    }
    if let Ok(jobs) = node.scheduler.ask(ListJobs, PATIENCE).await {
        families::jobs(&mut out, &jobs, node.clock.now());
    }
    families::backends(&mut out, &node.readiness.backends().await, &node.ports);
    let text = out.text().map_err(|error| {
        tracing::error!(%error, "the figures could not be written");
        Refusal::Internal
    })?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT_FORMAT)).body(text))
}
