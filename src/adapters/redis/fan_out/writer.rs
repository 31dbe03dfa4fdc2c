//! The task that writes news to the stream, many in one round trip.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use ::redis::Pipeline;
use nine_cloud_actors::ports::News;
use tokio::sync::mpsc::Receiver;
use tokio::time::{MissedTickBehavior, interval};

use super::pulse::BEAT_EVERY;
use super::{KEPT_MILLIS, MOST_ENTRIES, Way, is_soon_stale, wire};
use crate::adapters::redis::fault::RedisFault;
use crate::adapters::redis::link::Link;

/// News in one round trip.
const BATCH: usize = 256;

/// Writes until there is nobody left who could publish.
pub(super) async fn write(way: Arc<Way>, link: Arc<Link>, mut queue: Receiver<News>) {
    let mut beat = interval(BEAT_EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut waiting = Vec::with_capacity(BATCH);
    let mut is_failing = false;
    loop {
        // After a failure the next beat tries again.
        let is_beat = tokio::select! {
            taken = queue.recv_many(&mut waiting, BATCH), if !is_failing => {
                if taken == 0 {
                    return;
                }
                false
            }
            _ = beat.tick() => true,
        };
        is_failing = say(&way, &link, &waiting, is_beat).await.is_err();
        if is_failing {
            way.pulse().fail();
            // Nobody knows what of it was written. Again under new numbers: twice is no harm, and the gap is seen.
            waiting.retain(|news| !is_soon_stale(news));
        } else {
            waiting.clear();
        }
    }
}

async fn say(way: &Way, link: &Link, news: &[News], is_beat: bool) -> Result<(), RedisFault> {
    let mut pipe = Pipeline::with_capacity(news.len() + 2);
    for text in news.iter().filter_map(wire::write) {
        add(&mut pipe, way).arg("d").arg(text).ignore();
    }
    if is_beat {
        add(&mut pipe, way).ignore();
        if let Some(oldest) = way.read_until.load(Ordering::Relaxed).checked_sub(KEPT_MILLIS) {
            pipe.cmd("XTRIM").arg(&way.stream).arg("MINID").arg("~").arg(oldest).ignore();
        }
    }
    link.ask(|mut connection| async move { pipe.query_async(&mut connection).await }).await
}

/// An entry under the next number of this node.
fn add<'p>(pipe: &'p mut Pipeline, way: &Way) -> &'p mut Pipeline {
    let number = way.pulse().number();
    pipe.cmd("XADD").arg(&way.stream).arg("MAXLEN").arg("~").arg(MOST_ENTRIES).arg("*");
    pipe.arg("n").arg(&way.node).arg("s").arg(number)
}
