//! `GET /admin/status`: what the admin page shows beside the actors.

use std::time::Duration;

use actix_web::web::Json;
use nine_cloud_actors::domain::deed::DeedRecord;
use nine_cloud_actors::domain::mail::DeadMail;
use nine_cloud_actors::kit::PortReport;
use nine_cloud_actors::mailer::GetMailReport;
use nine_cloud_actors::metrics::KnownNode;
use nine_cloud_actors::refusal::Refusal;
use nine_cloud_actors::rooms::ModeratedRoom;
use nine_cloud_actors::uploads::Stage;
use serde::Serialize;
use utoipa::ToSchema;

use super::Administrator;
use super::actors::TimesBody;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::Stamp;
use crate::http::state::{Api, Node};
use crate::http::status::BackendState;

const PATIENCE: Duration = Duration::from_secs(2);

/// Deeds that are shown.
const DEEDS: u16 = 30;

/// A node beside its actors.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatusBody {
    node: String,
    release: String,
    /// It is about to stop, or was drained.
    draining: bool,
    /// The cluster: this node, then those that it has heard of in the last ten minutes, by name. Nodes hear each other over
    /// Redis.
    nodes: Vec<NodeBody>,
    backends: Vec<BackendBody>,
    uploads: UploadsBody,
    chat: ChatBody,
    /// All ten of today, the plaza first.
    rooms: Vec<ModeratedRoomBody>,
    mails: MailsBody,
    /// What administrators did, newest first.
    deeds: Vec<DeedBody>,
}

/// A node of the cluster, as it says itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NodeBody {
    node: String,
    release: String,
    /// Connections of the chat.
    sockets: u32,
    /// It is about to stop, or was drained.
    draining: bool,
    /// Since it was last heard; one that lives is heard every two seconds.
    heard_secs_ago: u64,
    /// It is the one that answers.
    this: bool,
}

/// A backend.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackendBody {
    #[schema(example = "sql")]
    backend: String,
    /// It answers; `null` where only calls tell.
    #[schema(required)]
    up: Option<bool>,
    /// How long its answer took.
    #[schema(required, minimum = 0)]
    check_micros: Option<u64>,
    /// Calls since the start of the node; `null` where they are not counted.
    #[schema(required, minimum = 0)]
    calls: Option<u64>,
    /// Those of them that found it away or failing.
    #[schema(required, minimum = 0)]
    failures: Option<u64>,
    /// How long calls took, since the start of the node.
    #[schema(required)]
    took: Option<TimesBody>,
}

/// The upload pipeline.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadsBody {
    in_flight: i64,
    /// People who wait for a place.
    waiting: i64,
    /// Pictures stored since the start of the node.
    done: u64,
}

/// The chat, since the start of the node.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatBody {
    /// Messages.
    logged: u64,
    /// Messages, presence and the like, once for each socket.
    delivered: u64,
    /// Sockets that were cut because they did not keep up.
    cut: u64,
}

/// A room, on all nodes together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModeratedRoomBody {
    /// With the day of a cloud.
    #[schema(example = "rain-sad@2026-11-22")]
    room: String,
    /// People in it now.
    #[schema(minimum = 0)]
    members: usize,
    /// An administrator has closed it.
    closed: bool,
}

/// The outgoing mails.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MailsBody {
    /// Of all nodes.
    waiting: u64,
    /// Of all nodes: given up.
    dead: u64,
    /// By this node.
    sent: u64,
    /// Tries of this node.
    failed: u64,
    /// The latest dead letters, at most 50.
    letters: Vec<LetterBody>,
}

/// A dead letter; to whom and what about is nobody's business.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LetterBody {
    mail_id: i64,
    created_at: Stamp,
    attempts: i32,
    #[schema(required)]
    reason: Option<String>,
}

/// What an administrator did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeedBody {
    deed_id: i64,
    at: Stamp,
    /// `token`, or the account.
    #[schema(example = "user 1")]
    by: String,
    #[schema(example = "run_job")]
    action: String,
    #[schema(example = "clean-up")]
    subject: String,
    node: String,
    /// `done`, or why not; `null` while it is under way.
    #[schema(required, example = "done")]
    outcome: Option<String>,
}

