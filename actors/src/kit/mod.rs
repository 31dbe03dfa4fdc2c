//! The few lines that make an actix actor one of ours: measured, bounded mailboxes.
//!
//! * [`Mailbox`]: the only way to talk to an actor. It honours the mailbox bound, recreates an actor that died, and
//!   counts.
//! * [`ActorStats`]: what was counted, readable while everything runs.
//! * [`metered!`](crate::metered): says which messages an actor takes.

mod histogram;
mod mailbox;
mod stats;
#[cfg(test)]
mod tests;

pub use histogram::Summary;
pub use mailbox::{AskError, Envelope, InTurn, Mailbox, Measured, deliver};
pub use stats::{ActorReport, ActorStats, Gauge};

/// Declares the messages that an actor takes through its [`Mailbox`]: `metered!(Mailer: SendMail, DeliverDue);`
#[macro_export]
macro_rules! metered {
    ($actor:ty : $($message:ty),+ $(,)?) => {$(
        impl actix::Handler<$crate::kit::Envelope<$message>> for $actor {
            type Result = ();
            fn handle(&mut self, envelope: $crate::kit::Envelope<$message>, ctx: &mut Self::Context) {
                $crate::kit::deliver(self, envelope, ctx);
            }
        }
    )+};
}
