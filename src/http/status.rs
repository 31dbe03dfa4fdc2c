//! `GET /health` and `GET /ready`: alive, and fit to be sent requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::web::Json;
use futures_util::future::{LocalBoxFuture, join_all};
use nine_cloud_actors::ports::PortResult;
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use super::state::Api;

/// A backend that does not answer within this is away.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long an answer of the backends is good for.
const REMEMBERED: Duration = Duration::from_secs(1);

/// One thing that must answer for the node to be ready.
pub type Check = (&'static str, Box<dyn Fn() -> LocalBoxFuture<'static, PortResult<()>> + Send + Sync>);

/// When the backends were asked, and what came of it.
type Asked = (Instant, Vec<BackendState>);

/// How a backend answered when it was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BackendState {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether it answered well.
    pub(super) is_up: bool,
    /// How long it took.
    pub(super) took: Duration,
}

/// Whether requests should be sent here.
#[derive(Clone)]
pub struct Readiness {
    draining: Arc<AtomicBool>,
    checks: Arc<[Check]>,
    /// What they said when they were last asked: backends are asked once a second, however often someone asks us.
    last: Arc<Mutex<Option<Asked>>>,
}

impl Readiness {
    /// Ready when all of `checks` answer.
    pub fn new(checks: Vec<Check>) -> Self {
        Self { draining: Arc::default(), checks: checks.into(), last: Arc::default() }
    }

    /// Set when the node is about to stop.
    pub fn draining(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.draining)
    }

    /// Not ready any more, for good.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the node is about to stop.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    async fn failing(&self) -> Vec<&'static str> {
        if self.is_draining() {
            return vec!["draining"];
        }
        self.backends().await.iter().filter(|backend| !backend.is_up).map(|backend| backend.name).collect()
    }

    /// How every backend answers.
    pub(super) async fn backends(&self) -> Vec<BackendState> {
        let mut last = self.last.lock().await;
        if let Some((asked_at, backends)) = &*last
            && asked_at.elapsed() < REMEMBERED
        {
            return backends.clone();
        }
        let asked = self.checks.iter().map(|(name, check)| async move {
            let began = Instant::now();
            let is_up = matches!(tokio::time::timeout(PATIENCE, check()).await, Ok(Ok(())));
            BackendState { name, is_up, took: began.elapsed() }
        });
        let backends = join_all(asked).await;
        *last = Some((Instant::now(), backends.clone()));
        backends
    }
}

/// That the process lives.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Health {
    #[schema(example = "Online")]
    server_status: &'static str,
    node: String,
    #[schema(example = "0.1.0")]
    release: String,
    uptime_secs: u64,
}

/// Says that the process lives; touches no backend
#[utoipa::path(get, path = "/health", tag = "operation", responses((status = 200, body = Health)))]
pub(super) async fn health(api: Api) -> Json<Health> {
    Json(Health {
        server_status: "Online",
        node: api.node.id.clone(),
        release: api.node.release.clone(),
        uptime_secs: api.node.started.elapsed().as_secs(),
    })
}

/// Whether the node takes requests.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadyBody {
    ready: bool,
    /// What does not answer; `draining` when the node is about to stop.
    failing: Vec<&'static str>,
    /// For people, in Korean.
    message: &'static str,
    /// For programs.
    #[schema(example = "ready")]
    code: &'static str,
}

/// Says whether every backend answers and the node is not about to stop
#[utoipa::path(get, path = "/ready", tag = "operation",
    responses((status = 200, body = ReadyBody), (status = 503, body = ReadyBody)))]
pub(super) async fn ready(api: Api) -> HttpResponse {
    let failing = api.node.readiness.failing().await;
    if failing.is_empty() {
        HttpResponse::Ok()
            .json(ReadyBody { ready: true, failing, message: "준비되었습니다.", code: "ready" })
    } else {
        let message = "아직 요청을 받을 수 없습니다.";
        HttpResponse::ServiceUnavailable().json(ReadyBody {
            ready: false,
            failing,
            message,
            code: "not_ready",
        })
    }
}
