//! `GET /admin/actors`: what the actors of this node are doing.

use std::time::Duration;

use actix_web::web::Json;
use nine_cloud_actors::kit::ActorReport;
use nine_cloud_actors::metrics::GetActorMetrics;
use nine_cloud_actors::refusal::Refusal;
use nine_cloud_actors::scheduler::{JobReport, ListJobs};
use serde::Serialize;
use utoipa::ToSchema;

use super::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::Stamp;
use crate::http::state::Api;

const PATIENCE: Duration = Duration::from_secs(1);

/// The actors and jobs of a node.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActorsBody {
    node: String,
    release: String,
    uptime_secs: u64,
    /// People active on this node.
    people: usize,
    /// One entry per actor type.
    #[schema(value_type = Vec<Object>)]
    actors: Vec<ActorReport>,
    jobs: Vec<JobBody>,
}

/// A scheduled job.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobBody {
    name: &'static str,
    /// In Asia/Seoul, seconds first.
    #[schema(example = "0 0 * * * *")]
    cron: String,
    /// When it is due next.
    #[schema(required)]
    next_run: Option<Stamp>,
    /// Whether this node runs it now.
    running: bool,
    /// The last run that this node knows of.
    #[schema(required)]
    last_run: Option<Stamp>,
    /// Which node ran it.
    #[schema(required)]
    last_node: Option<String>,
    /// How long that took.
    #[schema(required)]
    last_millis: Option<i64>,
    /// Why it failed.
    #[schema(required)]
    last_error: Option<String>,
}

impl From<JobReport> for JobBody {
    fn from(job: JobReport) -> Self {
        let last = job.last_run;
        Self {
            name: job.name,
            cron: job.cron,
            next_run: job.due_at.map(Stamp::true_utc),
            running: job.is_running,
            last_run: last.as_ref().map(|run| Stamp::true_utc(run.started_at)),
            last_node: last.as_ref().map(|run| run.node.clone()),
            last_millis: last.as_ref().and_then(|run| run.millis),
            last_error: last.and_then(|run| run.error),
        }
    }
}

/// Reads what every actor type reports
#[utoipa::path(get, path = "/admin/actors", tag = "operation", security(("access" = [])),
    responses(
        (status = 200, body = ActorsBody),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
    ))]
pub(crate) async fn list(_: Administrator, api: Api) -> ApiResult<Json<ActorsBody>> {
    let node = &api.node;
    let actors = node.metrics.ask(GetActorMetrics, PATIENCE).await.map_err(Refusal::from)?;
    let jobs = node.scheduler.ask(ListJobs, PATIENCE).await.map_err(Refusal::from)?;
    Ok(Json(ActorsBody {
        node: node.id.clone(),
        release: node.release.clone(),
        uptime_secs: node.started.elapsed().as_secs(),
        people: node.sessions.len(),
        actors,
        jobs: jobs.into_iter().map(JobBody::from).collect(),
    }))
}
