//! What sockets come back to. A record is durable for its node once Redis has it: it survives the node's end, not that of
//! the server's memory.
//!
//! What is written during an outage lies in SQL, and Redis may still have what was there before. So the end of a record is
//! kept with it, which tells the later one of two: each is to end the same time after it was written.

use ::redis::Pipeline;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{PortResult, Recovery};
use nine_cloud_actors::rooms::KEPT_FOR;

use super::{RedisCache, digest, report};
use crate::adapters::redis::PREFIX;
use crate::adapters::redis::fault::RedisFault;

impl RedisCache {
    /// All in one round trip.
    pub(super) async fn keep_recoveries(&self, recoveries: &[Recovery]) -> Result<(), RedisFault> {
        if recoveries.is_empty() {
            return Ok(());
        }
        let mut pipe = Pipeline::with_capacity(recoveries.len());
        for Recovery { pid, record, expires_at } in recoveries {
            let value = format!("{}:{record}", expires_at.timestamp_millis());
            pipe.cmd("SET").arg(key(pid)).arg(value).arg("PX").arg(self.millis_until(*expires_at)).ignore();
        }
        self.send(pipe).await
    }

    /// From Redis or of an outage. Each is good without the other.
    pub(super) async fn newest_recovery(&self, pid: &str, now: Instant) -> PortResult<Option<String>> {
        let (kept, of_outage) =
            futures_util::future::join(self.kept_recovery(pid, now), self.store.find_recovery(pid, now))
                .await;
        let kept = match kept {
            Ok(kept) => kept,
            Err(fault) => {
                report(&fault);
                return Ok(of_outage?.map(|found| found.record).filter(|record| !record.is_empty()));
            }
        };
        let newest = match (kept, of_outage.ok().flatten()) {
            (Some(kept), Some(of_outage)) if kept.expires_at > of_outage.expires_at => Some(kept),
            (kept, of_outage) => of_outage.or(kept),
        };
        Ok(newest.map(|found| found.record).filter(|record| !record.is_empty()))
    }

    /// During an outage an empty record takes the place of what Redis will show again.
    pub(super) async fn forget_recovery(&self, pid: &str) -> PortResult<()> {
        let mut pipe = Pipeline::new();
        pipe.del(key(pid)).ignore();
        match self.send::<()>(pipe).await {
            Ok(()) => self.store.remove_recovery(pid).await,
            Err(fault) => {
                report(&fault);
                let expires_at = self.clock.now() + KEPT_FOR;
                let nothing = Recovery { pid: pid.to_owned(), record: String::new(), expires_at };
                self.store.put_recoveries(vec![nothing]).await
            }
        }
    }

    async fn kept_recovery(&self, pid: &str, now: Instant) -> Result<Option<Recovery>, RedisFault> {
        let mut pipe = Pipeline::new();
        pipe.get(key(pid));
        let (kept,): (Option<String>,) = self.send(pipe).await?;
        Ok(kept.and_then(|kept| read(pid, &kept)).filter(|kept| kept.expires_at > now))
    }
}

fn read(pid: &str, kept: &str) -> Option<Recovery> {
    let (end, record) = kept.split_once(':')?;
    let expires_at = Instant::from_timestamp_millis(end.parse().ok()?)?;
    Some(Recovery { pid: pid.to_owned(), record: record.to_owned(), expires_at })
}

/// Whoever knows a pid is its socket, so the pid itself is not kept.
fn key(pid: &str) -> String {
    format!("{PREFIX}recovery:{}", digest(&[pid]))
}
