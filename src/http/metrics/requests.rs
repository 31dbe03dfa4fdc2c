//! Requests, counted and timed by the pattern of their route.

use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use prometheus::proto::MetricFamily;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry};

/// Upper bounds in seconds, around what people notice.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// Of requests that no route takes, whatever their path is.
pub(in crate::http) const UNMATCHED: &str = "unmatched";

/// Written by every request, read by `/metrics`. Clones share it.
#[derive(Clone)]
pub struct RequestMetrics {
    registry: Registry,
    total: IntCounterVec,
    took: HistogramVec,
}

impl RequestMetrics {
    /// All at zero.
    pub fn new() -> prometheus::Result<Self> {
        let registry = Registry::new();
        let total = Opts::new("nine_http_requests_total", "Requests answered, by route pattern.");
        let total = IntCounterVec::new(total, &["method", "route", "status"])?;
        let took =
            HistogramOpts::new("nine_http_request_seconds", "Time from head to answer, by route pattern.");
        let took = HistogramVec::new(took.buckets(BUCKETS.into()), &["method", "route"])?;
        registry.register(Box::new(total.clone()))?;
        registry.register(Box::new(took.clone()))?;
        Ok(Self { registry, total, took })
    }

    /// A request was answered.
    pub(in crate::http) fn answered(
        &self,
        method: &Method,
        route: Option<&str>,
        status: StatusCode,
        took: Duration,
    ) {
        let (method, route) = (known(method), route.unwrap_or(UNMATCHED));
        self.total.with_label_values(&[method, route, status.as_str()]).inc();
        self.took.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }

    pub(super) fn gather(&self) -> Vec<MetricFamily> {
        self.registry.gather()
    }
}

/// Anybody may make methods up; a label may not follow them.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
