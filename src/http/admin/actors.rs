//! `GET /admin/actors`: what the actors of this node are doing.

use std::time::Duration;

use actix_web::web::Json;
use nine_cloud_actors::kit::Summary;
use nine_cloud_actors::metrics::{ActorActivity, Busy, GetActivity, RoomActivity};
use nine_cloud_actors::refusal::Refusal;
use nine_cloud_actors::scheduler::{JobReport, ListJobs};
use serde::Serialize;
use utoipa::ToSchema;

use super::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::Stamp;
use crate::http::state::Api;

const PATIENCE: Duration = Duration::from_secs(1);

/// The actors and jobs of a node. Counts are exact and since its start; of times, one message in 64 is taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActorsBody {
    node: String,
    release: String,
    uptime_secs: u64,
    /// People active on this node.
    people: usize,
    /// One entry per actor type, by name.
    actors: Vec<ActorTypeBody>,
    /// The rooms of this node, at most 20, busiest first.
    rooms: Vec<BusyRoomBody>,
    /// The 20 people whose sessions are asked the most.
    busiest_people: Vec<BusyPersonBody>,
    jobs: Vec<JobBody>,
}

/// The actors of one type, on all threads. `sent` is always `handled` + `dropped` + `waiting`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActorTypeBody {
    #[schema(example = "UserSession")]
    actor: &'static str,
    /// Running now.
    alive: i64,
    started: u64,
    /// Also by a panic.
    stopped: u64,
    /// Recreated after a death.
    restarted: u64,
    /// Messages that mailboxes took. Of `SocketSession` and `Switchboard`: what came in by other ways than a mailbox of
    /// ours, handled as it came.
    sent: u64,
    /// Messages that a full or closed mailbox never took, after all tries.
    refused: u64,
    /// Tries that met a full mailbox.
    full: u64,
    handled: u64,
    /// Thrown away unread with their dead actor.
    dropped: u64,
    /// In mailboxes now.
    waiting: i64,
    /// Most that waited at once on one thread, in the last minute.
    worst_waiting: i64,
    /// Messages per second into mailboxes, in the last ten.
    in_per_second: f64,
    /// Messages per second handled, in the last ten.
    out_per_second: f64,
    /// Time in mailboxes, in the last minute.
    in_mailbox: TimesBody,
    /// Time to the reply, backends included, in the last minute.
    handling: TimesBody,
    /// Messages handled in each second of the last minute, oldest first.
    handled_each_second: Vec<u64>,
    /// Panics, and what could not be done for want of a backend.
    failures: u64,
    /// The last of those.
    #[schema(required)]
    last_failure: Option<FailureBody>,
}

/// Microseconds; percentiles are right within a factor of two.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimesBody {
    /// Messages timed: one in 64.
    samples: u64,
    mean_micros: u64,
    p50_micros: u64,
    p95_micros: u64,
    p99_micros: u64,
    max_micros: u64,
}

/// Something that went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailureBody {
    at: Stamp,
    what: String,
}

/// A room.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BusyRoomBody {
    #[schema(example = "plaza")]
    room: String,
    /// People in it, on this node.
    members: usize,
    /// Messages, joining and leaving, typing: since it started.
    sent: u64,
    waiting: u64,
    per_second: f64,
}

/// A person's session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BusyPersonBody {
    user_id: i64,
    /// Commands since the session became active.
    sent: u64,
    waiting: u64,
    per_second: f64,
}

impl From<ActorActivity> for ActorTypeBody {
    fn from(ActorActivity { report, minute, failed_at }: ActorActivity) -> Self {
        let last_failure = report.last_failure.zip(failed_at);
        Self {
            actor: report.actor,
            alive: report.alive,
            started: report.started,
            stopped: report.stopped,
            restarted: report.restarted,
            sent: report.sent,
            refused: report.refused,
            full: report.full,
            handled: report.handled,
            dropped: report.dropped,
            waiting: report.waiting,
            worst_waiting: minute.worst_waiting,
            in_per_second: thousandths(minute.in_millis),
            out_per_second: thousandths(minute.out_millis),
            in_mailbox: minute.in_mailbox.into(),
            handling: minute.handling.into(),
            handled_each_second: minute.handled_each_second,
            failures: report.failures,
            last_failure: last_failure
                .map(|(failure, at)| FailureBody { at: Stamp::true_utc(at), what: failure.what }),
        }
    }
}

impl From<Summary> for TimesBody {
    fn from(times: Summary) -> Self {
        Self {
            samples: times.samples,
            mean_micros: times.mean_micros,
            p50_micros: times.p50_micros,
            p95_micros: times.p95_micros,
            p99_micros: times.p99_micros,
            max_micros: times.max_micros,
        }
    }
}

impl From<RoomActivity> for BusyRoomBody {
    fn from(RoomActivity { busy, members }: RoomActivity) -> Self {
        let Busy { key, sent, waiting, rate_millis } = busy;
        Self { room: key.to_string(), members, sent, waiting, per_second: thousandths(rate_millis) }
    }
}

impl From<Busy<nine_cloud_actors::domain::ids::UserId>> for BusyPersonBody {
    fn from(busy: Busy<nine_cloud_actors::domain::ids::UserId>) -> Self {
        let Busy { key, sent, waiting, rate_millis } = busy;
        Self { user_id: key.0, sent, waiting, per_second: thousandths(rate_millis) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "rates of messages stay far below 2^52")]
fn thousandths(rate: u64) -> f64 {
    rate as f64 / 1000.0
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

/// Reads what every actor type does, and the busiest rooms and people
#[utoipa::path(get, path = "/admin/actors", tag = "operation", security(("access" = [])),
    responses(
        (status = 200, body = ActorsBody),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
    ))]
pub(crate) async fn list(_: Administrator, api: Api) -> ApiResult<Json<ActorsBody>> {
    let node = &api.node;
    let activity = node.metrics.ask(GetActivity, PATIENCE).await.map_err(Refusal::from)?;
    let jobs = node.scheduler.ask(ListJobs, PATIENCE).await.map_err(Refusal::from)?;
    Ok(Json(ActorsBody {
        node: node.id.clone(),
        release: node.release.clone(),
        uptime_secs: node.started.elapsed().as_secs(),
        people: node.sessions.len(),
        actors: activity.actors.into_iter().map(ActorTypeBody::from).collect(),
        rooms: activity.rooms.into_iter().map(BusyRoomBody::from).collect(),
        busiest_people: activity.people.into_iter().map(BusyPersonBody::from).collect(),
        jobs: jobs.into_iter().map(JobBody::from).collect(),
    }))
}
