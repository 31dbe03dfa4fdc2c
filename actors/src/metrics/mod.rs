//! What every actor of the node does, for the admin endpoint.
//!
//! The actors write into cells of their own thread ([`Registry::cell`]) without asking anyone; [`Metrics`] only reads.

mod actor;
mod messages;
mod registry;

pub use actor::Metrics;
pub use messages::GetActorMetrics;
pub use registry::Registry;
