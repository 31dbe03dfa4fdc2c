//! What may be asked of [`super::Metrics`].

use actix::Message;

use crate::kit::ActorReport;

/// One report per actor type, all threads summed up, in the order of their names. Counts are of this node, since its
/// start. Asked by the admin endpoint.
#[derive(Debug, Message)]
#[rtype(result = "Vec<ActorReport>")]
pub struct GetActorMetrics;
