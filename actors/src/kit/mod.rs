//! The few lines that make an actix actor one of ours: measured, bounded mailboxes.
//!
//! * [`Mailbox`]: the only way to talk to an actor. It honours the mailbox bound, recreates an actor that died, and
//!   counts.
//! * [`ActorStats`]: what was counted, readable while everything runs; [`PortStats`] for backends.
//! * [`Trace`]: where the time of one request went.
//! * [`metered!`](crate::metered): says which messages an actor takes.

mod histogram;
mod mailbox;
mod port_stats;
mod stats;
#[cfg(test)]
mod tests;
mod trace;

pub use histogram::{Counts, Summary};
pub use mailbox::{AskError, Envelope, InTurn, Mailbox, Measured, Traced, Traffic, deliver};
pub use port_stats::{PortReport, PortStats};
pub use stats::{ActorReport, ActorStats, Failure, Gauge};
pub(crate) use trace::note_failure;
pub use trace::{Breakdown, Trace, at_port, carry};

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
