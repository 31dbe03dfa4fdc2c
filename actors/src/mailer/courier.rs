//! One round of delivery: everything that is due, a few at once.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::sync::Mutex;

use super::MailReport;
use super::retry::{self, Verdict};
use crate::domain::ids::MailId;
use crate::domain::mail::{Mail, QueuedMail};
use crate::kit::ActorStats;
use crate::ports::{Clock, MailError, MailQueue, MailTransport, PortResult};
use crate::refusal::chain;

/// Mails sent at once.
const AT_ONCE: u32 = 4;

/// A mail server that has not taken a mail by then is tried again later.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a claimed mail is ours: the time-out, and time to write down how it went.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// Takes mails from the queue to the transport.
pub(super) struct Courier {
    queue: Arc<dyn MailQueue>,
    transport: Arc<dyn MailTransport>,
    clock: Arc<dyn Clock>,
    turn: Mutex<()>,
    is_next_round_waiting: AtomicBool,
    is_queue_away: AtomicBool,
    is_server_away: AtomicBool,
    sent: AtomicU64,
    failed: AtomicU64,
    stats: Arc<ActorStats>,
}

impl Courier {
    pub(super) fn new(
        queue: Arc<dyn MailQueue>,
        transport: Arc<dyn MailTransport>,
        clock: Arc<dyn Clock>,
        stats: Arc<ActorStats>,
    ) -> Self {
        Self {
            queue,
            transport,
            clock,
            turn: Mutex::new(()),
            is_next_round_waiting: AtomicBool::new(false),
            is_queue_away: AtomicBool::new(false),
            is_server_away: AtomicBool::new(false),
            sent: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            stats,
        }
    }

    pub(super) async fn report(&self) -> PortResult<MailReport> {
        let (waiting, dead) = self.queue.depth().await?;
        let (sent, failed) = (self.sent.load(Ordering::Relaxed), self.failed.load(Ordering::Relaxed));
        Ok(MailReport { waiting, dead, sent, failed })
    }

    /// Makes a dead letter due; `false` when there is none such.
    pub(super) async fn revive(&self, mail: MailId) -> PortResult<bool> {
        self.queue.revive(mail, self.clock.now()).await
    }

    /// Puts a mail into the queue.
    pub(super) async fn enqueue(&self, mail: Mail) -> PortResult<()> {
        self.queue.enqueue(mail, self.clock.now()).await.map(drop)
    }

    /// Makes sure that a round begins after this call. One that is about to begin anyway serves all who ask meanwhile.
    pub(super) async fn round(&self) {
        if self.is_next_round_waiting.swap(true, Ordering::AcqRel) {
            return;
        }
        let _turn = self.turn.lock().await;
        self.is_next_round_waiting.store(false, Ordering::Release);
        self.deliver_due().await;
    }

    /// A round of its own, after the running one.
    pub(super) async fn drain(&self) {
        let _turn = self.turn.lock().await;
        self.deliver_due().await;
    }

    /// Ends: whatever was tried is no longer due, or leased. When all that is tried at once finds the mail server away, the
    /// rest stays due.
    async fn deliver_due(&self) {
        loop {
            let now = self.clock.now();
            let claimed = self.queue.claim(now, now + LEASE, AT_ONCE).await;
            let was_away = self.is_queue_away.swap(claimed.is_err(), Ordering::Relaxed);
            match claimed {
                Ok(mails) if mails.is_empty() => return,
                Ok(mails) => {
                    let reached = join_all(mails.into_iter().map(|mail| self.deliver(mail))).await;
                    if !reached.contains(&true) {
                        return;
                    }
                }
                Err(error) => {
                    if !was_away {
                        self.stats.failed(&chain(&error));
                        tracing::warn!(cause = %chain(&error), "the mail queue is away; mails wait");
                    }
                    return;
                }
            }
        }
    }

    /// Whether there was a mail server to take it, or not.
    async fn deliver(&self, QueuedMail { id, mail, attempts }: QueuedMail) -> bool {
        let sent = self.send(id, &mail).await;
        let was_reached = !matches!(sent, Err(MailError::Away(_)));
        if was_reached {
            self.is_server_away.store(false, Ordering::Relaxed);
        }
        let settled = match sent {
            Ok(()) => {
                self.sent.fetch_add(1, Ordering::Relaxed);
                self.queue.sent(id).await
            }
            Err(error) => self.fail(id, attempts, &error).await,
        };
        if let Err(error) = settled {
            tracing::warn!(mail.id = %id, cause = %chain(&error), "a mail may be sent again: its queue is away");
        }
        was_reached
    }

    /// A mail that makes the transport hang or panic must not keep the others from leaving.
    async fn send(&self, id: MailId, mail: &Mail) -> Result<(), MailError> {
        let sending = AssertUnwindSafe(self.transport.send(id, mail)).catch_unwind();
        match tokio::time::timeout(SEND_TIMEOUT, sending).await {
            Ok(Ok(sent)) => sent,
            Ok(Err(_)) => Err(MailError::Transient("the transport panicked".into())),
            Err(elapsed) => Err(MailError::Transient(elapsed.into())),
        }
    }

    async fn fail(&self, id: MailId, attempts: i32, error: &MailError) -> PortResult<()> {
        let reason = without_addresses(&chain(error));
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.stats.failed(&reason);
        match retry::judge(attempts, error) {
            Verdict::Retry(wait) => {
                tracing::warn!(mail.id = %id, reason, wait_secs = wait.num_seconds(), "a mail could not be sent");
                self.queue.postpone(id, self.clock.now() + wait, &reason).await
            }
            Verdict::PutBack(wait) => {
                // It is looked for every two seconds.
                if self.is_server_away.swap(true, Ordering::Relaxed) {
                    tracing::debug!(mail.id = %id, reason, "a mail waits for the mail server");
                } else {
                    tracing::warn!(reason, "the mail server is away; mails wait");
                }
                self.queue.put_back(id, self.clock.now() + wait, &reason).await
            }
            Verdict::GiveUp => {
                tracing::error!(mail.id = %id, reason, "a mail was given up");
                self.queue.bury(id, &reason).await
            }
        }
    }
}

/// Mail servers like to repeat the address they refuse.
fn without_addresses(reason: &str) -> String {
    let words = reason.split_whitespace().map(|word| if word.contains('@') { "[email]" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_keeps_no_address() {
        assert_eq!(
            without_addresses("cannot be sent: 550 5.1.1 <mina@example.com>: unknown"),
            "cannot be sent: 550 5.1.1 [email] unknown"
        );
    }
}
