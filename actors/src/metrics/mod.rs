//! What every actor of the node does, for the admin endpoint.
//!
//! The actors write into cells of their own thread ([`Registry::cell`]) without asking anyone; [`Metrics`] only reads,
//! once a second and when it is asked.

mod actor;
mod busiest;
mod messages;
mod minute;
mod nodes;
mod registry;

pub use actor::{Metrics, Sources};
pub use busiest::Busy;
pub use messages::{Activity, ActorActivity, GetActivity, RoomActivity};
pub use minute::Minute;
pub use nodes::{KnownNode, Nodes, OwnNode};
pub use registry::Registry;
