//! The first stage: a bounded number of uploads, before a byte of a body is read.

use std::sync::Arc;

use actix::{Actor, ActorFutureExt, AsyncContext, Context, Handler, ResponseFuture, WrapFuture};
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::alive::Alive;
use super::messages::Admit;
use super::places::{Bounds, Places, Waiter};
use super::ticket::Waiting;
use super::{Ticket, UploadLoad};
use crate::domain::ids::UserId;
use crate::kit::ActorStats;
use crate::metered;
use crate::refusal::{Outcome, Refusal};

/// Gives out tickets. One that is recreated after a panic starts with all places free.
pub(super) struct Intake {
    places: Places,
    load: Arc<UploadLoad>,
    _alive: Alive,
}

impl Intake {
    pub(super) fn new(load: Arc<UploadLoad>, stats: &Arc<ActorStats>) -> Self {
        Self { places: Places::new(Bounds::NODE), load, _alive: Alive::new(stats) }
    }

    fn grant(&self, waiter: Waiter, ctx: &mut Context<Self>) {
        let (ticket, given_back) = Ticket::new(&self.load);
        let user = waiter.user;
        let free = given_back.into_actor(self).map(move |_, intake, ctx| intake.free(user, ctx));
        ctx.spawn(free);
        // Whoever left meanwhile drops the ticket, which frees the place.
        drop(waiter.grant.send(ticket));
    }

    fn free(&mut self, user: UserId, ctx: &mut Context<Self>) {
        if let Some(next) = self.places.release(user) {
            self.grant(next, ctx);
        }
    }
}

impl Actor for Intake {
    type Context = Context<Self>;
}

metered!(Intake: Admit);

impl Handler<Admit> for Intake {
    type Result = ResponseFuture<Outcome<Ticket>>;

    fn handle(&mut self, Admit { user, until }: Admit, ctx: &mut Self::Context) -> Self::Result {
        let (grant, granted) = oneshot::channel();
        let waiting = Waiting::new(&self.load);
        match self.places.request(Waiter { user, grant }) {
            Ok(Some(waiter)) => self.grant(waiter, ctx),
            Ok(None) => {}
            Err(refusal) => return Box::pin(async move { Err(refusal) }),
        }
        Box::pin(async move {
            let _waiting = waiting;
            match timeout_at(until, granted).await {
                Ok(Ok(ticket)) => Ok(ticket),
                Ok(Err(_)) => Err(Refusal::Unavailable),
                Err(_) => Err(Refusal::Busy),
            }
        })
    }
}
