//! `POST /admin/drain`

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use nine_cloud_actors::domain::deed::Action;

use super::Administrator;
use crate::http::error::{ApiResult, ErrorBody};
use crate::http::shapes::{Message, said};
use crate::http::state::Api;

/// Takes this node out of the traffic
///
/// `/ready` turns 503, so that load balancers send nothing new; chat clients are told to reconnect, in groups, and new
/// handshakes are refused. Requests are served on. Only a restart takes it back. Doing it again changes nothing.
#[utoipa::path(post, path = "/admin/drain", tag = "operation", security(("access" = [])),
    responses(
        (status = 202, body = Message),
        (status = 403, body = ErrorBody, description = "`not_admin`"),
    ))]
pub(crate) async fn drain(Administrator(by): Administrator, api: Api) -> ApiResult<HttpResponse> {
    let node = &api.node;
    let drain = async {
        node.readiness.drain();
        (node.drain_chat)();
        Ok(())
    };
    node.office.record(by, Action::DrainNode, node.id.clone(), drain).await?;
    Ok(said(StatusCode::ACCEPTED, "노드를 비웁니다."))
}
