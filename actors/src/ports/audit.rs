//! The record of what administrators did.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::deed::{Deed, DeedRecord};
use crate::domain::ids::DeedId;

/// The record. Nothing is ever taken off it.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Writes down what is about to be done. Without it, it may not be.
    async fn begin(&self, deed: Deed) -> PortResult<DeedId>;

    /// Writes down how it went: a word of ours.
    async fn settle(&self, deed: DeedId, outcome: &str) -> PortResult<()>;

    /// The latest `limit` deeds before `before`, or of all; newest first.
    async fn latest(&self, before: Option<DeedId>, limit: u16) -> PortResult<Vec<DeedRecord>>;
}
