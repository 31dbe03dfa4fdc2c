//! What sockets come back to: as the codes, not a port of its own, but kept in SQL for the embedded cache.

use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{PortResult, Recovery};
use sha2::{Digest, Sha256};

use super::SqlStore;
use super::chat_rows::RecoveryRow;
use super::database::{change, read};

impl SqlStore {
    pub(in crate::adapters) async fn put_recoveries(&self, recoveries: Vec<Recovery>) -> PortResult<()> {
        if recoveries.is_empty() {
            return Ok(());
        }
        let row = |recovery: Recovery| RecoveryRow {
            pid_digest: digest(&recovery.pid),
            record: recovery.record,
            expires_at: recovery.expires_at.into(),
        };
        let rows: Vec<RecoveryRow> = recoveries.into_iter().map(row).collect();
        change!(self, recoveries::put(&rows))
    }

    pub(in crate::adapters) async fn find_recovery(
        &self,
        pid: &str,
        now: Instant,
    ) -> PortResult<Option<Recovery>> {
        let digest = digest(pid);
        let found = read!(self, recoveries::find(&digest, now))?;
        Ok(found.map(|(record, end)| Recovery { pid: pid.to_owned(), record, expires_at: end.instant() }))
    }

    pub(in crate::adapters) async fn remove_recovery(&self, pid: &str) -> PortResult<()> {
        let digest = digest(pid);
        change!(self, recoveries::remove(&digest))
    }

    pub(in crate::adapters) async fn remove_expired_recoveries(&self, now: Instant) -> PortResult<u64> {
        change!(self, recoveries::remove_expired(now))
    }
}

/// Whoever knows a pid is its socket, so the pid itself is not kept.
fn digest(pid: &str) -> [u8; 32] {
    Sha256::digest(pid).into()
}
