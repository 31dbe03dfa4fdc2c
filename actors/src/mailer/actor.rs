//! The actor: a thin shell around the courier.

use std::sync::Arc;
use std::time::Duration;

use actix::{
    Actor, ActorFutureExt, AsyncContext, Context, Handler, ResponseActFuture, ResponseFuture, WrapFuture,
};

use super::courier::Courier;
use super::{DrainMails, GetMailReport, MailReport, RetryMail, SendMail};
use crate::kit::{ActorStats, InTurn};
use crate::metered;
use crate::ports::{Clock, MailQueue, MailTransport};
use crate::refusal::{Outcome, Refusal};

/// Mails that wait to be queued, one after another; above that, sign-ups are refused.
const MAILBOX: usize = 256;

/// How often the queue is looked through for mails to be tried again, or left behind by a node that died.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Sends mails. One per node; nodes share the queue.
pub struct Mailer {
    courier: Arc<Courier>,
    stats: Arc<ActorStats>,
}

impl Mailer {
    /// A mailer over this queue and transport.
    pub fn new(
        queue: Arc<dyn MailQueue>,
        transport: Arc<dyn MailTransport>,
        clock: Arc<dyn Clock>,
        stats: Arc<ActorStats>,
    ) -> Self {
        Self { courier: Arc::new(Courier::new(queue, transport, clock, Arc::clone(&stats))), stats }
    }

    /// Beside the actor, which goes on queueing meanwhile.
    fn start_round(&self) {
        let courier = Arc::clone(&self.courier);
        actix::spawn(async move { courier.round().await });
    }
}

impl Actor for Mailer {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        self.stats.actor_started();
        self.start_round();
        ctx.run_interval(LOOK_EVERY, |mailer, _| mailer.start_round());
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.stats.actor_stopped();
    }
}

impl Handler<SendMail> for Mailer {
    type Result = InTurn<Self, Outcome<()>>;

    fn handle(&mut self, SendMail(mail): SendMail, _: &mut Self::Context) -> Self::Result {
        let courier = Arc::clone(&self.courier);
        let queued = async move { courier.enqueue(mail).await }.into_actor(self);
        InTurn(Box::pin(queued.map(|queued, mailer, _| {
            mailer.start_round();
            queued.map_err(Refusal::from)
        })))
    }
}

impl Handler<DrainMails> for Mailer {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: DrainMails, _: &mut Self::Context) -> Self::Result {
        let courier = Arc::clone(&self.courier);
        Box::pin(async move { courier.drain().await })
    }
}

impl Handler<GetMailReport> for Mailer {
    type Result = ResponseFuture<Outcome<MailReport>>;

    fn handle(&mut self, _: GetMailReport, _: &mut Self::Context) -> Self::Result {
        let courier = Arc::clone(&self.courier);
        Box::pin(async move { Ok(courier.report().await?) })
    }
}

impl Handler<RetryMail> for Mailer {
    type Result = ResponseActFuture<Self, Outcome<()>>;

    fn handle(&mut self, RetryMail(mail): RetryMail, _: &mut Self::Context) -> Self::Result {
        let courier = Arc::clone(&self.courier);
        let revived = async move { courier.revive(mail).await }.into_actor(self);
        Box::pin(revived.map(|revived, mailer, _| {
            if !revived? {
                return Err(Refusal::MailNotFound);
            }
            mailer.start_round();
            Ok(())
        }))
    }
}

metered!(Mailer: SendMail, DrainMails, GetMailReport, RetryMail);
