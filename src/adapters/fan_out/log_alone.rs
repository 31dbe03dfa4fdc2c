//! No way from node to node but the log that they share.

use nine_cloud_actors::ports::{FanOut, News};

/// For nodes on one database without Redis. It is never up, so rooms look at the tail of the log every second: what is said
/// on one node is seen on the others within that, in the one order of the log. Hints that are no lines of it do not travel.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogAlone;

impl FanOut for LogAlone {
    fn publish(&self, _: News) {}

    fn subscribe(&self, _: Box<dyn Fn(News) + Send + Sync>) {}

    fn is_up(&self) -> bool {
        false
    }
}