impl From<KnownNode> for NodeBody {
    fn from(KnownNode { state, heard_ago, is_this }: KnownNode) -> Self {
        Self {
            node: state.name.to_string(),
            release: state.release.to_string(),
            sockets: state.sockets,
            draining: state.is_draining,
            heard_secs_ago: heard_ago.as_secs(),
            this: is_this,
        }
    }
}

impl From<ModeratedRoom> for ModeratedRoomBody {
    fn from(ModeratedRoom { room, members, is_closed }: ModeratedRoom) -> Self {
        Self { room: room.to_string(), members, closed: is_closed }
    }
}

impl From<DeadMail> for LetterBody {
    fn from(mail: DeadMail) -> Self {
        let created_at = Stamp::true_utc(mail.created_at);
        Self { mail_id: mail.id.0, created_at, attempts: mail.attempts, reason: mail.reason }
    }
}

impl From<DeedRecord> for DeedBody {
    fn from(deed: DeedRecord) -> Self {
        Self {
            deed_id: deed.id.0,
            at: Stamp::true_utc(deed.at),
            by: deed.by,
            action: deed.action,
            subject: deed.subject,
            node: deed.node,
            outcome: deed.outcome,
        }
    }
}

/// Reads the state of the node: backends, uploads, mails, deeds
#[utoipa::path(get, path = "/admin/status", tag = "operation", security(("access" = [])),
    responses(
        (status = 200, body = StatusBody),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
    ))]
pub(crate) async fn get(_: Administrator, api: Api) -> ApiResult<Json<StatusBody>> {
    let node = &api.node;
    let mails = node.mailer.ask(GetMailReport, PATIENCE).await.map_err(Refusal::from)??;
    let letters = node.office.dead_mails().await?;
    let deeds = node.office.deeds(None, DEEDS).await?;
    let (load, counts) = (node.uploads.load(), &node.lines.counts);
    let done = load.begun().find(|(stage, _)| *stage == Stage::Done).map_or(0, |(_, many)| many);
    Ok(Json(StatusBody {
        node: node.id.clone(),
        release: node.release.clone(),
        draining: node.readiness.is_draining(),
        nodes: node.nodes.list().into_iter().map(NodeBody::from).collect(),
        backends: backends(node).await,
        uploads: UploadsBody { in_flight: load.in_flight.level(), waiting: load.waiting.level(), done },
        chat: ChatBody { logged: counts.logged(), delivered: counts.delivered(), cut: counts.cut() },
        rooms: node.moderation.list_rooms().into_iter().map(ModeratedRoomBody::from).collect(),
        mails: MailsBody {
            waiting: mails.waiting,
            dead: mails.dead,
            sent: mails.sent,
            failed: mails.failed,
            letters: letters.into_iter().map(LetterBody::from).collect(),
        },
        deeds: deeds.into_iter().map(DeedBody::from).collect(),
    }))
}

/// Those that are asked whether they answer, then those of which only calls are counted.
async fn backends(node: &Node) -> Vec<BackendBody> {
    let mut reports: Vec<_> = node.ports.iter().map(|port| port.report()).collect();
    let mut all = Vec::new();
    for state in node.readiness.backends().await {
        let report = reports.extract_if(.., |report| report.backend == state.name).next();
        all.push(BackendBody::new(state.name, Some(state), report.as_ref()));
    }
    all.extend(reports.into_iter().map(|report| BackendBody::new(report.backend, None, Some(&report))));
    all
}

impl BackendBody {
    fn new(name: &str, state: Option<BackendState>, report: Option<&PortReport>) -> Self {
        Self {
            backend: name.to_owned(),
            up: state.map(|state| state.is_up),
            check_micros: state.map(|state| u64::try_from(state.took.as_micros()).unwrap_or(u64::MAX)),
            calls: report.map(|report| report.took.samples()),
            failures: report.map(|report| report.failures),
            took: report.map(|report| report.took.summary().into()),
        }
    }
}
