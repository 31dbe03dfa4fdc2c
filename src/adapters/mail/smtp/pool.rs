//! Connections that wait for the next mail.
//!
//! lettre has a pool of its own, which spawns tasks while it is dropped (a panic outside a runtime), and hides whether
//! a refusal was of us or of the mail.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::{Instant, sleep, timeout};

/// As many as mails are sent at once.
const MOST: usize = 4;

/// How long one waits; servers give up on us after minutes.
const IDLE: Duration = Duration::from_secs(20);

/// A connection that does not answer within this is dead.
const ALIVE_WITHIN: Duration = Duration::from_secs(2);

/// A connection belongs to the runtime it was opened in: take and park in one and the same.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Parked>>);

struct Parked {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Pool {
    /// The connection that was parked last and still lives.
    pub(super) async fn take(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let Parked { mut connection, .. } = self.parked().pop()?;
            if timeout(ALIVE_WITHIN, connection.test_connected()).await == Ok(true) {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection for the next mail; closes it when none comes in time.
    pub(super) fn park(self: &Arc<Self>, connection: AsyncSmtpConnection) {
        let mut parked = self.parked();
        if connection.has_broken() || parked.len() >= MOST {
            return;
        }
        parked.push(Parked { connection, since: Instant::now() });
        let pool = Arc::downgrade(self);
        tokio::spawn(async move {
            sleep(IDLE).await;
            let Some(pool) = pool.upgrade() else { return };
            for mut late in pool.take_late() {
                // Says goodbye, if anyone listens.
                let _ = timeout(ALIVE_WITHIN, late.connection.abort()).await;
            }
        });
    }

    fn take_late(&self) -> Vec<Parked> {
        self.parked().extract_if(.., |parked| parked.since.elapsed() >= IDLE).collect()
    }

    fn parked(&self) -> MutexGuard<'_, Vec<Parked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
