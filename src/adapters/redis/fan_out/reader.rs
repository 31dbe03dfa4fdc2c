//! The task that reads the stream, on a connection of its own, because a read that waits holds up whatever is behind it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use ::redis::streams::{StreamId, StreamRangeReply, StreamReadReply};
use ::redis::{AsyncConnectionConfig, Client, RedisResult, Value};
use nine_cloud_actors::ports::News;
use tokio::time::sleep;

use super::pulse::Peers;
use super::{Way, wire};
use crate::adapters::redis::link::{CONNECT_LIMIT, RETRY_AFTER};

/// Entries read at once.
const PAGE: usize = 512;

/// How long a read waits for news.
const WAIT: Duration = Duration::from_secs(1);

/// Longest that its answer may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// The id of an entry: the server's milliseconds since 1970, and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    millis: u64,
    number: u64,
}

impl Place {
    const BEGIN: Self = Self { millis: 0, number: 0 };

    fn parse(id: &str) -> Option<Self> {
        let (millis, number) = id.split_once('-')?;
        Some(Self { millis: millis.parse().ok()?, number: number.parse().ok()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.millis, self.number)
    }
}

/// Reads for as long as it is let.
pub(super) async fn read(way: Arc<Way>, client: Client) {
    let mut reader = Reader { way, place: None, peers: Peers::default() };
    loop {
        if let Err(error) = reader.follow(&client).await {
            // The link has said that Redis is away, unless only this connection was cut.
            tracing::debug!(%error, "the stream of news is read anew");
            reader.way.pulse().fail();
        }
        sleep(RETRY_AFTER).await;
    }
}

struct Reader {
    way: Arc<Way>,
    /// The last entry read; after a break the reader goes on from there.
    place: Option<Place>,
    peers: Peers,
}

impl Reader {
    async fn follow(&mut self, client: &Client) -> RedisResult<()> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_LIMIT))
            .set_response_timeout(Some(WAIT + ANSWER_LIMIT));
        let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
        let mut place = self.resume(&mut connection).await?;
        loop {
            let entries = self.next(&mut connection, place).await?;
            place = match entries.last().and_then(|last| Place::parse(&last.id)) {
                Some(last) => last,
                // Nothing, not even a beat of our own: either nobody can write, or the stream began anew below our place.
                None => self.resume(&mut connection).await?,
            };
            self.place = Some(place);
            self.way.read_until.store(place.millis, Ordering::Relaxed);
            self.take(entries);
        }
    }

    /// Where to go on: behind what was read, or now. A server that came back without its data, and with its clock behind,
    /// gives ids below those of before: then everything it has is new.
    async fn resume(&self, connection: &mut MultiplexedConnection) -> RedisResult<Place> {
        let newest: StreamRangeReply = ::redis::cmd("XREVRANGE")
            .arg(&self.way.stream)
            .arg("+")
            .arg("-")
            .arg("COUNT")
            .arg(1)
            .query_async(connection)
            .await?;
        let newest = newest.ids.first().and_then(|entry| Place::parse(&entry.id)).unwrap_or(Place::BEGIN);
        Ok(match self.place {
            None => newest,
            Some(place) if newest < place => Place::BEGIN,
            Some(place) => place,
        })
    }

    async fn next(&self, connection: &mut MultiplexedConnection, after: Place) -> RedisResult<Vec<StreamId>> {
        let read: Option<StreamReadReply> = ::redis::cmd("XREAD")
            .arg("COUNT")
            .arg(PAGE)
            .arg("BLOCK")
            .arg(WAIT.as_millis().try_into().unwrap_or(u64::MAX))
            .arg("STREAMS")
            .arg(&self.way.stream)
            .arg(after.to_string())
            .query_async(connection)
            .await?;
        Ok(read.into_iter().flat_map(|read| read.keys).flat_map(|stream| stream.ids).collect())
    }

    fn take(&mut self, entries: Vec<StreamId>) {
        let now = Instant::now();
        let (mut news, mut is_lost) = (Vec::new(), false);
        for StreamId { map, .. } in entries {
            let Some((node, number)) = map.get("n").and_then(text).zip(map.get("s").and_then(integer)) else {
                continue;
            };
            if node == self.way.node {
                is_lost |= self.way.pulse().hear(number, now);
                continue;
            }
            is_lost |= self.peers.hear(node, number, now);
            if let Some(said) = map.get("d").and_then(bytes) {
                match wire::read(said) {
                    Some(said) => news.push(said),
                    None => is_lost = true,
                }
            }
        }
        is_lost |= self.peers.bury(now);
        if is_lost {
            self.way.tell(&News::Missed);
        }
        for said in &news {
            self.way.tell(said);
        }
    }
}

fn bytes(value: &Value) -> Option<&[u8]> {
    if let Value::BulkString(bytes) = value { Some(bytes) } else { None }
}

fn text(value: &Value) -> Option<&str> {
    std::str::from_utf8(bytes(value)?).ok()
}

fn integer(value: &Value) -> Option<u64> {
    text(value)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_the_stream() {
        let place = |id| Place::parse(id).unwrap();
        assert!(place("9-5") < place("10-0") && place("10-2") < place("10-10"));
        assert_eq!(place("1795000000917-3").to_string(), "1795000000917-3");
        assert_eq!(Place::parse("now"), None);
    }
}
